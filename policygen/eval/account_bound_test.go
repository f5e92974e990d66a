package eval

import "testing"

func TestAccountBound(t *testing.T) {
	tests := []struct {
		action string
		want   bool
		reason string
	}{
		{"sqs:StartMessageMoveTask", true, "on the SQS guide's list of limitations"},
		{"SQS:deletequeue", true, "actions have no case"},
		{"sqs:SendMessage", false, "a queue policy can open it to another account"},
		{"kms:ScheduleKeyDeletion", true, "the KMS guide's own example of a permission without effect"},
		{"kms:ListKeys", true, "the KMS guide's other example"},
		{"kms:Decrypt", false, "a cryptographic operation"},
		{"sns:Publish", false, "a topic policy can open it to another account"},
		{"s3:GetObject", false, "not a service that is looked at"},
	}
	for _, tt := range tests {
		if got := isAccountBound(tt.action); got != tt.want {
			t.Errorf("isAccountBound(%q) is %v, want %v: %s", tt.action, got, tt.want, tt.reason)
		}
	}
}

func TestOutsideResourceControl(t *testing.T) {
	if !isOutsideResourceControl("KMS:retiregrant") {
		t.Error("resource control policies affect kms:RetireGrant, which the KMS guide excepts")
	}
	if isOutsideResourceControl("kms:Decrypt") {
		t.Error("resource control policies do not affect kms:Decrypt")
	}
}
