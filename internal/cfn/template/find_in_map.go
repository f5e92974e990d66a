package template

import (
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/value"
)

// findInMap evaluates Fn::FindInMap, with the default value of the language extensions.
//
// [Fn::FindInMap]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-findinmap.html
func (s *Stack) findInMap(arg value.Value) value.Value {
	if arg.Kind != value.List || len(arg.Items) < 3 {
		return s.unknownCall("Fn::FindInMap", arg)
	}
	name, top, second := s.Resolve(arg.Items[0]), s.Resolve(arg.Items[1]), s.Resolve(arg.Items[2])
	if v := s.template.mappings.Path(name.Text, top.Text, second.Text); v.There() {
		return s.Resolve(v)
	}
	known := !text.Unresolved(name.Text) && !text.Unresolved(top.Text) && !text.Unresolved(second.Text)
	if known && len(arg.Items) > 3 {
		if d := arg.Items[3].Get("DefaultValue"); d.Kind != value.Absent {
			return s.Resolve(d)
		}
	}
	// A mapping that says the same for every key is known whatever the key.
	if rows := s.template.mappings.Get(name.Text); text.Unresolved(top.Text) && !text.Unresolved(second.Text) && len(rows.Members) > 0 && len(arg.Items) == 3 {
		first := rows.Members[0].Value.Get(second.Text)
		same := first.Scalar()
		for _, m := range rows.Members {
			if v := m.Value.Get(second.Text); v.Kind != first.Kind || v.Text != first.Text {
				same = false
			}
		}
		if same {
			return s.Resolve(first)
		}
	}
	return value.NewText(arg.At, s.callText("Fn::FindInMap", []value.Value{name, top, second}))
}
