package fanout

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// seenBy returns the topic as the hops of a queue with the key see it. The key's policy names the topic itself only where
// that is no reference back: the topic refers to its own key, and topics of other stacks may too.
func (t *Topic) seenBy(key *party) policygen.Topic {
	topic := policygen.Topic{ARN: policygen.TopicARN(t.party.arn)}
	switch {
	case t.managed:
		topic.Key = awsManagedSNSKey
	case t.keyed != nil:
		topic.Key = policygen.KeyARN(t.keyed.arn)
	}
	if key == nil || !t.party.unknown() {
		return topic
	}
	if t.keyed == nil && !t.managed && key.made && t.party.env.stack == key.env.stack && t.party.owner == t {
		return topic
	}
	topic.Scope = policygen.TopicARN(t.scope(key.made && t.party.env.stack == key.env.stack))
	return topic
}

// scope returns a pattern of the topic's ARN that refers to no resource: with the topic's own name, or with the name that
// CloudFormation makes, which is stack-logical id-random. Inside says that it will stand in the topic's own stack.
//
// [Return values of AWS::SNS::Topic]
//
// [Return values of AWS::SNS::Topic]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html#aws-resource-sns-topic-return-values
func (t *Topic) scope(inside bool) string {
	if s, ok := t.scopes[inside]; ok {
		return s
	}
	s := t.party.env.arnPrefix("sns") + t.nameScope(inside)
	if t.scopes == nil {
		t.scopes = map[bool]string{}
	}
	t.scopes[inside] = s
	return s
}

func (t *Topic) nameScope(inside bool) string {
	e := t.party.env
	if t.name != "" {
		if text.Unresolved(t.name) && e.stack.Resolve(t.name) == nil {
			panic(misuse(t, bad("topic name", "PhysicalName.GENERATE_IF_NEEDED", "it is not known to the key's policy", "a name of its own, or none", "")))
		}
		return t.name
	}
	name, nested := e.stackName()
	l1, ok := t.topic.Node().DefaultChild().(awssns.CfnTopic)
	if nested || !ok {
		return name + "-*"
	}
	id := *l1.LogicalId()
	// CloudFormation shortens names that would be too long, and nobody says how.
	if resolved, ok := e.stack.Resolve(id).(string); ok && len(name)+len(resolved)+len("--")+generatedSuffix > 256 {
		panic(misuse(t, bad("topic name", "", "the name that CloudFormation would make is too long to be known to the key's policy", "a TopicName", "")))
	}
	if inside {
		name = *awscdk.Aws_STACK_NAME()
	}
	return name + "-" + id + "-*"
}

// generatedSuffix is how long the random end of the names that CloudFormation makes is at most.
const generatedSuffix = 13

// named returns what policies of others can call the topic.
func (t *Topic) named() string {
	if text.Unresolved(t.name) {
		return t.party.token()
	}
	return t.scope(false)
}
