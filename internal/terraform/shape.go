package terraform

import (
	"encoding/json"
	"reflect"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/hopgrant/hopgrant/internal/value"
)

// parsePlan returns the plan that data is. Whatever a list or an object of the plan holds is there: null is an error, as is a
// value of another type than the format has.
func parsePlan(name string, data []byte) (*tfjson.Plan, error) {
	if nesting(data) > value.MaxDepth {
		_, err := value.ParseJSON(name, data) // encoding/json would read what is nested once for each level
		return nil, err
	}
	var plan tfjson.Plan
	err := json.Unmarshal(data, &plan)
	if err == nil && !holdsNull(reflect.ValueOf(&plan)) {
		return &plan, nil
	}
	tree, broken := value.ParseJSON(name, data)
	if broken != nil {
		return nil, broken
	}
	if e := misfit(tree, reflect.TypeFor[tfjson.Plan](), "plan"); e != nil {
		e.File = name
		return nil, e
	}
	got := "it holds null where something must be"
	if err != nil {
		got = err.Error()
	}
	return nil, &value.Error{File: name, What: "plan", Got: got, Want: "the output of terraform show -json", Cause: value.ErrShape}
}

// nesting returns how deep the lists and objects of a JSON text are nested.
func nesting(data []byte) (deepest int) {
	depth, quoted := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case c == '"':
			quoted = !quoted
		case quoted && c == '\\':
			i++
		case quoted:
		case c == '[', c == '{':
			depth++
			deepest = max(deepest, depth)
		case c == ']', c == '}':
			depth--
		}
	}
	return deepest
}

// holdsNull reports whether a list or map of pointers in v has one that is nil.
func holdsNull(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer:
		return !v.IsNil() && holdsNull(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			if holdsNull(v.Field(i)) {
				return true
			}
		}
	case reflect.Slice:
		if !holdsPointers(v.Type().Elem()) {
			return false
		}
		for i := range v.Len() {
			if item := v.Index(i); isNil(item) || holdsNull(item) {
				return true
			}
		}
	case reflect.Map:
		if !holdsPointers(v.Type().Elem()) {
			return false
		}
		for entries := v.MapRange(); entries.Next(); {
			if item := entries.Value(); isNil(item) || holdsNull(item) {
				return true
			}
		}
	}
	return false
}

func isNil(v reflect.Value) bool { return v.Kind() == reflect.Pointer && v.IsNil() }

// holdsPointers reports whether a value of the type can be, or hold, a pointer to a part of a plan.
func holdsPointers(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Struct:
		return true
	case reflect.Map, reflect.Slice:
		return holdsPointers(t.Elem())
	}
	return false
}

// misfit returns the first value that is not of the type that the format has in its place; nil if there is none.
func misfit(v value.Value, t reflect.Type, what string) *value.Error {
	var want value.Kind
	switch t.Kind() {
	case reflect.Pointer:
		if t == reflect.TypeFor[*tfjson.Expression]() {
			return misfitExpression(v, what)
		}
		return misfit(v, t.Elem(), what)
	case reflect.Struct, reflect.Map:
		want = value.Object
	case reflect.Slice:
		want = value.List
	case reflect.String:
		want = value.Text
	case reflect.Bool:
		want = value.Boolean
	case reflect.Interface:
		return nil
	default:
		want = value.Number
	}
	if v.Kind != want {
		return wrongKind(v, what, want.String())
	}
	switch t.Kind() {
	case reflect.Slice:
		for _, item := range v.Items {
			if e := misfit(item, t.Elem(), what); e != nil {
				return e
			}
		}
	case reflect.Map:
		for _, m := range v.Members {
			if e := misfit(m.Value, t.Elem(), m.Key); e != nil {
				return e
			}
		}
	case reflect.Struct:
		for i := range t.NumField() {
			f := t.Field(i)
			if f.Anonymous && f.Type.Kind() == reflect.Pointer {
				f.Type = f.Type.Elem()
			}
			key, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if key == "" || key == "-" {
				continue
			}
			if member := v.Get(key); member.There() {
				if e := misfit(member, f.Type, key); e != nil {
					return e
				}
			}
		}
	}
	return nil
}

// misfitExpression is misfit for an expression, which is an object, or a list of blocks of expressions.
func misfitExpression(v value.Value, what string) *value.Error {
	switch v.Kind {
	case value.List:
		return misfit(v, reflect.TypeFor[[]map[string]*tfjson.Expression](), what)
	case value.Object:
		if refs := v.Get("references"); refs.There() {
			return misfit(refs, reflect.TypeFor[[]string](), "references")
		}
		return nil
	}
	return wrongKind(v, what, "an object or a list of blocks")
}

func wrongKind(v value.Value, what, want string) *value.Error {
	return (&value.Error{What: "value of", Value: what, Got: "it is " + v.Kind.String(), Want: want, Cause: value.ErrShape}).In(v.At)
}
