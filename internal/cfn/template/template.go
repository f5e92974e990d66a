// Package template is the CloudFormation template language: it reads templates and cloud assemblies, and carries out
// parameters, conditions, mappings, loops and functions, so that what remains of a property is a plain value.
//
// What CloudFormation would know at deployment and a file does not tell stays in the text as ${…}: ${AWS::Region},
// ${Parameter}, ${Resource.Attribute}, ${Fn::ImportValue(Name)}. The same text stands for the same value everywhere in one
// [World]; where several stacks are read together, what belongs to one of them carries its name, as in ${Stack/Parameter}.
// A resource without a name of its own gets the one CloudFormation would make, ${AWS::StackName}-Orders-${Orders}, with
// the random part unknown.
//
// Conditions that are not known are tried both ways: an [App] has one World for each combination that can occur.
//
// The language knows no resource types. The caller says with [Types] what Ref and Fn::GetAtt of a resource give.
package template

import (
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/value"
)

// Types is what the language is told about resource types.
type Types struct {
	// Ref returns what Ref gives for a resource, GetAtt what Fn::GetAtt gives; "" for what is known at deployment only.
	Ref    func(*Stack, *Resource) string
	GetAtt func(s *Stack, r *Resource, attribute string) string
	// Matters reports whether a condition on a resource, or in its properties, is worth a World of its own.
	Matters func(*Resource) bool
	// Transforms are the macros that are known, by name. Each replaces resources of a stack by others.
	Transforms map[string]func(*Stack)
}

// A Resource is one resource of a template as it stands there.
type Resource struct {
	ID         string
	Type       string
	At         value.Place
	Body       value.Value // Type, Properties, Metadata, …
	Properties value.Value
	Condition  string // the name of its condition; "" if it has none
	Generated  bool   // SAM has made it
	ARN        string // of what is there already; "" if the ARN follows from the name
}

// An Oddity is something of a template that cannot be known, such as an include that brings resources.
type Oddity struct {
	ID, What, Why string
	At            value.Place
	Effect        Effect
}

// An Effect is what an [Oddity] may do to the rest of its template.
type Effect uint8

// The effects.
const (
	Nothing Effect = iota
	Adds           // it may bring resources
	Changes        // it may change every resource, and bring others
)

// A template is one parsed file, divided into sections.
type template struct {
	file       string
	root       value.Value
	parameters value.Value
	mappings   value.Value
	conditions value.Value
	outputs    value.Value
	transforms []string
	resources  []*Resource
	empty      bool // there is no section of resources
	deployed   bool // it is no file, but what an account has
	byID       map[string]*Resource
	strange    []Oddity
	sets       map[string]*template   // of stack sets, by logical id
	loops      bool                   // it may hold Fn::ForEach
	partitions []string               // those that its ARNs name
	notes      map[int32][]value.Note // suppressions in comments, by the line of a resource
}

// Serverless is the name of the SAM transform.
const Serverless = "AWS::Serverless-2016-10-31"

// harmless are transforms that change nothing that a message passes, and those that this package or [Types] carries out.
var harmless = map[string]bool{
	Serverless:                           true,
	"AWS::LanguageExtensions":            true,
	"AWS::CodeDeployBlueGreen":           true,
	"AWS::CodeDeploy":                    true,
	"AWS::SecretsManager-2020-07-23":     true,
	"AWS::SecretsManager-2024-09-16":     true,
	"AWS::ServiceCatalog":                true,
	"AWS::CloudFormation::ModuleVersion": true,
}

// newTemplate divides a parsed file into the sections of a template. depth is how many stack sets it is text of.
func newTemplate(file string, root value.Value, depth int) (*template, error) {
	t := &template{file: file, root: root, byID: map[string]*Resource{}}
	switch root.Kind {
	case value.Object:
	case value.Null:
		return nil, t.shape(root.At, "file", "", "it is empty", "an object with Resources")
	default:
		return nil, t.shape(root.At, "template", "", "it is "+root.Kind.String(), "an object with Resources")
	}
	var resources value.Value
	for _, s := range []struct {
		name string
		to   *value.Value
	}{{"Parameters", &t.parameters}, {"Mappings", &t.mappings}, {"Conditions", &t.conditions}, {"Outputs", &t.outputs}, {"Resources", &resources}} {
		if *s.to = root.Get(s.name); s.to.There() && s.to.Kind != value.Object {
			return nil, t.shape(s.to.At, "section", s.name, "it is "+s.to.Kind.String(), "an object")
		}
	}
	for _, tr := range root.Get("Transform").OneOrMany() {
		name := tr.Text
		if tr.Kind == value.Object {
			name = tr.Get("Name").Text
		}
		t.transforms = append(t.transforms, name)
		if !harmless[name] {
			t.strange = append(t.strange, Oddity{"", "transform", "macro " + quote(name) + " may change anything in the template", tr.At, Changes})
		}
	}
	if err := t.checkMappings(); err != nil {
		return nil, err
	}
	t.empty = !resources.There()
	for _, m := range resources.Members {
		if err := t.addResource(m.Key, m.At, m.Value); err != nil {
			return nil, err
		}
	}
	if err := t.checkSAM(); err != nil {
		return nil, err
	}
	t.stackSets(depth)
	return t, nil
}

