package cfn

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/value"
)

// A template is one parsed CloudFormation template.
type template struct {
	file       string
	root       value.Value
	parameters value.Value
	mappings   value.Value
	conditions value.Value
	outputs    value.Value
	transforms []string
	resources  []*resource
	byID       map[string]*resource
	loops      bool   // it may hold Fn::ForEach
	partition  string // the only one that its ARNs name; "" if there is none, or several
	// strange is what of the template cannot be known, such as an include that brings resources.
	strange []oddity
}

// A resource is one resource of a template as it stands there.
type resource struct {
	id         string
	typ        string
	at         value.Place
	body       value.Value // Type, Properties, Metadata, …
	properties value.Value
	condition  string // the name of its condition; "" if it has none
}

// An oddity is something of a template that cannot be known.
type oddity struct {
	id, what, why string
	at            value.Place
}

// serverless is the name of the SAM transform.
const serverless = "AWS::Serverless-2016-10-31"

// harmless are transforms that neither add nor change anything that a topology holds, or that the reader carries out.
var harmless = map[string]bool{
	serverless:                           true,
	"AWS::LanguageExtensions":            true,
	"AWS::CodeDeployBlueGreen":           true,
	"AWS::CodeDeploy":                    true,
	"AWS::SecretsManager-2020-07-23":     true,
	"AWS::SecretsManager-2024-09-16":     true,
	"AWS::ServiceCatalog":                true,
	"AWS::CloudFormation::ModuleVersion": true,
}

// newTemplate divides a parsed file into the sections of a template.
func newTemplate(file string, root value.Value) (*template, error) {
	bad := func(at value.Place, what, is, got, want string) error {
		return (&value.Error{File: file, What: what, Value: is, Got: got, Want: want, Cause: value.ErrShape}).In(at)
	}
	if root.Kind != value.Object {
		return nil, bad(root.At, "template", "", "it is "+root.Kind.String(), "an object with Resources")
	}
	t := &template{file: file, root: root, byID: map[string]*resource{}}
	section := func(name string) (value.Value, error) {
		n := root.Get(name)
		if n.There() && n.Kind != value.Object {
			return value.Value{}, bad(n.At, "section", name, "it is "+n.Kind.String(), "an object")
		}
		return n, nil
	}
	var err error
	for _, s := range []struct {
		name string
		to   *value.Value
	}{{"Parameters", &t.parameters}, {"Mappings", &t.mappings}, {"Conditions", &t.conditions}, {"Outputs", &t.outputs}} {
		if *s.to, err = section(s.name); err != nil {
			return nil, err
		}
	}
	for _, tr := range root.Get("Transform").OneOrMany() {
		name := tr.Text
		if tr.Kind == value.Object {
			name = tr.Get("Name").Text
		}
		t.transforms = append(t.transforms, name)
		if !harmless[name] {
			t.strange = append(t.strange, oddity{"", "transform", "macro " + quote(name) + " may change anything in the template", tr.At})
		}
	}
	resources, err := section("Resources")
	if err != nil {
		return nil, err
	}
	if !resources.There() {
		return nil, bad(root.At, "template", "", "it has no Resources", "an object with Resources")
	}
	for _, m := range resources.Members {
		if err := t.addResource(m.Key, m.At, m.Value); err != nil {
			return nil, err
		}
	}
	return t, nil
}

func (t *template) addResource(id string, at value.Place, body value.Value) error {
	if strings.HasPrefix(id, "Fn::ForEach::") {
		t.resources = append(t.resources, &resource{id: id, typ: "Fn::ForEach", at: at, body: body})
		return nil
	}
	if id == "Fn::Transform" {
		t.strange = append(t.strange, oddity{"", "transform", "it may bring resources that are not in the file", at})
		return nil
	}
	if body.Kind != value.Object || body.Get("Type").Kind != value.Text {
		return (&value.Error{File: t.file, What: "resource", Value: id, Got: "it has no Type", Want: "an object with Type and Properties", Cause: value.ErrShape}).In(at)
	}
	if first, dup := t.byID[id]; dup {
		return (&value.Error{File: t.file, What: "resource", Value: id, Got: "it is already at " + first.at.String(), Want: "each logical id once", Cause: value.ErrDuplicate}).In(at)
	}
	t.add(&resource{id: id, typ: body.Get("Type").Text, at: at, body: body, properties: body.Get("Properties"), condition: body.Get("Condition").Text})
	return nil
}

func (t *template) add(r *resource) {
	t.resources = append(t.resources, r)
	t.byID[r.id] = r
}

// transformed reports whether the template names the transform.
func (t *template) transformed(name string) bool {
	for _, tr := range t.transforms {
		if tr == name {
			return true
		}
	}
	return false
}

func quote(s string) string { return `"` + value.Excerpt(s) + `"` }
