package cfn

import "github.com/hopgrant/hopgrant/internal/value"

// serverless carries out the SAM transform as far as it makes anything that a topology holds: functions with their roles,
// event source mappings, subscriptions, queues and policies, state machines' roles, connectors and nested applications.
//
// [AWS SAM resources that are generated]
//
// [AWS SAM resources that are generated]: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html
func (s *stack) serverless() {
	t := *s.template
	t.resources, t.byID = nil, make(map[string]*resource, len(s.byID)+8)
	t.strange = append([]oddity(nil), t.strange...)
	x := &samTransform{s: s, from: s.template, to: &t}
	for _, r := range s.resources {
		switch r.typ {
		case "AWS::Serverless::Function":
			x.function(r)
		case "AWS::Serverless::StateMachine":
			x.stateMachine(r)
		case "AWS::Serverless::Application":
			x.application(r)
		case "AWS::Serverless::Connector":
		default:
			t.add(r)
		}
	}
	s.template = &t
	for _, r := range x.from.resources {
		x.connectors(r)
	}
}

// A samTransform makes the resources of one template from those of SAM.
type samTransform struct {
	s        *stack
	from, to *template
}

// add adds a generated resource, under the condition of the one that it is generated for.
func (x *samTransform) add(of *resource, id, typ string, at value.Place, properties ...value.Member) *resource {
	r := &resource{id: id, typ: typ, at: at, condition: of.condition, properties: value.NewObject(at, properties...)}
	body := []value.Member{value.Pair("Type", value.NewText(at, typ)), value.Pair("Properties", r.properties)}
	if metadata := of.body.Get("Metadata"); metadata.There() {
		body = append(body, value.Pair("Metadata", metadata))
	}
	r.body = value.NewObject(at, body...)
	if x.to.byID[id] != nil {
		return x.to.byID[id]
	}
	x.to.add(r)
	return r
}

// strange notes what of a SAM resource is not known.
func (x *samTransform) strange(r *resource, what, why string, at value.Place) {
	x.to.strange = append(x.to.strange, oddity{r.id, what, why, at})
}

// properties returns a resource's properties with those of Globals filled in.
//
// [Globals]
//
// [Globals]: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html
func (x *samTransform) properties(r *resource, section string) value.Value {
	p := r.properties
	if p.Kind != value.Object {
		p = value.NewObject(r.at)
	}
	for _, g := range x.from.root.Path("Globals", section).Members {
		if !p.Has(g.Key) {
			p = p.With(g.Key, g.Value)
		}
	}
	return p
}

// choose follows Fn::If down to the value that counts; ok is false if that is not known.
func (x *samTransform) choose(n value.Value) (v value.Value, ok bool) {
	for {
		name, arg, is := intrinsic(n)
		if !is || name != "Fn::If" || len(arg.Items) != 3 {
			return n, true
		}
		switch x.s.holds(arg.At, arg.Items[0].Text) {
		case yes:
			n = arg.Items[1]
		case no:
			n = arg.Items[2]
		default:
			return n, false
		}
	}
}

// noValue reports whether a value is AWS::NoValue or not there at all.
func noValue(n value.Value) bool {
	name, arg, ok := intrinsic(n)
	return !n.There() || ok && name == "Ref" && arg.Text == "AWS::NoValue"
}

func refTo(at value.Place, id string) value.Value { return call("Ref", value.NewText(at, id)) }

func attributeOf(at value.Place, id, attribute string) value.Value {
	return call("Fn::GetAtt", value.NewList(at, value.NewText(at, id), value.NewText(at, attribute)))
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

// byService is a principal and condition: a service that acts for a source.
func byService(at value.Place, service string, source value.Value) []value.Member {
	return []value.Member{
		value.Pair("Principal", value.NewObject(at, value.Pair("Service", value.NewText(at, service)))),
		value.Pair("Condition", value.NewObject(at, value.Pair("ArnEquals", value.NewObject(at, value.Pair("aws:SourceArn", source))))),
	}
}

// application is a stack of its own.
func (x *samTransform) application(r *resource) {
	var properties []value.Member
	if p := r.properties.Get("Parameters"); p.There() {
		properties = append(properties, value.Pair("Parameters", p))
	}
	if location := r.properties.Get("Location"); location.Kind == value.Text {
		properties = append(properties, value.Pair("TemplateURL", location))
	} else if id := location.Get("ApplicationId"); id.There() {
		properties = append(properties, value.Pair("TemplateURL", id))
	}
	x.add(r, r.id, "AWS::CloudFormation::Stack", r.at, properties...)
}

// stateMachine is a state machine with a role that SAM generates if none is named.
func (x *samTransform) stateMachine(r *resource) {
	p := x.properties(r, "StateMachine")
	role := p.Get("Role")
	if noValue(role) {
		id := r.id + "Role"
		x.role(r, id, p, nil, nil)
		role = attributeOf(r.at, id, "Arn")
	}
	properties := []value.Member{value.Pair("RoleArn", role)}
	if name := p.Get("Name"); name.There() {
		properties = append(properties, value.Pair("StateMachineName", name))
	}
	x.add(r, r.id, "AWS::StepFunctions::StateMachine", r.at, properties...)
}
