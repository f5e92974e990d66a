package policygen

import (
	"testing"

	"github.com/hopgrant/hopgrant/internal/text"
)

type arnCase struct {
	name, reason string
	arn          ARN
	parts        [5]string // partition, service, region, account, resource; "" where unknown
	unresolved   bool
}

var arnCases = []arnCase{
	{"queue", "six parts", "arn:aws:sqs:us-east-1:111122223333:orders", [5]string{"aws", "sqs", "us-east-1", "111122223333", "orders"}, false},
	{"subscription", "the resource may hold colons", "arn:aws:sns:us-east-1:111122223333:orders:0f1e", [5]string{"aws", "sns", "us-east-1", "111122223333", "orders:0f1e"}, false},
	{"bucket", "some ARNs have neither Region nor account", "arn:aws:s3:::logs", [5]string{"aws", "s3", "", "", "logs"}, false},
	{"Fn::Sub", "colons within ${} part nothing", "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:orders", [5]string{"", "sqs", "", "", "orders"}, true},
	{"partly unresolved name", "a part that holds a token is unknown as a whole", "arn:aws:sqs:us-east-1:111122223333:${AWS::StackName}-orders",
		[5]string{"aws", "sqs", "us-east-1", "111122223333", ""}, true},
	{"nested braces", "Terraform's expressions nest", `arn:aws:sqs:${lookup({a:"b:c"},"a")}:111122223333:orders`, [5]string{"aws", "sqs", "", "111122223333", "orders"}, true},
	{"CDK list token", "the CDK has a second form of token", "arn:aws:sqs:#{Token[TOKEN.5]}:111122223333:orders", [5]string{"aws", "sqs", "", "111122223333", "orders"}, true},
	{"token", "nothing of it is known", "${Token[TOKEN.12]}", [5]string{}, true},
	{"too few parts", "that is no ARN", "arn:aws:sqs:us-east-1:111122223333", [5]string{}, false},
	{"url", "that is no ARN either", "https://sqs.us-east-1.amazonaws.com/111122223333/orders", [5]string{}, false},
	{"empty", "nor is nothing", "", [5]string{}, false},
	{"open brace", "an unfinished token takes the rest with it", "arn:aws:sqs:${AWS::Region:111122223333:orders", [5]string{}, true},
}

func TestARNParts(t *testing.T) {
	checkCases(t, arnCases, func(c arnCase) (string, string) { return c.name, c.reason })
	for _, c := range arnCases {
		got := [5]string{c.arn.part(text.Partition), c.arn.part(text.Service), c.arn.Region(), c.arn.Account(), c.arn.part(text.Resource)}
		if got != c.parts {
			t.Errorf("%s: got %q, want %q (%s)", c.name, got, c.parts, c.reason)
		}
		if text.Unresolved(string(c.arn)) != c.unresolved {
			t.Errorf("%s: unresolved is %v (%s)", c.name, !c.unresolved, c.reason)
		}
	}
}

type arnCheckCase struct {
	name, reason string
	form         arnForm
	arn          string
	patterns     bool
	want         string // "" if it is valid
}

