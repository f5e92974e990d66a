package template

import (
	"iter"
	"strings"

	"github.com/hopgrant/hopgrant/internal/value"
)

// sub evaluates Fn::Sub, in both forms.
//
// [Fn::Sub]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html
func (s *Stack) sub(arg value.Value) value.Value {
	pattern, vars := arg, value.Value{}
	if arg.Kind == value.List {
		if len(arg.Items) == 0 || len(arg.Items) > 2 {
			return s.unknownCall("Fn::Sub", arg)
		}
		pattern = arg.Items[0]
		if len(arg.Items) == 2 {
			vars = arg.Items[1]
		}
	}
	if pattern.Kind == value.Object {
		pattern = s.Resolve(pattern)
	}
	if !pattern.Scalar() {
		return s.unknownCall("Fn::Sub", arg)
	}
	var b strings.Builder
	known := map[string]string{} // a variable that stands there twice is evaluated once
	for before, name := range variables(pattern.Text) {
		b.WriteString(before)
		if name != "" {
			text, ok := known[name]
			if !ok {
				text = s.substitute(arg.At, name, vars)
				known[name] = text
			}
			b.WriteString(text)
		}
		if b.Len() > maxText {
			break
		}
	}
	return value.NewText(arg.At, s.dynamic(b.String()))
}

// variables returns the variables of a pattern of Fn::Sub, each with the text before it; the name is "" where only text is left.
func variables(pattern string) iter.Seq2[string, string] {
	return func(yield func(before, name string) bool) {
		for {
			before, rest, ok := strings.Cut(pattern, "${")
			name, after, closed := strings.Cut(rest, "}")
			if !ok || !closed {
				yield(pattern, "")
				return
			}
			if name = strings.TrimSpace(name); name == "" {
				before += "${}"
			}
			if !yield(before, name) {
				return
			}
			pattern = after
		}
	}
}

// substitute returns the text of one variable of Fn::Sub.
func (s *Stack) substitute(at value.Place, name string, vars value.Value) string {
	if strings.HasPrefix(name, "!") {
		name = name[1:]
		if policyVariable().MatchString(name) {
			return "${" + name + "}"
		}
		return "${!" + name + "}"
	}
	var v value.Value
	switch own := vars.Get(name); {
	case own.Kind != value.Absent:
		v = s.Resolve(own)
	case policyVariable().MatchString(name):
		return "${" + name + "}"
	case strings.Contains(name, "."):
		v = s.getAtt(value.NewText(at, name))
	default:
		v = s.ref(value.NewText(at, name))
	}
	if v.Scalar() {
		return v.Text
	}
	if v.Kind == value.List {
		return commas(v)
	}
	return s.Unknown(name)
}
