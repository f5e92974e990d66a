package topology

import (
	"testing"

	"github.com/hopgrant/hopgrant/internal/text"
)

func TestCanonical(t *testing.T) {
	const here = "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:orders"
	tests := []struct {
		name, reason string
		own          []string
		text, want   string
	}{
		{"literal", "it is taken for that of the file, and Elsewhere says where it is", []string{here},
			"arn:aws:sqs:eu-west-1:111122223333:orders", here},
		{"the ARN itself", "it is what it is", []string{here}, here, here},
		{"another name", "the file has no such queue", []string{here}, "arn:aws:sqs:eu-west-1:111122223333:bills", "arn:aws:sqs:eu-west-1:111122223333:bills"},
		{"another service", "a topic of the name is no queue", []string{here}, "arn:aws:sns:eu-west-1:111122223333:orders", "arn:aws:sns:eu-west-1:111122223333:orders"},
		{"known elsewhere", "the file's queue is in another Region", []string{"arn:aws:sqs:us-east-1:111122223333:orders"},
			"arn:aws:sqs:eu-west-1:111122223333:orders", "arn:aws:sqs:eu-west-1:111122223333:orders"},
		{"unknown account", "two accounts that are not known need not be the same", []string{"arn:aws:sqs:us-east-1:${AWS::AccountId}:orders"},
			"arn:aws:sqs:us-east-1:${Other}:orders", "arn:aws:sqs:us-east-1:${Other}:orders"},
		{"pattern", "a pattern names more than one queue", []string{here}, "arn:aws:sqs:*:111122223333:orders", "arn:aws:sqs:*:111122223333:orders"},
		{"two of a name", "it is not known which of the two stacks is in the Region", []string{here, "arn:aws:sqs:${AWS::Region}:111122223333:orders"},
			"arn:aws:sqs:eu-west-1:111122223333:orders", "arn:aws:sqs:eu-west-1:111122223333:orders"},
		{"no ARN", "a URL is no ARN", []string{here}, "https://sqs.eu-west-1.amazonaws.com/111122223333/orders", "https://sqs.eu-west-1.amazonaws.com/111122223333/orders"},
	}
	seen := map[string]bool{}
	for _, tt := range tests {
		if tt.reason == "" || seen[tt.name] {
			t.Errorf("case %q has no reason, or is there twice", tt.name)
		}
		seen[tt.name] = true
		r := NewRegistry(&Topology{})
		for _, arn := range tt.own {
			r.Own(arn)
		}
		if got := r.Canonical(tt.text); got != tt.want {
			t.Errorf("%s: got %s, want %s: %s", tt.name, got, tt.want, tt.reason)
		}
	}
}

func TestElsewhere(t *testing.T) {
	const here, known = "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:orders", "arn:aws:sqs:eu-west-1:111122223333:orders"
	const only, open = "arn:aws:sqs:eu-west-1:111122223333:orders is Orders only in ", ", and it is not known whether that is where it is deployed; pass "
	tests := []struct{ reason, written, own, want string }{
		{"the account and Region of the deployment may be others", known, here, only + "account 111122223333 and Region eu-west-1" + open + "--account and --region"},
		{"so may they be of a queue that its URL names", "https://sqs.eu-west-1.amazonaws.com/111122223333/orders", here, only + "account 111122223333 and Region eu-west-1" + open + "--account and --region"},
		{"what the file knows of itself is no doubt", known, "arn:aws:sqs:${AWS::Region}:111122223333:orders", only + "Region eu-west-1" + open + "--region"},
		{"nor is what it knows", known, "arn:aws:sqs:eu-west-1:${AWS::AccountId}:orders", only + "account 111122223333" + open + "--account"},
		{"the pseudo parameters are those of the deployment, and the partition follows from the Region", "arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:orders", here, ""},
		{"the same is the same", known, known, ""},
		{"a reference is to what it refers to", "${Queue}", here, ""},
	}
	for _, tt := range tests {
		if got := Elsewhere(tt.written, &Element{ID: "Orders"}, tt.own); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.reason, got, tt.want)
		}
	}
	if got := Elsewhere(known, &Element{ID: known, Foreign: true}, here); got != "" {
		t.Errorf("what is only referred to is nothing of the file: %q", got)
	}
}

func TestForeignElements(t *testing.T) {
	r := NewRegistry(&Topology{})
	at := Position{File: "a.yaml", Line: 3}
	q := r.ForeignQueue("arn:aws:sqs:eu-west-1:111122223333:orders.fifo", at)
	if again := r.ForeignQueue("arn:aws:sqs:eu-west-1:111122223333:orders.fifo", Position{}); again != q || len(r.Queues) != 1 {
		t.Errorf("one queue that is referred to twice became %d", len(r.Queues))
	}
	if !q.Foreign || q.FIFO != text.Yes || q.At != at {
		t.Errorf("queue %+v, want a foreign FIFO queue that was first seen at %s", q, at)
	}
	if unknown := r.ForeignTopic("${Topic}", at); unknown.FIFO != text.Maybe {
		t.Errorf("FIFO %s of a topic whose ARN does not tell, want not known", unknown.FIFO)
	}
}
