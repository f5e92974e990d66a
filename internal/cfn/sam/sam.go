// Package sam carries out the transform of the AWS Serverless Application Model, as far as it makes anything that a message
// passes: functions with their roles, event source mappings, subscriptions, queues and policies, state machines' roles,
// connectors and nested applications. It makes resources from resources, and knows nothing of what becomes of them.
package sam

import (
	"github.com/hopgrant/hopgrant/internal/cfn/template"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/value"
)

// Types are the types of SAM that are translated; others bring nothing that a message passes.
var Types = []string{"AWS::Serverless::Api", "AWS::Serverless::Application", "AWS::Serverless::Connector", "AWS::Serverless::Function",
	"AWS::Serverless::HttpApi", "AWS::Serverless::StateMachine"}

// Expand replaces SAM's resources of a stack by those of CloudFormation.
//
// [AWS SAM resources that are generated]
//
// [AWS SAM resources that are generated]: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html
func Expand(s *template.Stack) {
	x := &transform{s: s, made: make(map[string]*template.Resource, len(s.Resources)+8)}
	for _, r := range s.Resources {
		switch r.Type {
		case "AWS::Serverless::Function":
			x.function(r)
		case "AWS::Serverless::StateMachine":
			x.stateMachine(r)
		case "AWS::Serverless::Application":
			x.application(r)
		case "AWS::Serverless::Api":
			x.api(r, "Api", "AWS::ApiGateway::RestApi")
		case "AWS::Serverless::HttpApi":
			x.api(r, "HttpApi", "AWS::ApiGatewayV2::Api")
		case "AWS::Serverless::Connector":
		default:
			x.keep(r)
		}
	}
	for _, r := range s.Resources {
		x.connectors(r)
	}
	s.Replace(x.all)
}

// A transform makes the resources of one stack from those of SAM.
type transform struct {
	s    *template.Stack
	all  []*template.Resource
	made map[string]*template.Resource // by logical id
}

// add adds a generated resource, under the condition of the one that it is generated for.
func (x *transform) add(of *template.Resource, id, typ string, at value.Place, properties ...value.Member) {
	if x.made[id] != nil {
		return
	}
	r := &template.Resource{ID: id, Type: typ, At: at, Condition: of.Condition, Generated: true, Properties: value.NewObject(at, properties...)}
	body := []value.Member{value.Pair("Type", value.NewText(at, typ)), value.Pair("Properties", r.Properties)}
	if metadata := of.Body.Get("Metadata"); metadata.There() {
		body = append(body, value.Pair("Metadata", metadata))
	}
	r.Body = value.NewObject(at, body...)
	x.keep(r)
}

func (x *transform) keep(r *template.Resource) {
	x.all = append(x.all, r)
	x.made[r.ID] = r
}

// strange notes what of a SAM resource is not known.
func (x *transform) strange(r *template.Resource, what, why string, at value.Place) {
	x.s.Strange = append(x.s.Strange, template.Oddity{ID: r.ID, What: what, Why: why, At: at})
}

// properties returns a resource's properties with those of Globals filled in.
//
// [Globals]: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html
func (x *transform) properties(r *template.Resource, section string) value.Value {
	p := r.Properties
	if p.Kind != value.Object {
		p = value.NewObject(r.At)
	}
	for _, g := range x.s.Section("Globals").Get(section).Members {
		p = p.With(g.Key, merged(p.Get(g.Key), g.Value))
	}
	return p
}

// merged returns a property with what Globals have of it: objects are filled in, and everything else stays.
func merged(own, global value.Value) value.Value {
	if !own.There() {
		return global
	}
	_, _, call := template.Intrinsic(own)
	if own.Kind != value.Object || global.Kind != value.Object || call {
		return own
	}
	for _, g := range global.Members {
		own = own.With(g.Key, merged(own.Get(g.Key), g.Value))
	}
	return own
}

// choose follows Fn::If down to the value that counts; ok is false if that is not known.
func (x *transform) choose(n value.Value) (v value.Value, ok bool) {
	for {
		name, arg, is := template.Intrinsic(n)
		if !is || name != "Fn::If" || len(arg.Items) != 3 {
			return n, true
		}
		switch x.s.Holds(arg.At, arg.Items[0].Text) {
		case text.Yes:
			n = arg.Items[1]
		case text.No:
			n = arg.Items[2]
		default:
			return n, false
		}
	}
}

