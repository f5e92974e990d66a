package check_test

import (
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/internal/cfn"
	"github.com/hopgrant/hopgrant/internal/check"
)

// TestUnverified checks findings whose statements would not mend them, or would break what works: they are not shown, and the finding
// says that a person has to decide.
func TestUnverified(t *testing.T) {
	const shop = `Resources:
  Sales: {Type: AWS::SNS::Topic}
  Orders: {Type: AWS::SQS::Queue}
  ToOrders: {Type: AWS::SNS::Subscription, Properties: {TopicArn: !Ref Sales, Protocol: sqs, Endpoint: !GetAtt Orders.Arn}}
`
	for _, test := range []struct {
		reason, template string
		shown            bool
	}{
		{"nothing denies it", shop, true},
		{"another statement denies it to everybody", shop + `  Policy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Orders]
      PolicyDocument: {Version: "2012-10-17", Statement: [{Effect: Deny, Principal: "*", Action: "sqs:*", Resource: "*"}]}
`, false},
		{"the policy that the statement is for is one of two, and the other one may be set last", shop + `  Policy: &p
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Orders]
      PolicyDocument: {Version: "2012-10-17", Statement: [{Effect: Deny, Principal: "*", Action: "sqs:*", Resource: "*", Condition: {Bool: {"aws:SecureTransport": "false"}}}]}
  Policy2: *p
`, false},
	} {
		t.Run(test.reason, func(t *testing.T) {
			report := check.Run(read(t, "template.yaml", []byte(test.template), cfn.Options{Account: "111122223333", Region: "eu-west-1"}), check.Options{})
			broken := 0
			for _, f := range report.Findings {
				if f.Severity != check.Error {
					continue
				}
				broken++
				if shown := len(f.Fix) > 0; shown != test.shown || !shown && !strings.Contains(f.Advice, "decide") && f.Rule != "explicit-deny" {
					t.Errorf("%s [%s]: %d documents are shown, with the advice %q", f.Message, f.Rule, len(f.Fix), f.Advice)
				}
			}
			if broken == 0 {
				t.Error("no error is found")
			}
		})
	}
}