// Names of queues: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html; of topics:
// https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html; key ids:
// https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id.
var arnCheckCases = []arnCheckCase{
	{"queue", "a name of letters, digits, - and _", queueForm, "arn:aws:sqs:us-east-1:111122223333:My_queue-1", false, ""},
	{"FIFO queue", "its name ends in .fifo", queueForm, "arn:aws:sqs:us-east-1:111122223333:orders.fifo", false, ""},
	{"longest queue", "80 characters", queueForm, "arn:aws:sqs:us-east-1:111122223333:" + rep("q", 80), false, ""},
	{"too long queue", "one more is too many", queueForm, "arn:aws:sqs:us-east-1:111122223333:" + rep("q", 81), false,
		`queue arn "arn:aws:sqs:us-east-1:111122223333:` + rep("q", 81) + `": resource is "` + rep("q", 81) + `", want ` + queueForm.want},
	{"longest FIFO queue", "80 characters with the suffix", queueForm, "arn:aws:sqs:us-east-1:111122223333:" + rep("q", 75) + ".fifo", false, ""},
	{"dot in a queue's name", "only the FIFO suffix has one", queueForm, "arn:aws:sqs:us-east-1:111122223333:a.b", false,
		`queue arn "arn:aws:sqs:us-east-1:111122223333:a.b": resource is "a.b", want ` + queueForm.want},
	{"longest topic", "256 characters", topicForm, "arn:aws:sns:us-east-1:111122223333:" + rep("t", 256), false, ""},
	{"topic for a queue", "the mix-up that distinct types are there to prevent", queueForm, "arn:aws:sns:eu-west-1:111122223333:x", false,
		`queue arn "arn:aws:sns:eu-west-1:111122223333:x": service is "sns", want "sqs"`},
	{"subscription for a topic", "its ARN has a part more", topicForm, "arn:aws:sns:eu-west-1:111122223333:x:0f1e", false,
		`topic arn "arn:aws:sns:eu-west-1:111122223333:x:0f1e": resource is "x:0f1e", want ` + topicForm.want},
	{"queue URL", "the console shows it next to the ARN", queueForm, "https://sqs.us-east-1.amazonaws.com/111122223333/orders", false,
		`queue arn "https://sqs.us-east-1.amazonaws.com/111122223333/orders": no ARN, want arn:partition:sqs:region:account:…`},
	{"empty", "nothing was given", topicForm, "", false, `topic arn: it is empty`},
	{"key", "key/ and a UUID", keyForm, "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab", false, ""},
	{"multi-Region key", "its id begins with mrk-", keyForm, "arn:aws:kms:us-east-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab", false, ""},
	{"alias", "IAM matches the key's ARN only", keyForm, "arn:aws:kms:us-east-1:111122223333:alias/orders", false,
		`key arn "arn:aws:kms:us-east-1:111122223333:alias/orders": resource is "alias/orders", want key/ and the key's id`},
	{"short account", "account ids have 12 digits", queueForm, "arn:aws:sqs:us-east-1:1111:x", false,
		`queue arn "arn:aws:sqs:us-east-1:1111:x": account is "1111", want 12 digits`},
	{"hyphens in the account", "the console shows them so", queueForm, "arn:aws:sqs:us-east-1:1111-2222-3333:x", false,
		`queue arn "arn:aws:sqs:us-east-1:1111-2222-3333:x": account is "1111-2222-3333", want 12 digits`},
	{"zone for a Region", "availability zones have a letter more", queueForm, "arn:aws:sqs:us-east-1a:111122223333:x", false,
		`queue arn "arn:aws:sqs:us-east-1a:111122223333:x": region is "us-east-1a", want a Region code such as us-east-1`},
	{"no Region", "queues have one", queueForm, "arn:aws:sqs::111122223333:x", false,
		`queue arn "arn:aws:sqs::111122223333:x": region is "", want a Region code such as us-east-1`},
	{"China", "the partition of cn- Regions", queueForm, "arn:aws-cn:sqs:cn-north-1:111122223333:x", false, ""},
	{"China by another partition", "copied from an example", queueForm, "arn:aws:sqs:cn-north-1:111122223333:x", false,
		`queue arn "arn:aws:sqs:cn-north-1:111122223333:x": Region cn-north-1 is not in partition aws, want partition aws-cn`},
	{"GovCloud", "the partition of us-gov- Regions", topicForm, "arn:aws-us-gov:sns:us-gov-west-1:111122223333:x", false, ""},
	{"commercial Region in GovCloud", "no such thing", topicForm, "arn:aws-us-gov:sns:us-west-1:111122223333:x", false,
		`topic arn "arn:aws-us-gov:sns:us-west-1:111122223333:x": Region us-west-1 is not in partition aws-us-gov, want partition aws`},
	{"unknown partition", "made up", topicForm, "arn:amazon:sns:us-west-1:111122223333:x", false,
		`topic arn "arn:amazon:sns:us-west-1:111122223333:x": partition is "amazon", want aws, aws-cn or aws-us-gov`},
	{"token", "an unresolved value is taken to be right", queueForm, "${Token[TOKEN.12]}", false, ""},
	{"unresolved parts", "what is resolved is still checked", queueForm, "arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:x", false,
		`queue arn "arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:x": service is "sns", want "sqs"`},
	{"unresolved name", "the rest is right", queueForm, "arn:aws:sqs:us-east-1:111122223333:${Stage}-x.fifo", false, ""},
	{"broken ARN with a token", "it begins like an ARN and is none", queueForm, "arn:aws:sqs:${AWS::Region}:x", false,
		`queue arn "arn:aws:sqs:${AWS::Region}:x": no ARN, want arn:partition:sqs:region:account:…`},
	{"pattern", "identity policies take them", queueForm, "arn:aws:sqs:*:111122223333:orders-*", true, ""},
	{"pattern where none may be", "conditions and resource policies need exact ARNs", queueForm, "arn:aws:sqs:*:111122223333:orders", false,
		`queue arn "arn:aws:sqs:*:111122223333:orders": region is "*", want a Region code such as us-east-1`},
	{"pattern in the service", "IAM has no wildcards there", queueForm, "arn:aws:*:us-east-1:111122223333:orders", true,
		`queue arn "arn:aws:*:us-east-1:111122223333:orders": service is "*", want "sqs"`},
	{"all keys", "a pattern of an identity policy", keyForm, "arn:aws:kms:*:111122223333:key/*", true, ""},
}

func rep(s string, n int) string {
	b := ""
	for range n {
		b += s
	}
	return b
}

func TestARNCheck(t *testing.T) {
	checkCases(t, arnCheckCases, func(c arnCheckCase) (string, string) { return c.name, c.reason })
	for _, c := range arnCheckCases {
		got := ""
		if err := c.form.check(c.arn, c.patterns); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s:\ngot  %q\nwant %q (%s)", c.name, got, c.want, c.reason)
		}
	}
}

func TestIsFIFO(t *testing.T) {
	for _, c := range []struct {
		arn      string
		fifo, ok bool
		reason   string
	}{
		{"arn:aws:sqs:us-east-1:111122223333:a.fifo", true, true, "the suffix says so"},
		{"arn:aws:sqs:us-east-1:111122223333:a", false, true, "a standard queue has no suffix"},
		{"arn:aws:sqs:us-east-1:111122223333:${Name}", false, false, "the name may end in .fifo"},
		{"arn:aws:sqs:us-east-1:111122223333:${Name}.fifo", true, true, "the name does end in .fifo"},
		{"${Token[TOKEN.12]}", false, false, "nothing is known"},
		{"arn:aws:sqs:us-east-1:111122223333:a*", false, false, "the pattern covers both"},
	} {
		if fifo, ok := isFIFO(c.arn); fifo != c.fifo || ok != c.ok {
			t.Errorf("%s: got %v, %v (%s)", c.arn, fifo, ok, c.reason)
		}
	}
}
