package cfn

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/value"
)

// sub carries out Fn::Sub, in both forms.
//
// [Fn::Sub]
//
// [Fn::Sub]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html
func (s *stack) sub(arg value.Value) value.Value {
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
		pattern = s.resolve(pattern)
	}
	if !pattern.Scalar() {
		return s.unknownCall("Fn::Sub", arg)
	}
	var b strings.Builder
	rest := pattern.Text
	for {
		i := strings.Index(rest, "${")
		if i < 0 {
			b.WriteString(rest)
			break
		}
		end := strings.IndexByte(rest[i:], '}')
		if end < 0 {
			b.WriteString(rest)
			break
		}
		b.WriteString(rest[:i])
		name := strings.TrimSpace(rest[i+2 : i+end])
		rest = rest[i+end+1:]
		b.WriteString(s.substitute(arg.At, name, vars))
		if b.Len() > maxText {
			break
		}
	}
	return value.NewText(arg.At, s.dynamic(b.String()))
}

// substitute returns the text of one variable of Fn::Sub.
func (s *stack) substitute(at value.Place, name string, vars value.Value) string {
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
		v = s.resolve(own)
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
		var all []string
		for _, item := range v.Items {
			all = append(all, item.Text)
		}
		return strings.Join(all, ",")
	}
	return s.unknown(name)
}
