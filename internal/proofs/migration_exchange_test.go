package proofs_test

import (
	"encoding/json"
	"fmt"

	"pgregory.net/rapid"
)

// An exchange is a generated template with a queue and a topic, and who uses them.
type exchange struct {
	resources map[string]any
	identity  map[string][]any // statements by role
	keys      map[string][]any // statements by key
	named     map[string]bool  // keys whose policies name roles
	used      map[string]bool  // what has a statement: one may be for several queues
	traffic   traffic
}

type object = map[string]any

// use lets a role or a service use a key, as the key's style is.
func (x *exchange) use(who, key, source string, actions []string) {
	if x.keys[key] == nil {
		return // no key, or one of AWS
	}
	what := fmt.Sprint(who, key, source, actions)
	if x.used[what] {
		return
	}
	x.used[what] = true
	switch {
	case who == "sns.amazonaws.com":
		x.keys[key] = append(x.keys[key], object{"Effect": "Allow", "Principal": object{"Service": who}, "Action": actions, "Resource": "*",
			"Condition": object{"ArnEquals": object{"aws:SourceArn": object{"Fn::Sub": "arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:" + source}}}})
	case x.named[key]:
		role := object{"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/" + who}
		x.keys[key] = append(x.keys[key], object{"Effect": "Allow", "Principal": object{"AWS": role}, "Action": actions, "Resource": "*"})
	default:
		x.identity[who] = append(x.identity[who], object{"Effect": "Allow", "Action": actions, "Resource": object{"Fn::GetAtt": []string{key, "Arn"}}})
	}
}

func (x *exchange) role(who string, actions []string, on ...any) {
	x.identity[who] = append(x.identity[who], object{"Effect": "Allow", "Action": actions, "Resource": on})
}

// keyRef returns the value of KmsMasterKeyId.
func keyRef(properties object, key string) object {
	switch key {
	case "":
	case "sse":
		properties["SqsManagedSseEnabled"] = true
	case "alias/aws/sqs", "alias/aws/sns":
		properties["KmsMasterKeyId"] = key
	default:
		properties["KmsMasterKeyId"] = object{"Ref": key}
	}
	return properties
}

