package organization

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hopgrant/hopgrant/internal/live"
)

// TestGroups has what makes two accounts be judged together: what a hop from one to the other hangs on, and nothing else, so that what every
// account has does not tie all of them.
func TestGroups(t *testing.T) {
	const a, b = "111111111111", "222222222222"
	for _, test := range []struct {
		reason, region, typ, id, properties string
		together                            bool
	}{
		{"a subscription of another account's queue", "eu-west-1", "AWS::SNS::Subscription", "s", `{"Endpoint": "arn:aws:sqs:eu-west-1:222222222222:q"}`, true},
		{"a policy of a queue that admits a topic", "eu-west-1", "AWS::SQS::QueuePolicy", "arn:aws:sqs:eu-west-1:111111111111:q",
			`{"PolicyDocument": {"Statement": [{"Condition": {"ArnEquals": {"aws:SourceArn": ["arn:aws:sns:eu-west-1:222222222222:t"]}}}]}}`, true},
		{"a policy of a queue that admits a role", "eu-west-1", "AWS::SQS::QueuePolicy", "arn:aws:sqs:eu-west-1:111111111111:q",
			`{"PolicyDocument": {"Statement": [{"Principal": {"AWS": "arn:aws:iam::222222222222:role/r"}}]}}`, true},
		{"a key of another account", "eu-west-1", "AWS::SQS::Queue", "arn:aws:sqs:eu-west-1:111111111111:q", `{"KmsMasterKeyId": "arn:aws:kms:eu-west-1:222222222222:key/k"}`, true},
		{"a role that sends to queues of another account, by a pattern", "", "AWS::IAM::Role", "arn:aws:iam::111111111111:role/r",
			`{"Policies": [{"PolicyDocument": {"Statement": [{"Resource": "arn:aws:sqs:*:222222222222:*"}]}}]}`, true},
		{"a whole account that is admitted: who of it calls is known by policies of the other", "eu-west-1", "AWS::SQS::QueuePolicy", "arn:aws:sqs:eu-west-1:111111111111:q",
			`{"PolicyDocument": {"Statement": [{"Principal": {"AWS": "arn:aws:iam::222222222222:root"}}]}}`, false},
		{"whom a role trusts: every account has the reader's role", "", "AWS::IAM::Role", "arn:aws:iam::111111111111:role/r",
			`{"AssumeRolePolicyDocument": {"Statement": [{"Principal": {"AWS": "arn:aws:iam::222222222222:role/reader"}}]}}`, false},
		{"a role that may use keys of another account", "", "AWS::IAM::Role", "arn:aws:iam::111111111111:role/r",
			`{"Policies": [{"PolicyDocument": {"Statement": [{"Resource": "arn:aws:kms:eu-west-1:222222222222:key/k"}]}}]}`, false},
		{"an account that nobody reads", "eu-west-1", "AWS::SNS::Subscription", "s", `{"Endpoint": "arn:aws:sqs:eu-west-1:333333333333:q"}`, false},
		{"a text that is no ARN", "eu-west-1", "AWS::SNS::Topic", "arn:aws:sns:eu-west-1:111111111111:t", `{"DisplayName": "222222222222"}`, false},
	} {
		f := Folder(t.TempDir())
		places := []Place{{a, test.region}, {b, "eu-west-1"}}
		for _, p := range places {
			scope := live.Scope{Account: p.Account, Partition: "aws", Region: p.Region, ReadAt: time.Now(), Resources: []live.Resource{}}
			if p.Account == a {
				scope.Resources = append(scope.Resources, live.Resource{Type: test.typ, ID: test.id, Properties: json.RawMessage(test.properties)})
			}
			if err := f.save(p.Account, &live.Snapshot{Scopes: []live.Scope{scope}}); err != nil {
				t.Fatal(err)
			}
		}
		want := [][]Place{places}
		if !test.together {
			want = [][]Place{places[:1], places[1:]}
		}
		got, err := f.groups(places)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", test.reason, err, diff)
		}
	}
}
