package policygen

import (
	"errors"
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/service"
)

func TestServiceCondition(t *testing.T) {
	const (
		bucket = ARN("arn:aws:s3:::orders")
		rule   = ARN("arn:aws:events:eu-west-1:111122223333:rule/new-orders")
		alarm  = ARN("arn:aws:cloudwatch:eu-west-1:111122223333:alarm:too-slow")
	)
	tests := []struct {
		name, reason string
		principal    ServicePrincipal
		on           kind.Part
		source       ARN
		account      string
		want         string
	}{
		{"bucket to topic", "the S3 guide's topic policy names bucket and account: the ARN has no account",
			"s3.amazonaws.com", kind.Topic, bucket, "111122223333",
			`{"ArnEquals":{"aws:SourceArn":"arn:aws:s3:::orders"},"StringEquals":{"aws:SourceAccount":"111122223333"}}`},
		{"bucket to queue key", "the SQS guide lists S3 for aws:SourceArn with encrypted queues",
			"s3.amazonaws.com", kind.QueueKey, bucket, "111122223333",
			`{"ArnEquals":{"aws:SourceArn":"arn:aws:s3:::orders"},"StringEquals":{"aws:SourceAccount":"111122223333"}}`},
		{"bucket to topic key", "no page says which keys S3 passes for a topic's key",
			"s3.amazonaws.com", kind.TopicKey, bucket, "111122223333", `null`},
		{"rule to topic", "the EventBridge guide: no Condition in topic policies",
			"events.amazonaws.com", kind.Topic, rule, "", `null`},
		{"rule to topic key", "the SNS guide: no source conditions in the key policy for EventBridge",
			"events.amazonaws.com", kind.TopicKey, rule, "", `null`},
		{"rule to queue", "the EventBridge guide's queue policy",
			"events.amazonaws.com", kind.Queue, rule, "", `{"ArnEquals":{"aws:SourceArn":"arn:aws:events:eu-west-1:111122223333:rule/new-orders"}}`},
		{"rule to queue key", "the SQS guide lists CloudWatch Events for aws:SourceArn with encrypted queues",
			"events.amazonaws.com", kind.QueueKey, rule, "", `{"ArnEquals":{"aws:SourceArn":"arn:aws:events:eu-west-1:111122223333:rule/new-orders"}}`},
		{"alarm to topic", "an exact ARN tells the account, so that aws:SourceAccount adds nothing",
			"cloudwatch.amazonaws.com", kind.Topic, alarm, "111122223333", `{"ArnEquals":{"aws:SourceArn":"arn:aws:cloudwatch:eu-west-1:111122223333:alarm:too-slow"}}`},
		{"every alarm of an account to topic", "with a pattern both conditions stand, as AWS recommends",
			"cloudwatch.amazonaws.com", kind.Topic, "arn:aws:cloudwatch:*:111122223333:alarm:*", "",
			`{"ArnLike":{"aws:SourceArn":"arn:aws:cloudwatch:*:111122223333:alarm:*"},"StringEquals":{"aws:SourceAccount":"111122223333"}}`},
		{"pattern for the account", "a wildcard is no value for StringEquals",
			"cloudwatch.amazonaws.com", kind.Topic, "arn:aws:cloudwatch:*:*:alarm:*", "", `{"ArnLike":{"aws:SourceArn":"arn:aws:cloudwatch:*:*:alarm:*"}}`},
		{"account alone", "the SQS guide: aws:SourceAccount if the ARN is not known",
			"cloudwatch.amazonaws.com", kind.Topic, "", "111122223333", `{"StringEquals":{"aws:SourceAccount":"111122223333"}}`},
		{"Cost Anomaly Detection", "its guide documents aws:SourceAccount only",
			"costalerts.amazonaws.com", kind.Topic, "arn:aws:ce::111122223333:anomalysubscription/1234", "", `{"StringEquals":{"aws:SourceAccount":"111122223333"}}`},
		{"Redshift", "the SNS guide lists it for aws:SourceOwner",
			"redshift.amazonaws.com", kind.Topic, "", "111122223333", `{"StringEquals":{"aws:SourceOwner":"111122223333"}}`},
		{"unresolved source", "a token may hold any account, so that the given one stands too",
			"s3.amazonaws.com", kind.Topic, "${Token[TOKEN.12]}", "${Token[AWS.AccountId.3]}",
			`{"ArnEquals":{"aws:SourceArn":"${Token[TOKEN.12]}"},"StringEquals":{"aws:SourceAccount":"${Token[AWS.AccountId.3]}"}}`},
		{"unknown service", "whoever names a source knows that the service passes it",
			"new-service.amazonaws.com", kind.TopicKey, "arn:aws:new-service:::thing", "111122223333",
			`{"ArnEquals":{"aws:SourceArn":"arn:aws:new-service:::thing"},"StringEquals":{"aws:SourceAccount":"111122223333"}}`},
		{"nothing known", "without source and account there is nothing to compare",
			"s3.amazonaws.com", kind.Topic, "", "", `null`},
	}
	seen := map[string]bool{}
	for _, tt := range tests {
		if tt.reason == "" || seen[tt.name] {
			t.Fatalf("%s: no reason, or the name twice", tt.name)
		}
		seen[tt.name] = true
		t.Run(tt.name, func(t *testing.T) {
			s, _ := service.LookUp(tt.principal)
			h := Hop{Source: tt.source, SourceAccount: tt.account}
			c := h.sourceCondition(s, tt.on)
			if got := conditionJSON(t, c); got != tt.want {
				t.Errorf("got  %s\nwant %s\n(%s)", got, tt.want, tt.reason)
			}
		})
	}
}