// newExchange draws a template in which Queue has one encryption, Topic one, and Dead one.
func newExchange(t *rapid.T) (x *exchange, queueKey, topicKey string) {
	root := object{"Effect": "Allow", "Principal": object{"AWS": object{"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}}, "Action": "kms:*", "Resource": "*"}
	x = &exchange{resources: object{}, identity: map[string][]any{}, keys: map[string][]any{"Old": {root}, "New": {root}, "Other": {root}}, named: map[string]bool{}, used: map[string]bool{}}
	x.traffic = traffic{readers: map[string][]string{}, publishers: map[string][]string{}}
	for _, key := range []string{"New", "Old", "Other"} {
		x.named[key] = rapid.Bool().Draw(t, key+" names roles")
	}
	fifo := rapid.Bool().Draw(t, "FIFO")
	hours := func(what string) int { return 3600 * rapid.IntRange(1, 336).Draw(t, what) }
	queueKey = rapid.SampledFrom([]string{"", "sse", "alias/aws/sqs", "Old", "Old"}).Draw(t, "key of the queue")
	topicKey = rapid.SampledFrom([]string{"", "alias/aws/sns", "Old", "Old"}).Draw(t, "key of the topic")
	queue := keyRef(object{"MessageRetentionPeriod": hours("retention")}, queueKey)
	if rapid.Bool().Draw(t, "reuse period") {
		queue["KmsDataKeyReusePeriodSeconds"] = rapid.IntRange(60, 86400).Draw(t, "seconds")
	}
	arn := func(id string) any { return object{"Fn::GetAtt": []string{id, "Arn"}} }
	consumers := []string{"Consumer", "Second"}[:rapid.IntRange(1, 2).Draw(t, "consumers")]
	if rapid.Bool().Draw(t, "dead-letter queue") {
		deadKey := rapid.SampledFrom([]string{"", "sse", "alias/aws/sqs", "Old", "Other"}).Draw(t, "key of the dead-letter queue")
		dead := keyRef(object{"MessageRetentionPeriod": hours("retention of dead letters")}, deadKey)
		if fifo {
			dead["FifoQueue"] = true
		}
		x.resources["Dead"] = object{"Type": "AWS::SQS::Queue", "Properties": dead}
		queue["RedrivePolicy"] = object{"deadLetterTargetArn": arn("Dead"), "maxReceiveCount": 3}
		reader := rapid.SampledFrom([]string{"Consumer", "Operator"}).Draw(t, "who reads dead letters")
		x.traffic.readers["Dead"] = []string{reader}
		if rapid.Bool().Draw(t, "sent there") {
			x.traffic.senders = append(x.traffic.senders, sender{"Feeder", "", "Dead"})
			x.role("Feeder", []string{"sqs:SendMessage"}, arn("Dead"))
			x.use("Feeder", deadKey, "", modelSends)
		}
		x.role(reader, []string{"sqs:ReceiveMessage", "sqs:DeleteMessage"}, arn("Dead"))
		x.use(reader, deadKey, "", modelReads)
		if reader != "Consumer" {
			x.use(reader, queueKey, "", modelReads)
		}
	}
	for _, who := range consumers {
		x.traffic.readers["Queue"] = append(x.traffic.readers["Queue"], who)
		x.role(who, []string{"sqs:ReceiveMessage", "sqs:DeleteMessage"}, arn("Queue"))
		x.use(who, queueKey, "", modelReads)
	}
	x.fill(t, queue, queueKey, topicKey, fifo, arn)
	return x, queueKey, topicKey
}

// fill adds the topic, and who sends and publishes.
func (x *exchange) fill(t *rapid.T, queue object, queueKey, topicKey string, fifo bool, arn func(string) any) {
	topic := keyRef(object{"TopicName": "Topic"}, topicKey)
	if fifo {
		queue["FifoQueue"], topic["FifoTopic"], topic["TopicName"] = true, true, "Topic.fifo"
	}
	x.resources["Queue"] = object{"Type": "AWS::SQS::Queue", "Properties": queue}
	x.resources["Topic"] = object{"Type": "AWS::SNS::Topic", "Properties": topic}
	x.traffic.publishers["Topic"] = []string{"Publisher"}
	x.role("Publisher", []string{"sns:Publish"}, object{"Ref": "Topic"})
	x.use("Publisher", topicKey, "", []string{"kms:GenerateDataKey*", "kms:Decrypt"})
	subscribed := rapid.Bool().Draw(t, "subscription")
	if subscribed {
		x.resources["Subscription"] = object{"Type": "AWS::SNS::Subscription", "Properties": object{"Protocol": "sqs", "TopicArn": object{"Ref": "Topic"}, "Endpoint": arn("Queue")}}
		x.resources["QueuePolicy"] = object{"Type": "AWS::SQS::QueuePolicy", "Properties": object{"Queues": []any{object{"Ref": "Queue"}}, "PolicyDocument": object{
			"Version": "2012-10-17", "Statement": []any{object{"Effect": "Allow", "Principal": object{"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage",
				"Resource": arn("Queue"), "Condition": object{"ArnEquals": object{"aws:SourceArn": object{"Ref": "Topic"}}}}}}}}
		x.traffic.senders = append(x.traffic.senders, sender{"sns.amazonaws.com", "Topic", "Queue"})
		x.use("sns.amazonaws.com", queueKey, topic["TopicName"].(string), modelSends)
	}
	if !subscribed || rapid.Bool().Draw(t, "producer") {
		who := rapid.SampledFrom([]string{"Producer", "Consumer"}).Draw(t, "who sends")
		x.traffic.senders = append(x.traffic.senders, sender{who, "", "Queue"})
		x.role(who, []string{"sqs:SendMessage"}, arn("Queue"))
		x.use(who, queueKey, "", modelSends)
	}
}

// template returns the text.
func (x *exchange) template() []byte {
	for key, statements := range x.keys {
		x.resources[key] = object{"Type": "AWS::KMS::Key", "Properties": object{"KeyPolicy": object{"Version": "2012-10-17", "Statement": statements}}}
	}
	for who, statements := range x.identity {
		x.resources[who] = object{"Type": "AWS::IAM::Role", "Properties": object{"RoleName": who, "AssumeRolePolicyDocument": object{}, "Policies": []any{
			object{"PolicyName": "own", "PolicyDocument": object{"Version": "2012-10-17", "Statement": statements}}}}}
	}
	text, err := json.MarshalIndent(object{"Resources": x.resources}, "", "  ")
	if err != nil {
		panic(err)
	}
	return text
}
