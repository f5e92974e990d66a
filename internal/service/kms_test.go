package service

import "testing"

// The suffix is .amazonaws.com in every partition:
// https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
func TestVia(t *testing.T) {
	for _, c := range [][3]string{
		{"sqs", "us-east-1", "sqs.us-east-1.amazonaws.com"},
		{"sns", "cn-north-1", "sns.cn-north-1.amazonaws.com"},
		{"sqs", "us-gov-west-1", "sqs.us-gov-west-1.amazonaws.com"},
		{"sqs", "${AWS::Region}", "sqs.${AWS::Region}.amazonaws.com"},
	} {
		if got := Via(c[0], c[1]); got != c[2] {
			t.Errorf("%s in %s: got %s, want %s", c[0], c[1], got, c[2])
		}
	}
}
