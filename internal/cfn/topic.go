package cfn

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// topic makes a topic known.
//
// [AWS::SNS::Topic]
//
// [AWS::SNS::Topic]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html
func (b *builder) topic(s *stack, r *resource) {
	arn := s.resourceARN(r)
	t := &topology.Topic{Element: s.element(r), ARN: policygen.TopicARN(arn)}
	t.FIFO = s.tri(r.properties.Get("FifoTopic"), topology.TriOf(strings.HasSuffix(arn, ".fifo")))
	b.topics[arn] = t
	b.names.add(arn)
	b.t.Topics = append(b.t.Topics, t)
}

// topicOf returns the topic of a resource.
func (b *builder) topicOf(s *stack, r *resource) *topology.Topic { return b.topics[s.resourceARN(r)] }

// topicProperties reads a topic's key, logging and inline subscriptions.
func (b *builder) topicProperties(s *stack, r *resource) {
	t := b.topicOf(s, r)
	t.Key = b.keyRef(s, s.property(r, "KmsMasterKeyId"))
	t.FailuresLogged = b.failuresLogged(s, r.properties.Get("DeliveryStatusLogging"))
	for _, sub := range b.objects(s, r, "subscription", s.resolve(r.properties.Get("Subscription"))) {
		b.subscribe(s, topology.Element{ID: r.id, Stack: s.shown, At: s.position(sub.At), Suppressions: t.Suppressions}, t, sub)
	}
}

// failuresLogged tells whether DeliveryStatusLogging logs failed deliveries to SQS.
func (b *builder) failuresLogged(s *stack, n value.Value) topology.Tri {
	v := s.resolve(n)
	if !v.There() {
		return topology.No
	}
	for _, l := range v.OneOrMany() {
		if l.Kind != value.Object {
			return topology.NotKnown
		}
		if strings.EqualFold(l.Get("Protocol").Text, "sqs") && l.Has("FailureFeedbackRoleArn") {
			return topology.Yes
		}
	}
	return topology.No
}

// topicRef returns the topic with an ARN; one that is not in the templates is foreign. It returns nil if the text cannot
// be a topic's ARN.
func (b *builder) topicRef(s *stack, arn string, at value.Place) *topology.Topic {
	arn = b.names.canonical(arn)
	if t := b.topics[arn]; t != nil {
		return t
	}
	if !s.mayBe(arn, "sns") {
		return nil
	}
	t := &topology.Topic{Element: topology.Element{ID: arn, At: s.position(at), Foreign: true}, ARN: policygen.TopicARN(arn)}
	if strings.HasSuffix(arn, ".fifo") {
		t.FIFO = topology.Yes
	} else if policygen.ARN(arn).Resource() != "" {
		t.FIFO = topology.No
	}
	b.topics[arn] = t
	b.t.Topics = append(b.t.Topics, t)
	return t
}

// mayBe reports whether text may be the ARN of a resource of the service: such an ARN, or text that does not tell.
func (s *stack) mayBe(arn, service string) bool {
	if p, ok := arnParts(arn); ok {
		return p[2] == service || policygen.Unresolved(p[2])
	}
	if !policygen.Unresolved(arn) || strings.HasPrefix(arn, "https://") {
		return false
	}
	// ${Resource.Attribute} of a resource of the template that is neither a topic nor a queue.
	name := strings.TrimSuffix(strings.TrimPrefix(arn, "${"), "}")
	if s.scope != "" {
		name = strings.TrimPrefix(name, s.scope+"/")
	}
	id, _, _ := strings.Cut(name, ".")
	if r := s.byID[id]; r != nil && strings.HasPrefix(r.typ, "AWS::") && r.typ != "AWS::CloudFormation::Stack" && r.typ != "AWS::SSM::Parameter" {
		return strings.HasPrefix(r.typ, "AWS::"+strings.ToUpper(service)+"::") || r.typ == "AWS::CloudFormation::CustomResource"
	}
	return true
}

// topicPolicy attaches a policy to each of its topics.
//
// [AWS::SNS::TopicPolicy]
//
// [AWS::SNS::TopicPolicy]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topicpolicy.html
func (b *builder) topicPolicy(s *stack, r *resource) { b.onTopics(s, r, "Topics") }

// topicInlinePolicy attaches a policy to its one topic.
//
// [AWS::SNS::TopicInlinePolicy]
//
// [AWS::SNS::TopicInlinePolicy]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topicinlinepolicy.html
func (b *builder) topicInlinePolicy(s *stack, r *resource) { b.onTopics(s, r, "TopicArn") }

func (b *builder) onTopics(s *stack, r *resource, property string) {
	p := &topology.Policy{Element: s.element(r)}
	b.document(s, s.resolve(r.properties.Get("PolicyDocument")), p)
	b.conditional(s, r, p)
	for _, v := range s.resolve(r.properties.Get(property)).OneOrMany() {
		t := b.topicRef(s, v.Text, v.At)
		if t == nil {
			b.unknown(s, r.id, "topic of a topic policy", "it is no topic's ARN: "+value.Excerpt(v.Text), v.At)
			continue
		}
		t.Policies = append(t.Policies, p)
	}
}

// conditional notes on a policy that it is not known whether it exists.
func (b *builder) conditional(s *stack, r *resource, p *topology.Policy) {
	if r.condition != "" && s.holds(r.at, r.condition) == undecided {
		p.Unknown = "it is not known whether condition " + r.condition + " holds"
	}
}
