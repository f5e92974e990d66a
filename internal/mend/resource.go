package mend

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/hopgrant/hopgrant/internal/edit"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// A policyType is a resource type that holds a policy, and the property that says whose.
type policyType struct{ name, attaches string }

// policyOf has the types of the policies that are resources of their own.
//
// [AWS::SQS::QueuePolicy], [AWS::SNS::TopicPolicy]
//
// [AWS::SQS::QueuePolicy]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queuepolicy.html
// [AWS::SNS::TopicPolicy]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topicpolicy.html
var policyOf = map[policygen.Target]policyType{
	policygen.OnQueue: {"AWS::SQS::QueuePolicy", "Queues"},
	policygen.OnTopic: {"AWS::SNS::TopicPolicy", "Topics"},
}

func object(pairs ...value.Member) value.Value { return value.NewObject(value.Place{}, pairs...) }

func list(items ...value.Value) value.Value { return value.NewList(value.Place{}, items...) }

func word(s string) value.Value { return value.NewText(value.Place{}, s) }

func document(statements []value.Value) value.Value {
	return object(value.Pair("Version", word(policygen.Version)), value.Pair("Statement", list(statements...)))
}

// setProperty gives a resource a property, and its first one too.
func setProperty(f *edit.File, id, name string, v value.Value) error {
	resource := []string{"Resources", id}
	if f.At(append(resource, "Properties")...).Kind == value.Absent {
		return f.Add(resource, "Properties", object(value.Pair(name, v)))
	}
	return f.Set(append(resource, "Properties"), name, v)
}

// addPolicy adds the policy of a queue or topic as a resource, under the condition of what it is for.
func addPolicy(f *edit.File, of string, t policyType, statements []value.Value) (id string, err error) {
	return addResource(f, of, "Policy", object(
		value.Pair("Type", word(t.name)),
		value.Pair("Properties", object(
			value.Pair(t.attaches, list(object(value.Pair("Ref", word(of))))),
			value.Pair("PolicyDocument", document(statements))))))
}

// policyAdded returns the policy of a queue or topic that an earlier mend has added; empty if none has.
func policyAdded(f *edit.File, of string, on policygen.Target) string {
	t := policyOf[on]
	for _, r := range f.At("Resources").Members {
		if attached := r.Value.Path("Properties", t.attaches); t.name != "" && r.Value.Get("Type").Text == t.name && len(attached.Items) == 1 && attached.Items[0].Get("Ref").Text == of {
			return r.Key
		}
	}
	return ""
}

// addResource adds a resource that belongs to another one, under that one's condition, and returns its logical id.
func addResource(f *edit.File, of, suffix string, resource value.Value) (id string, err error) {
	resources := f.Root().Get("Resources")
	if c := resources.Path(of, "Condition"); c.Kind == value.Text {
		resource.Members = slices.Insert(resource.Members, 1, value.Pair("Condition", word(c.Text)))
	}
	id = of + suffix
	for n := 2; resources.Has(id); n++ {
		id = of + suffix + strconv.Itoa(n)
	}
	return id, f.Add([]string{"Resources"}, id, resource)
}

// grantRole adds statements for a role: to a policy that only it has, else to its own inline policies, else, where that would make the
// template go in circles, to a new policy.
//
// [AWS::IAM::Role], [AWS::IAM::Policy]
//
// [AWS::IAM::Role]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html
// [AWS::IAM::Policy]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-policy.html
func grantRole(f *edit.File, h holder, statements []value.Value) error {
	resources := f.Root().Get("Resources")
	try := func(do func() error) bool { return withoutCircle(f, do) == nil }
	name := h.element.ID + "Hops"
	for _, path := range policiesNamed(f, h.element.ID, name) { // an earlier mend's
		if try(func() error { return appendStatements(f, path, statements) }) {
			return nil
		}
	}
	for _, p := range h.policies {
		r := resources.Get(p.ID)
		if p.ID != h.element.ID && len(r.Path("Properties", "Roles").Items)+len(r.Path("Properties", "Users").Items)+len(r.Path("Properties", "Groups").Items) == 1 &&
			try(func() error {
				return appendStatements(f, []string{"Resources", p.ID, "Properties", "PolicyDocument"}, statements)
			}) {
			return nil
		}
	}
	if of, is := strings.CutSuffix(h.element.ID, "Role"); is && !has(f, h.element.ID) && resources.Path(of, "Properties", "Role").Kind == value.Absent &&
		strings.HasPrefix(resources.Path(of, "Type").Text, "AWS::Serverless::") {
		return grantGenerated(f, of, document(statements))
	}
	if !has(f, h.element.ID) {
		return notThere(h.element.ID)
	}
	kind := resources.Path(h.element.ID, "Type").Text
	if kind == "AWS::IAM::Role" || kind == "AWS::IAM::User" {
		inline := object(value.Pair("PolicyName", word(name)), value.Pair("PolicyDocument", document(statements)))
		properties := []string{"Resources", h.element.ID, "Properties"}
		if policies := f.At(append(properties, "Policies")...); policies.Kind != value.Absent {
			if policies.Kind == value.List && try(func() error { return f.Append(append(properties, "Policies"), inline) }) {
				return nil
			}
		} else if try(func() error { return setProperty(f, h.element.ID, "Policies", list(inline)) }) {
			return nil
		}
	}
	attaches := "Roles"
	if kind == "AWS::IAM::User" {
		attaches = "Users"
	}
	_, err := addResource(f, h.element.ID, "Policy", object(
		value.Pair("Type", word("AWS::IAM::Policy")),
		value.Pair("Properties", object(
			value.Pair("PolicyName", word(name)),
			value.Pair(attaches, list(object(value.Pair("Ref", word(h.element.ID))))),
			value.Pair("PolicyDocument", document(statements))))))
	return err
}

