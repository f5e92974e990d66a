package template

import (
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/value"
)

const (
	// maxText is how long a text may become by joining and substituting; a template of a few lines could double it with
	// every line.
	maxText = 1 << 18
	// maxNesting is how deep references to references are followed.
	maxNesting = 400
	// maxWork is how many values, and bytes of text by four, the functions of one reading may bring together, over all
	// combinations of conditions. A template of 500 resources brings some 10,000 in each.
	maxWork = 20_000_000
)

// Resolve returns the value with every intrinsic function evaluated. What cannot be known stays as text of the form ${…},
// the same for the same thing; AWS::NoValue vanishes.
func (s *Stack) Resolve(n value.Value) value.Value {
	v, _ := s.resolved(n)
	return v
}

// resolved also reports whether the value is another than n.
func (s *Stack) resolved(n value.Value) (value.Value, bool) {
	if s.world.depth++; s.world.depth > maxNesting {
		s.fail(n.At, value.ErrTooDeep, "value", "", "references are nested too deep", "at most "+strconv.Itoa(maxNesting)+" levels")
	}
	defer func() { s.world.depth-- }()
	s.spend(n.At, 1)
	switch n.Kind {
	case value.Text:
		if t := s.literal(n.Text); t != n.Text {
			n.Text = t
			return n, true
		}
	case value.List:
		return s.items(n)
	case value.Object:
		if name, arg, ok := Intrinsic(n); ok && !s.template.deployed {
			return s.call(name, arg), true
		}
		return s.memberValues(n)
	}
	return n, false
}

// spend counts work, and ends a reading that takes too much of it.
func (s *Stack) spend(at value.Place, work int) {
	if *s.world.work += work; *s.world.work > maxWork {
		s.fail(at, value.ErrTooLarge, "template", "", "its functions bring together too much", "at most "+strconv.Itoa(maxWork)+" values")
	}
}

func (s *Stack) items(n value.Value) (value.Value, bool) {
	var out []value.Value
	for i, item := range n.Items {
		v, changed := s.resolved(item)
		if changed && out == nil {
			out = append(make([]value.Value, 0, len(n.Items)), n.Items[:i]...)
		}
		if out != nil && v.Kind != value.Absent {
			out = append(out, v)
		}
	}
	if out == nil {
		return n, false
	}
	n.Items = out
	return n, true
}

func (s *Stack) memberValues(n value.Value) (value.Value, bool) {
	var out []value.Member
	for i, m := range n.Members {
		if strings.HasPrefix(m.Key, "Fn::") && !s.template.deployed {
			// One member among others, as Fn::Transform and Fn::ForEach may be: what it brings is not known.
			return value.NewText(n.At, s.callText(m.Key, []value.Value{m.Value})), true
		}
		v, changed := s.resolved(m.Value)
		if changed && out == nil {
			out = append(make([]value.Member, 0, len(n.Members)), n.Members[:i]...)
		}
		if out != nil && v.Kind != value.Absent {
			m.Value = v
			out = append(out, m)
		}
	}
	if out == nil {
		return n, false
	}
	n.Members = out
	return n, true
}

// Intrinsic returns the function and argument of an object that is a call.
func Intrinsic(n value.Value) (name string, arg value.Value, ok bool) {
	if n.Kind != value.Object || len(n.Members) != 1 {
		return "", value.Value{}, false
	}
	m := n.Members[0]
	if m.Key == "Ref" || strings.HasPrefix(m.Key, "Fn::") {
		return m.Key, m.Value, true
	}
	return "", value.Value{}, false
}

// call evaluates an intrinsic function.
//
// [Intrinsic function reference]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
func (s *Stack) call(name string, arg value.Value) value.Value {
	v := s.function(name, arg)
	if len(v.Text) > maxText {
		s.fail(arg.At, value.ErrTooLarge, name, "", "the text becomes longer than "+strconv.Itoa(maxText)+" bytes", "")
	}
	s.spend(arg.At, len(v.Text)/4+len(v.Items))
	if name != "Fn::If" {
		v.At = arg.At // of Fn::If the branch tells more
	}
	return v
}

func (s *Stack) function(name string, arg value.Value) value.Value {
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
	case "Fn::GetStackOutput":
		return s.stackOutput(arg)
	case "Fn::Base64":
		if v := s.Resolve(arg); v.Scalar() && !text.Unresolved(v.Text) {
			return value.NewText(arg.At, base64.StdEncoding.EncodeToString([]byte(v.Text)))
		}
	case "Fn::Length":
		if v := s.Resolve(arg); v.Kind == value.List {
			return value.Value{Kind: value.Number, Text: strconv.Itoa(len(v.Items))}
		}
	case "Fn::ToJsonString":
		if v := s.Resolve(arg); v.Kind == value.Object || v.Kind == value.List {
			return value.NewText(arg.At, v.JSON(maxText))
		}
	case "Fn::Equals", "Fn::And", "Fn::Or", "Fn::Not":
		if t := s.condition(Call(name, arg)); t != text.Maybe {
			return value.Value{Kind: value.Boolean, Text: strconv.FormatBool(t == text.Yes)}
		}
	}
	return s.unknownCall(name, arg)
}

// unknownCall stands for what a function would give.
func (s *Stack) unknownCall(name string, arg value.Value) value.Value {
	return value.NewText(arg.At, s.callText(name, s.Resolve(arg).OneOrMany()))
}

func (s *Stack) callText(name string, args []value.Value) string {
	var b strings.Builder
	for i, a := range args {
		if i > 0 {
			b.WriteByte(',')
		}
		if a.Scalar() {
			b.WriteString(a.Text)
		} else {
			b.WriteString(a.JSON(maxText))
		}
	}
	in := enclosed(b.String())
	if len(in) > maxText {
		s.fail(value.Place{}, value.ErrTooLarge, name, "", "the text becomes longer than "+strconv.Itoa(maxText)+" bytes", "")
	}
	return s.Unknown(name + "(" + in + ")")
}

// enclosed returns text that can stand within ${…}: its braces become parentheses unless each is closed.
func enclosed(s string) string {
	if text.Balanced(s) {
		return s
	}
	return strings.NewReplacer("{", "(", "}", ")").Replace(s)
}

var (
	// variable is what Fn::Sub would replace. Policy variables such as ${aws:username} do not match: they are part of the text.
	variable       = text.WhenUsed(`\$\{((?:AWS::)?[A-Za-z0-9]+(?:\.[A-Za-z0-9.]+)?)\}`)
	dynamicText    = text.WhenUsed(`\{\{(resolve:[^{}]+)\}\}`)
	policyVariable = text.WhenUsed(`^[a-z0-9-]+:[A-Za-z0-9/:_.-]+$|^[*?$]$`)
)

// literal returns text outside of Fn::Sub. A variable in it is no variable and must not be taken for the unknown value that
// is written the same: it becomes ${!…}, as Fn::Sub writes it. A dynamic reference is an unknown value, unless it has been deployed.
//
// [Dynamic references]: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
func (s *Stack) literal(t string) string {
	if strings.Contains(t, "${") {
		t = variable().ReplaceAllString(t, "$${!$1}")
	}
	return s.dynamic(t)
}

func (s *Stack) dynamic(t string) string {
	if strings.Contains(t, "{{resolve:") && !s.template.deployed {
		return dynamicText().ReplaceAllString(t, "$${"+s.Environment()+"$1}")
	}
	return t
}

// Call returns the call of an intrinsic function, as it stands in a template.
func Call(name string, arg value.Value) value.Value {
	return value.NewObject(arg.At, value.Pair(name, arg))
}
