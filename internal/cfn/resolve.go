package cfn

import (
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/hopgrant/hopgrant/policygen"
)

const (
	// maxText is how long a text may become by joining and substituting; a template of a few lines could double it with
	// every line.
	maxText = 1 << 18
	// maxNesting is how deep references to references are followed.
	maxNesting = 400
)

// resolve returns the value with every intrinsic function carried out. What cannot be known stays as text of the form ${…},
// the same for the same thing; AWS::NoValue vanishes.
func (s *stack) resolve(n node) node {
	v, _ := s.resolved(n)
	return v
}

// resolved also reports whether the value is another than n.
func (s *stack) resolved(n node) (node, bool) {
	if s.world.depth++; s.world.depth > maxNesting {
		s.fail(n.at, ErrTooDeep, "value", "", "references are nested too deep", "at most "+strconv.Itoa(maxNesting)+" levels", "")
	}
	defer func() { s.world.depth-- }()
	switch n.kind {
	case text:
		if t := s.literal(n.text); t != n.text {
			n.text = t
			return n, true
		}
	case list:
		return s.items(n)
	case object:
		if name, arg, ok := intrinsic(n); ok {
			return s.call(name, arg), true
		}
		return s.memberValues(n)
	}
	return n, false
}

func (s *stack) items(n node) (node, bool) {
	var out []node
	for i, item := range n.items {
		v, changed := s.resolved(item)
		if changed && out == nil {
			out = append(make([]node, 0, len(n.items)), n.items[:i]...)
		}
		if out != nil && v.kind != absent {
			out = append(out, v)
		}
	}
	if out == nil {
		return n, false
	}
	n.items = out
	return n, true
}

func (s *stack) memberValues(n node) (node, bool) {
	var out []member
	for i, m := range n.members {
		if strings.HasPrefix(m.key, "Fn::") {
			// One member among others, as Fn::Transform and Fn::ForEach may be: what it brings is not known.
			return newText(n.at, s.callText(m.key, []node{m.value})), true
		}
		v, changed := s.resolved(m.value)
		if changed && out == nil {
			out = append(make([]member, 0, len(n.members)), n.members[:i]...)
		}
		if out != nil && v.kind != absent {
			m.value = v
			out = append(out, m)
		}
	}
	if out == nil {
		return n, false
	}
	n.members = out
	return n, true
}

// intrinsic returns the function and argument of an object that is a call.
func intrinsic(n node) (name string, arg node, ok bool) {
	if n.kind != object || len(n.members) != 1 {
		return "", node{}, false
	}
	m := n.members[0]
	if m.key == "Ref" || strings.HasPrefix(m.key, "Fn::") {
		return m.key, m.value, true
	}
	return "", node{}, false
}

// call carries out an intrinsic function.
//
// [Intrinsic function reference]
//
// [Intrinsic function reference]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
func (s *stack) call(name string, arg node) node {
	v := s.function(name, arg)
	if len(v.text) > maxText {
		s.fail(arg.at, ErrTooLarge, name, "", "the text becomes longer than "+strconv.Itoa(maxText)+" bytes", "", "")
	}
	if name != "Fn::If" {
		v.at = arg.at // of Fn::If the branch tells more
	}
	return v
}

func (s *stack) function(name string, arg node) node {
	switch name {
	case "Ref":
		return s.ref(arg)
	case "Fn::GetAtt":
		return s.getAtt(arg)
	case "Fn::Sub":
		return s.sub(arg)
	case "Fn::If":
		return s.fnIf(arg)
	case "Fn::Join":
		return s.join(arg)
	case "Fn::Select":
		return s.selectItem(arg)
	case "Fn::Split":
		return s.split(arg)
	case "Fn::FindInMap":
		return s.findInMap(arg)
	case "Fn::ImportValue":
		return s.importValue(arg)
	case "Fn::Base64":
		if v := s.resolve(arg); v.scalar() && !policygen.Unresolved(v.text) {
			return newText(arg.at, base64.StdEncoding.EncodeToString([]byte(v.text)))
		}
	case "Fn::Length":
		if v := s.resolve(arg); v.kind == list {
			return node{kind: number, text: strconv.Itoa(len(v.items))}
		}
	case "Fn::ToJsonString":
		if v := s.resolve(arg); v.kind == object || v.kind == list {
			return newText(arg.at, jsonText(v))
		}
	case "Fn::GetAZs":
		return s.zones(arg)
	case "Fn::Cidr":
		return s.cidr(arg)
	case "Fn::Equals", "Fn::And", "Fn::Or", "Fn::Not":
		if t := s.condition(call(name, arg)); t != undecided {
			return node{kind: boolean, text: strconv.FormatBool(t == yes)}
		}
	}
	return s.unknownCall(name, arg)
}

// unknownCall stands for what a function would give.
func (s *stack) unknownCall(name string, arg node) node {
	return newText(arg.at, s.callText(name, s.resolve(arg).list()))
}

func (s *stack) callText(name string, args []node) string {
	var b strings.Builder
	for i, a := range args {
		if i > 0 {
			b.WriteByte(',')
		}
		if a.scalar() {
			b.WriteString(a.text)
		} else {
			b.WriteString(jsonText(a))
		}
	}
	in := b.String()
	if !balanced(in) {
		in = strings.NewReplacer("{", "(", "}", ")").Replace(in)
	}
	if len(in) > maxText {
		s.fail(place{}, ErrTooLarge, name, "", "the text becomes longer than "+strconv.Itoa(maxText)+" bytes", "", "")
	}
	return s.unknown(name + "(" + in + ")")
}

// balanced reports whether every brace is closed, so that the text can stand within ${…}.
func balanced(s string) bool {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth < 0 {
				return false
			}
		}
	}
	return depth == 0
}

var (
	// variable is what Fn::Sub would replace. Policy variables such as ${aws:username} do not match: they are part of the text.
	variable       = whenUsed(`\$\{((?:AWS::)?[A-Za-z0-9]+(?:\.[A-Za-z0-9.]+)?)\}`)
	dynamicText    = whenUsed(`\{\{(resolve:[^{}]+)\}\}`)
	policyVariable = whenUsed(`^[a-z0-9-]+:[A-Za-z0-9/:_.-]+$|^[*?$]$`)
)

// literal returns text outside of Fn::Sub. A variable in it is no variable and must not be taken for the unknown value that
// is written the same: it becomes ${!…}, as Fn::Sub writes it. A dynamic reference is an unknown value.
//
// [Dynamic references]
//
// [Dynamic references]: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
func (s *stack) literal(t string) string {
	if strings.Contains(t, "${") {
		t = variable().ReplaceAllString(t, "$${!$1}")
	}
	return s.dynamic(t)
}

func (s *stack) dynamic(t string) string {
	if strings.Contains(t, "{{resolve:") {
		return dynamicText().ReplaceAllString(t, "$${"+s.environment()+"$1}")
	}
	return t
}
