package cfn

import (
	"strings"
)

// sub carries out Fn::Sub, in both forms.
//
// [Fn::Sub]
//
// [Fn::Sub]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html
func (s *stack) sub(arg node) node {
	pattern, vars := arg, node{}
	if arg.kind == list {
		if len(arg.items) == 0 || len(arg.items) > 2 {
			return s.unknownCall("Fn::Sub", arg)
		}
		pattern = arg.items[0]
		if len(arg.items) == 2 {
			vars = arg.items[1]
		}
	}
	if pattern.kind == object {
		pattern = s.resolve(pattern)
	}
	if !pattern.scalar() {
		return s.unknownCall("Fn::Sub", arg)
	}
	var b strings.Builder
	rest := pattern.text
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
		b.WriteString(s.substitute(arg.at, name, vars))
		if b.Len() > maxText {
			break
		}
	}
	return newText(arg.at, s.dynamic(b.String()))
}

// substitute returns the text of one variable of Fn::Sub.
func (s *stack) substitute(at place, name string, vars node) string {
	if strings.HasPrefix(name, "!") {
		name = name[1:]
		if policyVariable().MatchString(name) {
			return "${" + name + "}"
		}
		return "${!" + name + "}"
	}
	var v node
	switch own := vars.get(name); {
	case own.kind != absent:
		v = s.resolve(own)
	case policyVariable().MatchString(name):
		return "${" + name + "}"
	case strings.Contains(name, "."):
		v = s.getAtt(newText(at, name))
	default:
		v = s.ref(newText(at, name))
	}
	if v.scalar() {
		return v.text
	}
	if v.kind == list {
		var all []string
		for _, item := range v.items {
			all = append(all, item.text)
		}
		return strings.Join(all, ",")
	}
	return s.unknown(name)
}