// conditionJSON returns c as a statement writes it.
func conditionJSON(t *testing.T, c Condition) string {
	t.Helper()
	b, err := Statement{Effect: Allow, Condition: c}.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	s, ok := strings.CutPrefix(string(b), `{"Effect":"Allow","Condition":`)
	if !ok {
		return "null"
	}
	return strings.TrimSuffix(s, "}")
}

func TestServiceCheck(t *testing.T) {
	topic := Topic{ARN: "arn:aws:sns:eu-west-1:111122223333:alerts"}
	encrypted := Topic{ARN: topic.ARN, Key: "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}
	tests := []struct {
		name, reason string
		hop          Hop
		want         string // of the error; empty for none
	}{
		{"bucket", "S3 sends to queues",
			Hop{Kind: kind.Send, Caller: ServicePrincipal("s3.amazonaws.com"), Source: "arn:aws:s3:::orders", SourceAccount: "111122223333"}, ""},
		{"bucket as S3 documents it", "the guide's own pattern",
			Hop{Kind: kind.Send, Caller: ServicePrincipal("s3.amazonaws.com"), Source: "arn:aws:s3:*:*:orders", SourceAccount: "111122223333"}, ""},
		{"bucket without account", "anyone may create a bucket of a deleted bucket's name",
			Hop{Kind: kind.Send, Caller: ServicePrincipal("s3.amazonaws.com"), Source: "arn:aws:s3:::orders"},
			`source "arn:aws:s3:::orders": the ARN of a bucket does not tell its account, want the account too; give the account that owns the bucket`},
		{"topic as source of a rule", "the ARN is not one of EventBridge",
			Hop{Kind: kind.Send, Caller: ServicePrincipal("events.amazonaws.com"), Source: "arn:aws:sns:eu-west-1:111122223333:orders"},
			`source "arn:aws:sns:eu-west-1:111122223333:orders": service is "sns", want "events"; Amazon EventBridge acts for a rule`},
		{"bus as source", "EventBridge passes the rule, not its bus",
			Hop{Kind: kind.Send, Caller: ServicePrincipal("events.amazonaws.com"), Source: "arn:aws:events:eu-west-1:111122223333:event-bus/orders"},
			`source "arn:aws:events:eu-west-1:111122223333:event-bus/orders": resource is "event-bus/orders", want rule/…; Amazon EventBridge acts for a rule`},
		{"no ARN", "a name is not what AWS passes",
			Hop{Kind: kind.Publish, Topic: topic, Caller: ServicePrincipal("s3.amazonaws.com"), Source: "orders", SourceAccount: "111122223333"},
			`source "orders": no ARN, want the ARN of a bucket`},
		{"alarm to queue", "alarms have no queue action",
			Hop{Kind: kind.Send, Caller: ServicePrincipal("cloudwatch.amazonaws.com"), Source: "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:too-slow"},
			`service principal "cloudwatch.amazonaws.com": Amazon CloudWatch alarms does not send to queues; let it publish to a topic that the queue subscribes to, or let an EventBridge rule (events.amazonaws.com) send its events`},
		{"pipeline", "the SNS guide lists CodePipeline among those that need a role",
			Hop{Kind: kind.Publish, Topic: topic, Caller: ServicePrincipal("codepipeline.amazonaws.com")},
			`service principal "codepipeline.amazonaws.com": AWS CodePipeline acts under an IAM role, want the ARN of that role; grant to the role; see https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals.html`},
		{"finding", "GuardDuty's findings reach a topic through EventBridge",
			Hop{Kind: kind.Publish, Topic: topic, Caller: ServicePrincipal("guardduty.amazonaws.com")},
			`service principal "guardduty.amazonaws.com": Amazon GuardDuty does not publish to topics; let an EventBridge rule (events.amazonaws.com) publish its events`},
		{"principal without Region", "the DevOps Guru guide's principal begins with the Region",
			Hop{Kind: kind.Publish, Topic: topic, Caller: ServicePrincipal("devops-guru.amazonaws.com"), SourceAccount: "111122223333"},
			`service principal "devops-guru.amazonaws.com": it names no Region, want eu-west-1.devops-guru.amazonaws.com`},
		{"principal with Region", "the DevOps Guru guide's principal",
			Hop{Kind: kind.Publish, Topic: topic, Caller: ServicePrincipal("eu-west-1.devops-guru.amazonaws.com"), SourceAccount: "111122223333"}, ""},
		{"Config to an encrypted topic", "the Config guide: not supported",
			Hop{Kind: kind.Publish, Topic: encrypted, Caller: ServicePrincipal("config.amazonaws.com"), SourceAccount: "111122223333"},
			`service principal "config.amazonaws.com": AWS Config does not publish to topics that have a key, want a topic without one; see https://docs.aws.amazon.com/config/latest/developerguide/sns-topic-policy.html`},
		{"budget of another account", "the Cost Management guide: topic and budget in one account",
			Hop{Kind: kind.Publish, Topic: topic, Caller: ServicePrincipal("budgets.amazonaws.com"), Source: "arn:aws:budgets::444455556666:budget/all"},
			`service principal "budgets.amazonaws.com": AWS Budgets publishes to topics of its own account only, want a topic of 444455556666; see https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html`},
		{"unresolved source", "what is not known is taken to be right",
			Hop{Kind: kind.Publish, Topic: topic, Caller: ServicePrincipal("s3.amazonaws.com"), Source: "${aws_s3_bucket.b.arn}", SourceAccount: "111122223333"}, ""},
		{"unknown service", "the table does not claim to be complete",
			Hop{Kind: kind.Send, Caller: ServicePrincipal("new-service.amazonaws.com"), Source: "x"}, ""},
	}
	for _, tt := range tests {
		if tt.reason == "" {
			t.Fatalf("%s: no reason", tt.name)
		}
		t.Run(tt.name, func(t *testing.T) {
			s, _ := service.LookUp(tt.hop.Caller.(ServicePrincipal))
			c := hopCheck{hop: &tt.hop}
			c.service(s)
			got, err := "", errors.Join(c.errs...)
			if err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("got  %s\nwant %s\n(%s)", got, tt.want, tt.reason)
			}
			if tt.want != "" && !errors.Is(err, ErrCaller) {
				t.Errorf("errors.Is(err, ErrCaller) is false")
			}
		})
	}
}
