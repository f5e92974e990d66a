package cfn

import (
	"strings"
)

// A template is one parsed CloudFormation template.
type template struct {
	file       string
	root       node
	parameters node
	mappings   node
	conditions node
	outputs    node
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
	at         place
	body       node // Type, Properties, Metadata, …
	properties node
	condition  string // the name of its condition; "" if it has none
}

// An oddity is something of a template that cannot be known.
type oddity struct {
	id, what, why string
	at            place
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
func newTemplate(file string, root node) (*template, error) {
	bad := func(at place, what, value, got, want string) error {
		return (&ReadError{File: file, What: what, Value: value, Got: got, Want: want, Cause: ErrTemplate}).in(at)
	}
	if root.kind != object {
		return nil, bad(root.at, "template", "", "it is "+root.kind.String(), "an object with Resources")
	}
	t := &template{file: file, root: root, byID: map[string]*resource{}}
	section := func(name string) (node, error) {
		n := root.get(name)
		if n.there() && n.kind != object {
			return node{}, bad(n.at, "section", name, "it is "+n.kind.String(), "an object")
		}
		return n, nil
	}
	var err error
	for _, s := range []struct {
		name string
		to   *node
	}{{"Parameters", &t.parameters}, {"Mappings", &t.mappings}, {"Conditions", &t.conditions}, {"Outputs", &t.outputs}} {
		if *s.to, err = section(s.name); err != nil {
			return nil, err
		}
	}
	for _, tr := range root.get("Transform").list() {
		name := tr.text
		if tr.kind == object {
			name = tr.get("Name").text
		}
		t.transforms = append(t.transforms, name)
		if !harmless[name] {
			t.strange = append(t.strange, oddity{"", "transform", "macro " + quote(name) + " may change anything in the template", tr.at})
		}
	}
	resources, err := section("Resources")
	if err != nil {
		return nil, err
	}
	if !resources.there() {
		return nil, bad(root.at, "template", "", "it has no Resources", "an object with Resources")
	}
	for _, m := range resources.members {
		if err := t.addResource(m.key, m.at, m.value); err != nil {
			return nil, err
		}
	}
	return t, nil
}

func (t *template) addResource(id string, at place, body node) error {
	if strings.HasPrefix(id, "Fn::ForEach::") {
		t.resources = append(t.resources, &resource{id: id, typ: "Fn::ForEach", at: at, body: body})
		return nil
	}
	if id == "Fn::Transform" {
		t.strange = append(t.strange, oddity{"", "transform", "it may bring resources that are not in the file", at})
		return nil
	}
	if body.kind != object || body.get("Type").kind != text {
		return (&ReadError{File: t.file, What: "resource", Value: id, Got: "it has no Type", Want: "an object with Type and Properties", Cause: ErrTemplate}).in(at)
	}
	if first, dup := t.byID[id]; dup {
		return (&ReadError{File: t.file, What: "resource", Value: id, Got: "it is already at " + first.at.String(), Want: "each logical id once", Cause: ErrDuplicate}).in(at)
	}
	t.add(&resource{id: id, typ: body.get("Type").text, at: at, body: body, properties: body.get("Properties"), condition: body.get("Condition").text})
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

func quote(s string) string { return `"` + excerpt(s) + `"` }
