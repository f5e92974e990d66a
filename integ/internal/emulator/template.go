package emulator

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A Template is a CloudFormation template in JSON.
type Template map[string]any

// ParseTemplate reads a template.
func ParseTemplate(data []byte) (Template, error) {
	var t Template
	if err := json.Unmarshal(data, &t); err != nil {
		return nil, fmt.Errorf("template: %w", err)
	}
	if len(t.Resources()) == 0 {
		return nil, fmt.Errorf("template: got no resources, want at least one")
	}
	return t, nil
}

// JSON returns the template's text.
func (t Template) JSON() []byte {
	data, err := json.Marshal(t)
	if err != nil {
		panic(err) // cannot happen: the Template was read from JSON
	}
	return data
}

// Clone returns a deep copy.
func (t Template) Clone() Template {
	c, err := ParseTemplate(t.JSON())
	if err != nil {
		panic(err)
	}
	return c
}

// Resources returns the resources by logical id.
func (t Template) Resources() map[string]any {
	r, _ := t["Resources"].(map[string]any)
	return r
}

// Type returns the type of a resource, such as AWS::SQS::Queue, or "" if there is no such resource.
func (t Template) Type(id string) string {
	r, _ := t.Resources()[id].(map[string]any)
	s, _ := r["Type"].(string)
	return s
}

// Properties returns the properties of a resource. Changes to the map change the template.
func (t Template) Properties(id string) map[string]any {
	r, _ := t.Resources()[id].(map[string]any)
	p, _ := r["Properties"].(map[string]any)
	return p
}

// OfType returns the logical ids of the resources of a type, sorted.
func (t Template) OfType(typ string) []string {
	var ids []string
	for id := range t.Resources() {
		if t.Type(id) == typ {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// leftOut are the resource types that the emulator does not support, with what that means for a test.
var leftOut = map[string]string{
	"AWS::Lambda::Function":           "code of a function is a file asset, and running it needs Docker",
	"AWS::Lambda::EventSourceMapping": "needs the function; the tests receive from its queue in the function's stead",
	"AWS::Lambda::Permission":         "needs the function",
	"AWS::CDK::Metadata":              "says which construct library made the template, and does nothing",
	"AWS::CloudWatch::Alarm":          "the emulator makes no alarms from templates",
	"AWS::S3::BucketPolicy":           "the emulator sets no bucket policies from templates; the tests publish in the bucket's stead",
	"Custom::S3BucketNotifications":   "a custom resource, made by a function; the tests publish in the bucket's stead",
	"Custom::S3AutoDeleteObjects":     "a custom resource, made by a function",
	"AWS::IAM::ServiceLinkedRole":     "the emulator has no service-linked roles",
}

// An Omission is a resource that is removed from a template before deployment.
type Omission struct{ ID, Type, Why string }

func (o Omission) String() string {
	return fmt.Sprintf("left out: %s (%s): %s", o.ID, o.Type, o.Why)
}

// ForEmulator returns the template without what the emulator does not support, and the omissions: resources of the
// types in leftOut, and resources that refer to one. No resource is dropped without an omission.
func (t Template) ForEmulator() (Template, []Omission) {
	t = t.Clone()
	var omitted []Omission
	omit := func(id, why string) {
		omitted = append(omitted, Omission{id, t.Type(id), why})
		delete(t.Resources(), id)
	}
	for _, id := range slices.Sorted(maps.Keys(t.Resources())) {
		if why, ok := leftOut[t.Type(id)]; ok {
			omit(id, why)
		}
	}
	for again := true; again; {
		again = false
		for _, id := range slices.Sorted(maps.Keys(t.Resources())) {
			for _, o := range omitted {
				if refersTo(t.Resources()[id].(map[string]any)["Properties"], o.ID) {
					omit(id, "refers to "+o.ID)
					again = true
					break
				}
			}
		}
	}
	t.forget(omitted)
	for _, r := range t.Resources() {
		// The deletion of a test's stack must delete everything, including keys and buckets.
		delete(r.(map[string]any), "DeletionPolicy")
	}
	return t, omitted
}

// forget removes dependencies on omitted resources and outputs that refer to them.
func (t Template) forget(omitted []Omission) {
	gone := func(id string) bool {
		return slices.ContainsFunc(omitted, func(o Omission) bool { return o.ID == id })
	}
	for id := range t.Resources() {
		r := t.Resources()[id].(map[string]any)
		switch d := r["DependsOn"].(type) {
		case string:
			if gone(d) {
				delete(r, "DependsOn")
			}
		case []any:
			r["DependsOn"] = slices.DeleteFunc(d, func(v any) bool { s, _ := v.(string); return gone(s) })
		}
	}
	outputs, _ := t["Outputs"].(map[string]any)
	for name, o := range outputs {
		for _, x := range omitted {
			if refersTo(o, x.ID) {
				delete(outputs, name)
			}
		}
	}
}

// refersTo reports whether a value of a template refers to a resource with Ref, Fn::GetAtt or Fn::Sub.
func refersTo(v any, id string) bool {
	switch v := v.(type) {
	case []any:
		return slices.ContainsFunc(v, func(e any) bool { return refersTo(e, id) })
	case map[string]any:
		for k, e := range v {
			switch k {
			case "Ref":
				if e == id {
					return true
				}
			case "Fn::GetAtt":
				if s, ok := e.(string); ok && strings.HasPrefix(s, id+".") {
					return true
				}
				if l, ok := e.([]any); ok && len(l) > 0 && l[0] == id {
					return true
				}
			case "Fn::Sub":
				if subRefers(e, id) {
					return true
				}
			}
			if refersTo(e, id) {
				return true
			}
		}
	}
	return false
}

func subRefers(v any, id string) bool {
	s, ok := v.(string)
	if l, isList := v.([]any); isList && len(l) > 0 {
		s, ok = l[0].(string)
	}
	return ok && (strings.Contains(s, "${"+id+"}") || strings.Contains(s, "${"+id+"."))
}
