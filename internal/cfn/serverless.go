package cfn

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
func (x *samTransform) add(of *resource, id, typ string, at place, properties ...member) *resource {
	r := &resource{id: id, typ: typ, at: at, condition: of.condition, properties: newObject(at, properties...)}
	body := []member{pair("Type", newText(at, typ)), pair("Properties", r.properties)}
	if metadata := of.body.get("Metadata"); metadata.there() {
		body = append(body, pair("Metadata", metadata))
	}
	r.body = newObject(at, body...)
	if x.to.byID[id] != nil {
		return x.to.byID[id]
	}
	x.to.add(r)
	return r
}

// strange notes what of a SAM resource is not known.
func (x *samTransform) strange(r *resource, what, why string, at place) {
	x.to.strange = append(x.to.strange, oddity{r.id, what, why, at})
}

// properties returns a resource's properties with those of Globals filled in.
//
// [Globals]
//
// [Globals]: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html
func (x *samTransform) properties(r *resource, section string) node {
	p := r.properties
	if p.kind != object {
		p = newObject(r.at)
	}
	for _, g := range x.from.root.path("Globals", section).members {
		if !p.has(g.key) {
			p = p.with(g.key, g.value)
		}
	}
	return p
}

// choose follows Fn::If down to the value that counts; ok is false if that is not known.
func (x *samTransform) choose(n node) (v node, ok bool) {
	for {
		name, arg, is := intrinsic(n)
		if !is || name != "Fn::If" || len(arg.items) != 3 {
			return n, true
		}
		switch x.s.holds(arg.at, arg.items[0].text) {
		case yes:
			n = arg.items[1]
		case no:
			n = arg.items[2]
		default:
			return n, false
		}
	}
}

// noValue reports whether a value is AWS::NoValue or not there at all.
func noValue(n node) bool {
	name, arg, ok := intrinsic(n)
	return !n.there() || ok && name == "Ref" && arg.text == "AWS::NoValue"
}

func refTo(at place, id string) node { return call("Ref", newText(at, id)) }

func attributeOf(at place, id, attribute string) node {
	return call("Fn::GetAtt", newList(at, newText(at, id), newText(at, attribute)))
}

func texts(at place, values ...string) node {
	n := newList(at)
	for _, v := range values {
		n.items = append(n.items, newText(at, v))
	}
	return n
}

// allow builds a statement.
func allow(at place, actions []string, resource node, more ...member) node {
	return newObject(at, append([]member{pair("Effect", newText(at, "Allow")), pair("Action", texts(at, actions...)),
		pair("Resource", resource)}, more...)...)
}

// policyOf builds a document.
func policyOf(at place, statements ...node) node {
	return newObject(at, pair("Version", newText(at, "2012-10-17")), pair("Statement", newList(at, statements...)))
}

// byService is a principal and condition: a service that acts for a source.
func byService(at place, service string, source node) []member {
	return []member{
		pair("Principal", newObject(at, pair("Service", newText(at, service)))),
		pair("Condition", newObject(at, pair("ArnEquals", newObject(at, pair("aws:SourceArn", source))))),
	}
}

// application is a stack of its own.
func (x *samTransform) application(r *resource) {
	var properties []member
	if p := r.properties.get("Parameters"); p.there() {
		properties = append(properties, pair("Parameters", p))
	}
	if location := r.properties.get("Location"); location.kind == text {
		properties = append(properties, pair("TemplateURL", location))
	} else if id := location.get("ApplicationId"); id.there() {
		properties = append(properties, pair("TemplateURL", id))
	}
	x.add(r, r.id, "AWS::CloudFormation::Stack", r.at, properties...)
}

// stateMachine is a state machine with a role that SAM generates if none is named.
func (x *samTransform) stateMachine(r *resource) {
	p := x.properties(r, "StateMachine")
	role := p.get("Role")
	if noValue(role) {
		id := r.id + "Role"
		x.role(r, id, p, nil, nil)
		role = attributeOf(r.at, id, "Arn")
	}
	properties := []member{pair("RoleArn", role)}
	if name := p.get("Name"); name.there() {
		properties = append(properties, pair("StateMachineName", name))
	}
	x.add(r, r.id, "AWS::StepFunctions::StateMachine", r.at, properties...)
}
