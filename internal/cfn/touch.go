package cfn

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/catalog"
	"github.com/hopgrant/hopgrant/internal/cfn/template"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
)

// touches notes the topics and queues that a resource refers to in a property that is not read as anything else.
func (b *builder) touches(r *resource) {
	if !catalog.Acts(r.Type, r.row) && !r.unreadStack() || r.exists() == text.No {
		return
	}
	u := touching{builder: b, resource: r}
	for _, m := range r.Properties.Members {
		if !catalog.Describes(m.Key) && u.mayRefer(m.Value) {
			u.visit(m.Key, r.Resolve(m.Value))
		}
	}
	if r.row == nil && custom(r.Type) {
		u.customResource()
		return
	}
	u.note()
}

// custom reports whether resources of a type are made by a function of the owner's.
func custom(typ string) bool {
	return strings.HasPrefix(typ, "Custom::") || typ == "AWS::CloudFormation::CustomResource"
}

// A touching is a resource that may use topics and queues, and what it refers to.
type touching struct {
	*builder
	*resource
	found   []topology.Touch
	keys    []*topology.Key
	callers []*topology.Caller
}

// mayRefer reports whether a value as written may name something: it has a function, or text with a colon.
func (u *touching) mayRefer(v value.Value) bool {
	if _, _, ok := template.Intrinsic(v); ok {
		return true
	}
	for _, m := range v.Members {
		if u.mayRefer(m.Value) {
			return true
		}
	}
	for _, item := range v.Items {
		if u.mayRefer(item) {
			return true
		}
	}
	return v.Kind == value.Text && strings.Contains(v.Text, ":")
}

// visit collects what a resolved value refers to. Policy documents are no use.
func (u *touching) visit(path string, v value.Value) {
	if v.Has("Statement") {
		return
	}
	for _, m := range v.Members {
		if !catalog.Describes(m.Key) {
			u.visit(path+"."+m.Key, m.Value)
		}
	}
	for _, item := range v.Items {
		u.visit(path, item)
	}
	if v.Kind != value.Text {
		return
	}
	u.actsAs(v.Text)
	if last := path[strings.LastIndexByte(path, '.')+1:]; strings.Contains(strings.ToLower(last), "role") {
		return
	}
	if k := u.Key(v.Text); k != nil {
		u.keys = append(u.keys, k)
	}
	names := text.Mentions(v.Text)
	if (u.row == nil || u.row.Kind == catalog.Runner) && (u.Topic(v.Text) != nil || u.Queue(v.Text) != nil) {
		names = []string{v.Text} // what is not known may stand for one
	}
	for _, name := range names {
		u.found = u.Refers(u.found, topology.Touch{Element: u.element(), What: u.Type, Property: path}, name, u.position(v.At))
	}
}

// actsAs notes the roles that a text names: by themselves, by their instance profile or by their function.
func (u *touching) actsAs(name string) {
	if c := u.Caller(name); c != nil && !c.Foreign {
		u.callers = append(u.callers, c)
	}
	u.callers = append(u.callers, u.profiles[u.Canonical(name)]...)
	if f := u.functionRef(u.resource.stack, &topology.Element{}, name); f != nil && f.caller != nil {
		u.callers = append(u.callers, f.caller)
	}
}

// note adds what was found to the topology.
func (u *touching) note() {
	for _, x := range u.found {
		x.Callers = u.callers
		u.Touch(x)
	}
}
