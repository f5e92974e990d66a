package template

import (
	"maps"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/region"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/value"
)

// A Stack is one template with everything that it depends on: its environment, its parameters, its parent. Its methods panic
// where a template refers to itself or grows without bound; [App.Each] turns that into an error.
type Stack struct {
	// Resources are those of the template, after loops and transforms, in the order of the file.
	Resources []*Resource
	// Strange is what of the template cannot be known.
	Strange []Oddity
	// Shown is the stack's name among those that are read with it; empty if it is the only one. It also tells its unknown
	// values apart from theirs.
	Shown string
	// Construct is the path of the stack's CDK construct; "" if there is none, or it is not known.
	Construct string
	Account   string // "" if not known
	Region    string // "" if not known

	template  *template
	world     *World
	byID      map[string]*Resource
	name      string // "" if not known
	partition string // "" if the Region tells it
	arguments map[string]value.Value
	parent    *Stack
	inParent  string            // the logical id that the parent has for this stack
	children  map[string]*Stack // by logical id of AWS::CloudFormation::Stack
	unread    map[string]string // why the template of one of them is not read, if it is there
	paths     constructPaths
	// conditions and outputs are the template's, after loops.
	conditions, outputs value.Value

	values   map[what]value.Value // what has been computed
	within   map[what]bool        // what is being computed
	truth    map[string]text.Truth
	deciding map[string]bool
}

// A World is all stacks that are read together, under one assumption about the conditions that are not known.
type World struct {
	Stacks []*Stack
	// Scenario says which conditions hold, as in "IsProd is true"; empty if there is nothing to assume.
	Scenario string

	types    Types
	scenario scenario
	exports  map[string]export // by account, region and name
	imports  map[string]bool   // by account, region and name
	depth    int
	work     *int // of all worlds of the reading, as Stack.spend counts it
	// partition is that of stacks whose Region is not known; "" if it is not known either.
	partition string
}

// Exports returns the names that the stacks export, and Imports those that they import from elsewhere, each with its account
// and Region.
func (w *World) Exports() []string { return slices.Sorted(maps.Keys(w.exports)) }

// Imports returns the names that the stacks import and that none of them exports; see [World.Exports].
func (w *World) Imports() []string { return slices.Sorted(maps.Keys(w.imports)) }

// An export is an output that other stacks of the same account and Region may import.
type export struct {
	stack  *Stack // nil if several stacks export the name
	output string
}

// Parent returns the stack that this one is nested in; nil if it is in none.
func (s *Stack) Parent() *Stack { return s.parent }

// File returns the name of the template's file.
func (s *Stack) File() string { return s.template.file }

// Notes returns the comments at a resource that accept findings about it.
func (s *Stack) Notes(r *Resource) []value.Note { return s.template.notes[r.At.Line] }

// StrayNotes returns the comments of the template that accept findings and are at no resource.
func (s *Stack) StrayNotes() []value.Note {
	var all []value.Note
	for _, line := range slices.Sorted(maps.Keys(s.template.notes)) {
		at := func(r *Resource) bool { return r.At.Line == line }
		if !slices.ContainsFunc(s.template.resources, at) && !slices.ContainsFunc(s.Resources, at) { // as written, and of loops
			all = append(all, s.template.notes[line]...)
		}
	}
	return all
}

// Resource returns the resource with a logical id; nil if there is none.
func (s *Stack) Resource(id string) *Resource { return s.byID[id] }

// Section returns a section of the template, such as Globals.
func (s *Stack) Section(name string) value.Value { return s.template.root.Get(name) }

// Replace replaces the stack's resources, as a transform does. Of several with one logical id the first counts.
func (s *Stack) Replace(resources []*Resource) {
	s.Resources, s.byID = s.Resources[:0:0], make(map[string]*Resource, len(resources))
	for _, r := range resources {
		if s.byID[r.ID] == nil {
			s.Resources = append(s.Resources, r)
			s.byID[r.ID] = r
		}
	}
}

// NestedUnread says why the template of a nested stack is not read; "" if it is.
func (s *Stack) NestedUnread(id string) string {
	switch why := s.unread[id]; {
	case s.children[id] != nil:
		return ""
	case why != "":
		return "its template is not read, since " + why
	}
	return "its template is not among the files"
}

// fail ends the reading; [App.Each] recovers it.
func (s *Stack) fail(at value.Place, cause error, what, is, got, want string) {
	panic((&value.Error{File: s.template.file, What: what, Value: is, Got: got, Want: want, Cause: cause}).In(at))
}

