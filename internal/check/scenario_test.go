package check_test

import (
	"testing"

	"github.com/hopgrant/hopgrant/internal/cfn"
	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/kind"
)

// The queue of sometimes has a key that nobody may use, but only if IsProd is true.
const sometimes = `Parameters:
  Stage: {Type: String}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Resources:
  Key:
    Type: AWS::KMS::Key
    Condition: IsProd
    Properties:
      KeyPolicy:
        Version: '2012-10-17'
        Statement:
          - {Effect: Allow, Principal: {AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:root'}, Action: 'kms:*', Resource: '*'}
  Orders: {Type: AWS::SNS::Topic}
  Billing:
    Type: AWS::SQS::Queue
    Properties: {KmsMasterKeyId: !If [IsProd, !GetAtt Key.Arn, !Ref AWS::NoValue]}
  BillingPolicy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Billing]
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - {Effect: Allow, Principal: {Service: sns.amazonaws.com}, Action: 'sqs:SendMessage', Resource: !GetAtt Billing.Arn, Condition: {ArnEquals: {'aws:SourceArn': !Ref Orders}}}
  Subscription: {Type: AWS::SNS::Subscription, Properties: {Protocol: sqs, TopicArn: !Ref Orders, Endpoint: !GetAtt Billing.Arn}}
`

func TestScenarios(t *testing.T) {
	tests := []struct {
		reason   string
		stage    string
		scenario string
		verdict  check.Verdict
		findings int
		warnings string // the scenario of those that hold in any case
	}{
		{"the parameter is not known: what is wrong under either value is wrong", "", "IsProd is true", check.Broken, 1, ""},
		{"with the key, SNS is not admitted", "prod", "", check.Broken, 1, ""},
		{"without it nothing is missing", "dev", "", check.OK, 0, ""},
	}
	for _, tt := range tests {
		var o cfn.Options
		if tt.stage != "" {
			o.Parameters = map[string]string{"Stage": tt.stage}
		}
		topologies := read(t, "sometimes.yaml", []byte(sometimes), o)
		r := check.Run(topologies, check.Options{Severity: check.Error})
		if len(r.Findings) != tt.findings || len(r.Hops) != 1 || r.Hops[0].Verdict != tt.verdict || r.Hops[0].Scenario != tt.scenario {
			t.Errorf("%s: %d findings, hops %+v", tt.reason, len(r.Findings), r.Hops)
			continue
		}
		for _, f := range r.Findings {
			if f.Scenario != tt.scenario {
				t.Errorf("%s: the finding holds when %q, want %q", tt.reason, f.Scenario, tt.scenario)
			}
		}
		for _, f := range check.Run(topologies, check.Options{Rules: []string{"no-dead-letter-queue"}}).Findings {
			if f.Scenario != tt.warnings {
				t.Errorf("%s: what always holds is said to hold when %q", tt.reason, f.Scenario)
			}
		}
	}
}

// TestVerdictsAgree checks that a report and [check.Explain] have the same hops and verdicts.
func TestVerdictsAgree(t *testing.T) {
	topologies := read(t, "sometimes.yaml", []byte(sometimes), cfn.Options{})
	r := check.Run(topologies, check.Options{})
	hops := check.Explain(topologies).Hops
	if len(hops) != 1 || hops[0].Kind != kind.Deliver || r.Broken != 1 || r.OK+r.Unknown != 0 {
		t.Errorf("%d hops; %d ok, %d broken, %d unknown", len(hops), r.OK, r.Broken, r.Unknown)
	}
}
