package source

import (
	"github.com/zclconf/go-cty/cty"
)

// plainMembers returns values as in JSON, and in the same shape what of them is not known.
func plainMembers(members map[string]cty.Value, why string) (values, unknown map[string]any) {
	values, unknown = make(map[string]any, len(members)), map[string]any{}
	for name, v := range members {
		known, open := plain(v, why)
		if known != nil {
			values[name] = known
		}
		if open != nil {
			unknown[name] = open
		}
	}
	return values, unknown
}

// plain returns a value as in JSON, and in the same shape what of it is not known; both are nil if it is null. The reason is
// that of what is around it.
func plain(v cty.Value, why string) (known, open any) {
	if w := ownReason(v); w != "" {
		why = w
	}
	v, _ = v.Unmark()
	switch t := v.Type(); {
	case !v.IsKnown():
		if why == "" {
			why = "it is known only after apply"
		}
		return nil, Unknown(why)
	case v.IsNull():
		return nil, nil
	case t == cty.String:
		return spell(v.AsString()), nil
	case t == cty.Number:
		f, _ := v.AsBigFloat().Float64()
		return f, nil
	case t == cty.Bool:
		return v.True(), nil
	case t.IsMapType() || t.IsObjectType():
		values, unknown := map[string]any{}, map[string]any{}
		for it := v.ElementIterator(); it.Next(); {
			k, e := it.Element()
			k, _ = k.Unmark()
			known, open := plain(e, why)
			if known != nil {
				values[spell(k.AsString())] = known
			}
			if open != nil {
				unknown[spell(k.AsString())] = open
			}
		}
		if len(unknown) == 0 {
			return values, nil
		}
		return values, unknown
	case t.IsListType() || t.IsSetType() || t.IsTupleType():
		values, unknown, some := []any{}, []any{}, false
		for it := v.ElementIterator(); it.Next(); {
			_, e := it.Element()
			known, open := plain(e, why)
			values, unknown = append(values, known), append(unknown, open)
			some = some || open != nil
		}
		if !some {
			return values, nil
		}
		return values, unknown
	}
	return nil, Unknown("it is " + v.Type().FriendlyName())
}

// ownReason returns the reason in the marks of a value itself.
func ownReason(v cty.Value) string {
	found := ""
	for m := range v.Marks() {
		if w, ok := m.(why); ok && (found == "" || string(w) < found) {
			found = string(w)
		}
	}
	return found
}