// Unknown returns the text that stands for something of this stack that is known only at deployment.
func (s *Stack) Unknown(name string) string {
	if s.Shown == "" {
		return "${" + name + "}"
	}
	return "${" + s.Shown + "/" + name + "}"
}

// Known returns the name within this stack of what an unknown text stands for.
func (s *Stack) Known(unknown string) string {
	name := strings.TrimSuffix(strings.TrimPrefix(unknown, "${"), "}")
	if s.Shown != "" {
		name = strings.TrimPrefix(name, s.Shown+"/")
	}
	return name
}

// Pseudo returns the value of a pseudo parameter, or "". All stacks whose environment is not known are deployed to the same
// one.
//
// [Pseudo parameters]
//
// [Pseudo parameters]: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
func (s *Stack) Pseudo(name string) string {
	known := ""
	switch name {
	case "AWS::Region":
		known = s.Region
	case "AWS::AccountId":
		known = s.Account
	case "AWS::Partition":
		switch known = s.world.partition; {
		case s.partition != "":
			known = s.partition
		case s.Region != "":
			known = region.Partition(s.Region)
		}
	case "AWS::URLSuffix":
		switch {
		case s.Region == "":
		case region.Partition(s.Region) == "aws-cn":
			known = "amazonaws.com.cn"
		default:
			known = "amazonaws.com"
		}
	case "AWS::StackName":
		if s.name == "" {
			return s.Unknown(name)
		}
		known = s.name
	case "AWS::StackId":
		return s.stackARN(s.Pseudo("AWS::StackName"), s.Unknown("AWS::StackId"))
	case "AWS::NotificationARNs":
		return s.Unknown(name)
	default:
		return ""
	}
	if known == "" {
		return "${" + name + "}"
	}
	return known
}

func (s *Stack) stackARN(name, id string) string {
	return "arn:" + s.Pseudo("AWS::Partition") + ":cloudformation:" + s.Pseudo("AWS::Region") + ":" + s.Pseudo("AWS::AccountId") + ":stack/" + name + "/" + id
}

// GeneratedName returns the name that CloudFormation makes for a resource: the stack's name, the logical id and a random
// part.
//
// [Name type]
//
// [Name type]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html
func (s *Stack) GeneratedName(r *Resource) string {
	return s.Pseudo("AWS::StackName") + "-" + r.ID + "-" + s.Unknown(r.ID)
}

// parameter returns the value of a parameter: what was passed, else its default, else unknown text.
//
// [CloudFormation-supplied parameter types]: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html
func (s *Stack) parameter(name string) (value.Value, bool) {
	p := s.template.parameters.Get(name)
	if p.Kind != value.Object {
		return value.Value{}, false
	}
	typ := p.Get("Type").Text
	v, ok := s.argument(name)
	if !ok {
		v = p.Get("Default")
	}
	// What stands for a stored parameter is its name; only what the user passes may be the value itself.
	stored := strings.HasPrefix(typ, "AWS::SSM::Parameter::Value")
	if !ok && !v.Scalar() || stored && (!ok || s.parent != nil || strings.HasPrefix(v.Text, "/")) {
		return value.NewText(p.At, s.Unknown(name)), true
	}
	if v.Scalar() && (typ == "CommaDelimitedList" || strings.Contains(typ, "List<")) && !text.Unresolved(v.Text) {
		all := value.Value{Kind: value.List, At: v.At}
		for _, part := range strings.Split(v.Text, ",") {
			all.Items = append(all.Items, value.NewText(v.At, strings.TrimSpace(part)))
		}
		return all, true
	}
	if v.Kind == value.Number || v.Kind == value.Boolean {
		v.Kind = value.Text
	}
	if v.Kind == value.Text {
		v.Text = s.dynamic(v.Text)
	}
	return v, true
}

// argument returns what is passed for a parameter: by the parent stack, or by the user.
func (s *Stack) argument(name string) (value.Value, bool) {
	if s.parent == nil {
		v, ok := s.arguments[name]
		return v, ok
	}
	v := s.parent.byID[s.inParent].Properties.Path("Parameters", name)
	if !v.There() {
		return value.Value{}, false
	}
	v = s.parent.Resolve(v)
	if v.Kind == value.List { // a list is passed as text
		v = value.NewText(v.At, commas(v))
	}
	return v, v.Kind != value.Absent
}

// commas returns the items of a list as one text.
func commas(list value.Value) string {
	all := make([]string, len(list.Items))
	for i, item := range list.Items {
		all[i] = item.Text
	}
	return strings.Join(all, ",")
}
