package cfn

import (
	"slices"
	"strconv"
	"strings"

	"github.com/hopgrant/hopgrant/internal/catalog"
	"github.com/hopgrant/hopgrant/internal/cfn/template"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
)

// A stack is a stack of the templates.
type stack struct{ *template.Stack }

// position returns a place of the stack's template.
func (s stack) position(at value.Place) topology.Position {
	return topology.Position{File: s.File(), Line: int(at.Line), Column: int(at.Column)}
}

// A resource is a resource of a stack, with its row of the catalog.
type resource struct {
	*template.Resource
	stack
	row *catalog.Type // nil if the catalog does not have its type
}

func newResource(s stack, r *template.Resource) *resource {
	return &resource{r, s, catalog.CloudFormation(r.Type)}
}

// form returns the row's column for CloudFormation.
func (r *resource) form() catalog.Form { return r.row.CloudFormation }

// get returns a property with its functions evaluated.
func (r *resource) get(property string) value.Value { return r.Resolve(r.Properties.Get(property)) }

// text returns a property as text; what is neither there nor text is "".
func (r *resource) text(property string) string {
	if v := r.get(property); v.Scalar() {
		return v.Text
	}
	return ""
}

// list returns the items of a list property; a list that is not known is one unknown item.
func (r *resource) list(property string) []value.Value {
	var all []value.Value
	for _, v := range r.get(property).OneOrMany() {
		if v.Kind == value.List {
			all = append(all, v.Items...)
			continue
		}
		all = append(all, v)
	}
	return all
}

// written returns a property as written. Where an include may bring more properties, one that is not there is not known.
func (r *resource) written(name string) value.Value {
	v := r.Properties.Get(name)
	if v.Kind != value.Absent {
		return v
	}
	if m, ok := r.included(); ok {
		return template.Call("Fn::GetAtt", value.NewList(m.At, value.NewText(m.At, r.ID), value.NewText(m.At, name)))
	}
	return v
}

// off reports whether a property switches the resource off.
func (r *resource) off() bool {
	return slices.ContainsFunc(strings.Fields(r.form().Off), func(setting string) bool {
		at, off, _ := strings.Cut(setting, "=")
		path := strings.Split(at, ".")
		return strings.EqualFold(r.get(path[0]).Path(path[1:]...).Text, off)
	})
}

// tri returns what is known of a boolean property, with its default.
func (r *resource) tri(property string, otherwise text.Truth) text.Truth {
	return triOf(r.get(property), otherwise)
}

// triOf returns what is known of a boolean, with its default.
func triOf(v value.Value, otherwise text.Truth) text.Truth {
	switch {
	case !v.There():
		return otherwise
	case v.Scalar() && strings.EqualFold(v.Text, "true"):
		return text.Yes
	case v.Scalar() && strings.EqualFold(v.Text, "false"):
		return text.No
	}
	return text.Maybe
}

// number returns a property that is a whole number, with its default; nil if it is not known.
func (r *resource) number(property string, otherwise int) *int {
	v := r.get(property)
	if !v.There() {
		return &otherwise
	}
	i, err := strconv.Atoi(v.Text)
	if err != nil {
		return nil
	}
	return &i
}

// element returns what every element has.
func (r *resource) element() topology.Element {
	e := topology.Element{ID: r.ID, Path: r.ConstructPath(r.Resource), Stack: r.Shown, At: r.position(r.At), MayChange: r.mayChange(), Generated: r.Generated,
		Suppressions: r.suppressions()}
	if m, ok := r.included(); ok && e.MayChange == "" {
		e.MayChange = "what " + m.Key + " brings is not known"
	}
	if n := len(r.Properties.Members); n > 0 {
		e.Properties = make(map[string]topology.Position, n)
		for _, m := range r.Properties.Members {
			e.Properties[m.Key] = r.position(m.At)
		}
	}
	return e
}

// suppressions returns what the resource's Metadata, and comments above it, say about accepted findings.
func (r *resource) suppressions() []topology.Suppression {
	all := topology.Commented(r.File(), r.Notes(r.Resource))
	for _, i := range r.Body.Path("Metadata", "hopgrant", "ignore").OneOrMany() {
		i = r.Resolve(i)
		if i.Kind == value.Text {
			all = append(all, topology.Suppression{Rule: i.Text, At: r.position(i.At)})
			continue
		}
		all = append(all, topology.Suppression{Rule: i.Get("rule").Text, Reason: i.Get("reason").Text, At: r.position(i.At)})
	}
	return all
}

// exists tells what is known of the condition of the resource.
func (r *resource) exists() text.Truth {
	if r.Condition == "" {
		return text.Yes
	}
	return r.Holds(r.At, r.Condition)
}

// mayBe reports whether text of the stack may be the ARN of a resource of the service: such an ARN, or text that does not tell.
func (s stack) mayBe(arn, service string) bool {
	if p, ok := text.SplitARN(arn); ok {
		return p[2] == service || text.Unresolved(p[2])
	}
	if !text.Unresolved(arn) || strings.HasPrefix(arn, "https://") {
		return false
	}
	// A reference to a resource of the template that is neither a topic nor a queue is neither.
	id, _, _ := strings.Cut(s.Known(arn), ".")
	if r := s.Resource(id); r != nil && strings.HasPrefix(r.Type, "AWS::") && r.Type != "AWS::CloudFormation::Stack" && r.Type != "AWS::SSM::Parameter" {
		return strings.HasPrefix(r.Type, "AWS::"+strings.ToUpper(service)+"::") || r.Type == "AWS::CloudFormation::CustomResource"
	}
	return true
}
