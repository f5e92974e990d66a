package check_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/internal/cfn"
	"github.com/hopgrant/hopgrant/internal/check"
)

// worker has a queue, with or without a key, and a role whose policy names queues by a text. Nobody lets the role use the key.
const worker = `Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy: {Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:root'}, Action: 'kms:*', Resource: '*'}]}
  Orders: {Type: AWS::SQS::Queue, Properties: {PROPERTIES}}
  Worker:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {Service: ecs-tasks.amazonaws.com}, Action: 'sts:AssumeRole'}]}
      Policies:
        - PolicyName: receive
          PolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage'], Resource: RESOURCE}]}
`

// TestPossibleHops checks what becomes of a role whose policy names a queue, may name it, or does not: a hop that may be
// there is unknown, whatever its calls are, and never missing.
func TestPossibleHops(t *testing.T) {
	const named, encrypted, unnamed = "QueueName: orders-eu", "QueueName: orders-eu, KmsMasterKeyId: !GetAtt Key.Arn", "VisibilityTimeout: 30"
	here := cfn.Options{Account: "111122223333", Region: "us-east-1"}
	none := check.Verdict(255)
	tests := []struct {
		reason               string
		properties, resource string
		options              cfn.Options
		want                 check.Verdict
	}{
		{"account and Region of the queue may be the pattern's", named, "'arn:aws:sqs:us-east-1:111122223333:orders-*'", cfn.Options{}, check.Unknown},
		{"so the missing grant on the key may be missed by nobody", encrypted, "'arn:aws:sqs:us-east-1:111122223333:orders-*'", cfn.Options{}, check.Unknown},
		{"they are", named, "'arn:aws:sqs:us-east-1:111122223333:orders-*'", here, check.OK},
		{"they are, and the grant is missing", encrypted, "'arn:aws:sqs:us-east-1:111122223333:orders-*'", here, check.Broken},
		{"a literal ARN with the queue's name may be that of a queue elsewhere", encrypted, "'arn:aws:sqs:us-east-1:111122223333:orders-eu'", cfn.Options{}, check.Unknown},
		{"in its account and Region it is the queue's", encrypted, "'arn:aws:sqs:us-east-1:111122223333:orders-eu'", here, check.Broken},
		{"they are not", encrypted, "'arn:aws:sqs:us-east-1:111122223333:orders-*'", cfn.Options{Account: "444455556666", Region: "us-east-1"}, none},
		{"the names contradict each other, whatever the account is", encrypted, "'arn:aws:sqs:us-east-1:111122223333:returns-*'", cfn.Options{}, none},
		{"the own account and Region are the same text", encrypted, "!Sub 'arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:orders-*'", cfn.Options{}, check.Broken},
		{"a star for every queue of the account names none, and one hop stands for all", named, "'arn:aws:sqs:us-east-1:111122223333:*'", cfn.Options{}, check.Unknown},
		{"so it does behind pseudo parameters, whose colons are their own", named, "!Sub 'arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:*'", cfn.Options{}, check.Unknown},
		{"and for every queue of all accounts", encrypted, "'*'", cfn.Options{}, check.Unknown},
		{"every queue of another account is none of these", encrypted, "'arn:aws:sqs:us-east-1:111122223333:*'", cfn.Options{Account: "444455556666", Region: "us-east-1"}, none},
		{"every topic is no queue", encrypted, "'arn:aws:sns:*:*:*'", cfn.Options{}, none},
		{"the stack's name may begin like the pattern", unnamed, "!Sub 'arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:orders-*'", cfn.Options{}, check.Unknown},
		{"it does", unnamed, "!Sub 'arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:orders-*'", cfn.Options{StackName: "orders-eu"}, check.OK},
		{"it does not", unnamed, "!Sub 'arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:orders-*'", cfn.Options{StackName: "shop"}, none},
		{"a name that is known in part may be the queue's", named, "!Sub 'arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:orders-${AWS::StackName}'", cfn.Options{}, check.Unknown},
		{"but nobody writes down the name that CloudFormation makes: the role is for a queue of others", unnamed, "!Sub 'arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:orders-${AWS::StackName}'", cfn.Options{}, check.Unknown},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			template := strings.NewReplacer("PROPERTIES", tt.properties, "RESOURCE", tt.resource).Replace(worker)
			r := check.Run(read(t, "worker.yaml", []byte(template), tt.options), check.Options{Severity: check.Info})
			rules := func(severity check.Severity) []string {
				var all []string
				for _, f := range r.Findings {
					if f.Hop != nil && f.Severity == severity {
						all = append(all, f.Rule)
					}
				}
				return all
			}
			want := map[check.Verdict][2][]string{check.Broken: {{"consumer-decrypt"}, nil}, check.Unknown: {nil, {"undecided"}}}[tt.want]
			if got := rules(check.Error); !slices.Equal(got, want[0]) {
				t.Errorf("errors of %q, want %q", got, want[0])
			}
			if got := rules(check.Info); !slices.Equal(got, want[1]) {
				t.Errorf("infos of %q, want %q", got, want[1])
			}
			if tt.want == none {
				if len(r.Hops) > 0 {
					t.Errorf("there is a hop: %s, %s", r.Hops[0].Verdict, r.Hops[0].Why)
				}
				return
			}
			if len(r.Hops) != 1 || r.Hops[0].Verdict != tt.want {
				t.Fatalf("hops %v, want one that is %s", r.Hops, tt.want)
			}
			if unsure := r.Hops[0].Uncertain != ""; unsure != (tt.want == check.Unknown && (!r.Hops[0].From.Foreign || r.Hops[0].Grouped)) {
				t.Errorf("the hop is there for sure: %t", !unsure)
			}
		})
	}
}