// policiesNamed returns the paths of the documents that a role or user has under the name of a policy: in itself, or in an
// AWS::IAM::Policy.
func policiesNamed(f *edit.File, id, name string) (all [][]string) {
	for i, p := range f.At("Resources", id, "Properties", "Policies").Items {
		if p.Get("PolicyName").Text == name {
			all = append(all, []string{"Resources", id, "Properties", "Policies", strconv.Itoa(i), "PolicyDocument"})
		}
	}
	for _, r := range f.At("Resources").Members {
		if properties := r.Value.Get("Properties"); r.Value.Get("Type").Text == "AWS::IAM::Policy" && properties.Get("PolicyName").Text == name {
			all = append(all, []string{"Resources", r.Key, "Properties", "PolicyDocument"})
		}
	}
	return all
}

// grantGenerated adds a document for the role that SAM makes for a function or state machine.
//
// [AWS::Serverless::Function]
//
// [AWS::Serverless::Function]: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
func grantGenerated(f *edit.File, id string, document value.Value) error {
	path := []string{"Resources", id, "Properties", "Policies"}
	return withoutCircle(f, func() error {
		if f.At(path...).Kind == value.Absent {
			return setProperty(f, id, "Policies", list(document))
		}
		for _, path := range branches(f, path) {
			var err error
			switch policies := f.At(path...); {
			case policies.Get("Ref").Text == "AWS::NoValue":
				err = f.Replace(path, list(document))
			case policies.Kind == value.Text: // the name of a managed policy
				err = f.Replace(path, list(policies, document))
			default:
				err = f.Append(path, document)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// withoutCircle makes a change, and takes it back if the resources of the template then depend on themselves.
func withoutCircle(f *edit.File, do func() error) error {
	before := *f
	err := do()
	if err == nil && circular(f.Root()) && !circular(before.Root()) {
		err = errCircle
	}
	if err != nil {
		*f = before
	}
	return err
}

var errCircle = errors.New("the resources of the template would depend on each other in a circle")

// circular reports whether resources of the template depend on themselves.
func circular(root value.Value) bool {
	needs := map[string][]string{}
	for _, r := range root.Get("Resources").Members {
		needs[r.Key] = references(r.Value, nil)
	}
	const open, done = 1, 2
	state := map[string]int{}
	var visit func(id string) bool
	visit = func(id string) bool {
		switch state[id] {
		case open:
			return true
		case done:
			return false
		}
		state[id] = open
		if slices.ContainsFunc(needs[id], visit) {
			return true
		}
		state[id] = done
		return false
	}
	for _, r := range root.Get("Resources").Members {
		if visit(r.Key) {
			return true
		}
	}
	return false
}

// references returns the names that a value refers to.
func references(v value.Value, all []string) []string {
	for _, item := range v.Items {
		all = references(item, all)
	}
	for _, m := range v.Members {
		switch m.Key {
		case "Ref":
			all = append(all, m.Value.Text)
		case "DependsOn":
			for _, on := range m.Value.OneOrMany() {
				all = append(all, on.Text)
			}
		case "Fn::GetAtt":
			name, _, _ := strings.Cut(m.Value.Text, ".")
			if len(m.Value.Items) > 0 {
				name = m.Value.Items[0].Text
			}
			all = append(all, name)
		case "Fn::Sub":
			of := m.Value
			if len(of.Items) > 0 {
				of = of.Items[0]
			}
			for rest := of.Text; rest != ""; {
				var ref string
				if _, ref, rest = text.Cut(rest); ref != "" {
					name, _, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(ref, "${"), "}"), ".")
					all = append(all, name)
				}
			}
			all = references(m.Value, all)
		default:
			all = references(m.Value, all)
		}
	}
	return all
}