// deployable returns an error if the template has no resources, which CloudFormation refuses. The CDK writes such a one for an empty
// stack, and leaves it out of a deployment.
//
// [Resources section]
//
// [Resources section]: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html
func (t *template) deployable() error {
	if t.empty {
		return t.shape(t.root.At, "template", "", "it has no Resources", "an object with Resources")
	}
	return nil
}

// checkSAM refuses resources of SAM in a template whose Transform does not name SAM, as CloudFormation does. A macro may
// bring the transform.
func (t *template) checkSAM() error {
	if t.transformed(Serverless) || len(t.strange) > 0 {
		return nil
	}
	for _, r := range t.resources {
		if strings.HasPrefix(r.Type, "AWS::Serverless::") {
			return t.shape(r.At, "resource", r.ID, "its type is "+r.Type+" and the template has no transform for it", "Transform: "+Serverless)
		}
	}
	return nil
}

// checkMappings refuses functions in mappings, as CloudFormation does. An include is no function of a mapping: it is carried
// out before.
//
// [Mappings syntax]: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/mappings-section-structure.html
func (t *template) checkMappings() error {
	for _, mapping := range t.mappings.Members {
		for _, row := range mapping.Value.Members {
			for _, m := range row.Value.Members {
				for _, v := range m.Value.OneOrMany() {
					if name, _, ok := Intrinsic(v); ok && name != "Fn::Transform" {
						return t.shape(v.At, "mapping", mapping.Key, name+" is in it", "strings, and lists of strings")
					}
					if v.Kind == value.List {
						return t.shape(v.At, "mapping", mapping.Key, "a list is in a list", "strings, and lists of strings")
					}
				}
			}
		}
	}
	return nil
}

func (t *template) shape(at value.Place, what, is, got, want string) error {
	return (&value.Error{File: t.file, What: what, Value: is, Got: got, Want: want, Cause: value.ErrShape}).In(at)
}

func (t *template) addResource(id string, at value.Place, body value.Value) error {
	if strings.HasPrefix(id, forEach) {
		t.resources = append(t.resources, &Resource{ID: id, Type: "Fn::ForEach", At: at, Body: body})
		return nil
	}
	if id == "Fn::Transform" {
		// A macro other than an include is given all that stands beside it.
		//
		// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-transform.html
		o := Oddity{"", "transform", "Fn::Transform may bring resources that are not in the file", at, Adds}
		if name := body.Get("Name").Text; name != "AWS::Include" {
			o.Why, o.Effect = "macro "+quote(name)+" may change every resource", Changes
		}
		t.strange = append(t.strange, o)
		return nil
	}
	if body.Kind != value.Object || body.Get("Type").Kind != value.Text {
		return t.shape(at, "resource", id, "it has no Type", "an object with Type and Properties")
	}
	if first, dup := t.byID[id]; dup {
		return (&value.Error{File: t.file, What: "resource", Value: id, Got: "it is already at " + first.At.String(), Want: "each logical id once", Cause: value.ErrDuplicate}).In(at)
	}
	t.add(&Resource{ID: id, Type: body.Get("Type").Text, At: at, Body: body, Properties: body.Get("Properties"), Condition: body.Get("Condition").Text})
	return nil
}

func (t *template) add(r *Resource) {
	t.resources = append(t.resources, r)
	t.byID[r.ID] = r
}

// transformed reports whether the template names the transform.
func (t *template) transformed(name string) bool { return slices.Contains(t.transforms, name) }

func quote(s string) string { return `"` + value.Excerpt(s) + `"` }