// noValue reports whether a value is AWS::NoValue or not there at all.
func noValue(n value.Value) bool {
	name, arg, ok := template.Intrinsic(n)
	return !n.There() || ok && name == "Ref" && arg.Text == "AWS::NoValue"
}

func refTo(at value.Place, id string) value.Value { return template.Call("Ref", value.NewText(at, id)) }

func attributeOf(at value.Place, id, attribute string) value.Value {
	return template.Call("Fn::GetAtt", value.NewList(at, value.NewText(at, id), value.NewText(at, attribute)))
}

func texts(at value.Place, values ...string) value.Value {
	n := value.NewList(at)
	for _, v := range values {
		n.Items = append(n.Items, value.NewText(at, v))
	}
	return n
}

// allow builds a statement.
func allow(at value.Place, actions []string, resource value.Value, more ...value.Member) value.Value {
	return value.NewObject(at, append([]value.Member{value.Pair("Effect", value.NewText(at, "Allow")), value.Pair("Action", texts(at, actions...)),
		value.Pair("Resource", resource)}, more...)...)
}

// policyOf builds a document.
func policyOf(at value.Place, statements ...value.Value) value.Value {
	return value.NewObject(at, value.Pair("Version", value.NewText(at, "2012-10-17")), value.Pair("Statement", value.NewList(at, statements...)))
}

// queuePolicy adds a queue policy of one statement.
func (x *transform) queuePolicy(of *template.Resource, id string, at value.Place, url, statement value.Value) {
	x.add(of, id, "AWS::SQS::QueuePolicy", at, value.Pair("Queues", value.NewList(at, url)), value.Pair("PolicyDocument", policyOf(at, statement)))
}

// copied returns the properties of those names that are there.
func copied(p value.Value, names ...string) []value.Member {
	var all []value.Member
	for _, name := range names {
		if v := p.Get(name); v.There() {
			all = append(all, value.Pair(name, v))
		}
	}
	return all
}

// byService is a principal and condition: a service that acts for a source.
func byService(at value.Place, service string, source value.Value) []value.Member {
	return []value.Member{
		value.Pair("Principal", value.NewObject(at, value.Pair("Service", value.NewText(at, service)))),
		value.Pair("Condition", value.NewObject(at, value.Pair("ArnEquals", value.NewObject(at, value.Pair("aws:SourceArn", source))))),
	}
}

// application is a stack of its own.
func (x *transform) application(r *template.Resource) {
	properties := copied(r.Properties, "Parameters")
	if location := r.Properties.Get("Location"); location.Kind == value.Text {
		properties = append(properties, value.Pair("TemplateURL", location))
	} else if id := location.Get("ApplicationId"); id.There() {
		properties = append(properties, value.Pair("TemplateURL", id))
	}
	x.add(r, r.ID, "AWS::CloudFormation::Stack", r.At, properties...)
}

// api is an API with the definition that is written in the template; that of a file is not read.
//
// [AWS::Serverless::Api]: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-api.html
func (x *transform) api(r *template.Resource, section, typ string) {
	p := x.properties(r, section)
	var properties []value.Member
	if body := p.Get("DefinitionBody"); body.There() {
		properties = append(properties, value.Pair("Body", body))
	}
	if location := p.Get("DefinitionUri"); location.There() {
		properties = append(properties, value.Pair("BodyS3Location", location))
	}
	x.add(r, r.ID, typ, r.At, properties...)
}

// stateMachine is a state machine with a role that SAM generates if none is named.
func (x *transform) stateMachine(r *template.Resource) {
	p := x.properties(r, "StateMachine")
	f := &function{x: x, r: r, p: p}
	for _, e := range p.Get("Events").Members {
		f.event(e)
	}
	role := p.Get("Role")
	if noValue(role) {
		id := r.ID + "Role"
		x.role(r, id, p, nil, nil)
		role = attributeOf(r.At, id, "Arn")
	}
	properties := append(copied(p, "Definition", "DefinitionSubstitutions"), value.Pair("RoleArn", role))
	if location := p.Get("DefinitionUri"); location.There() {
		properties = append(properties, value.Pair("DefinitionS3Location", location))
	}
	if name := p.Get("Name"); name.There() {
		properties = append(properties, value.Pair("StateMachineName", name))
	}
	x.add(r, r.ID, "AWS::StepFunctions::StateMachine", r.At, properties...)
}
