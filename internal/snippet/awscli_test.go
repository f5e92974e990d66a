package snippet

import (
	"encoding/json"
	"errors"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/policygen"
)

// commandsOf runs a script in a shell in which aws is a function, and returns the arguments of each call.
func commandsOf(t *testing.T, script []byte) [][]string {
	t.Helper()
	const fake = `aws() { for word; do printf '%s\0' "$word"; done; printf '\1\0'; }
ROLE_NAME='the role'
`
	out, err := exec.Command("sh", "-c", fake+string(script)).Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, script)
	}
	var all [][]string
	for call := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x01\x00"), "\x01\x00") {
		all = append(all, strings.Split(strings.TrimSuffix(call, "\x00"), "\x00"))
	}
	return all
}

// shellDocuments returns the documents as the AWS CLI gets them.
func shellDocuments(t *testing.T, script []byte) []any {
	t.Helper()
	var documents []any
	for _, words := range commandsOf(t, script) {
		text := ""
		for i, w := range words {
			switch w {
			case "--policy", "--policy-document", "--attribute-value":
				text = words[i+1]
			case "--attributes":
				var attributes map[string]string
				if err := json.Unmarshal([]byte(words[i+1]), &attributes); err != nil {
					t.Fatal(err)
				}
				text = attributes["Policy"]
			}
		}
		var d any
		if err := json.Unmarshal([]byte(text), &d); err != nil {
			t.Fatalf("%v in %q", err, words)
		}
		documents = append(documents, d)
	}
	return documents
}

// The commands name what they change as the AWS CLI wants it.
func TestCommandsNameTheirSubject(t *testing.T) {
	b, err := Render(odd(), AWSCLI)
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"iam", "put-role-policy", "--role-name", "the role"},
		{"iam", "put-role-policy", "--role-name", "a.b@c"},
		{"iam", "put-user-policy", "--user-name", "a.b@c"},
		{"sns", "set-topic-attributes", "--topic-arn", "arn:aws-cn:sns:cn-north-1:123456789012:a_b.fifo", "--attribute-name", "Policy"},
		{"sqs", "set-queue-attributes", "--queue-url", "https://sqs.cn-north-1.amazonaws.com.cn/123456789012/a-b"},
		{"sqs", "set-queue-attributes", "--queue-url", "https://sqs.us-east-2.amazonaws.com/123456789012/A_B"},
		{"kms", "put-key-policy", "--key-id", "arn:aws:kms:us-east-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab", "--policy-name", "default"},
	}
	for i, words := range commandsOf(t, b) {
		if i >= len(want) || !slices.Equal(words[:len(want[i])], want[i]) {
			t.Errorf("command %d is %q", i, words)
		}
	}
}

// A command that fails keeps the ones after it from running, and leaves the shell into which they are pasted alone.
func TestCommandsStop(t *testing.T) {
	b, err := Render(odd(), AWSCLI)
	if err != nil {
		t.Fatal(err)
	}
	const fake = "aws() { echo called; return 1; }\nROLE_NAME=x\n"
	out, err := exec.Command("sh", "-c", fake+string(b)+"case $- in *e*) echo stops ;; *) echo goes on ;; esac\n").Output()
	if string(out) != "called\ngoes on\n" || err != nil {
		t.Errorf("output %q, error %v; want one call, and a shell that goes on without -e", out, err)
	}
}

// No command resolves references, and none may run without a value for one.
func TestCommandsRefuseReferences(t *testing.T) {
	for _, a := range []policygen.Attachment{
		{On: policygen.OnQueue, Resource: "${aws_sqs_queue.orders.arn}"},
		{On: policygen.OnTopic, Resource: "arn:aws:sns:${AWS::Region}:123456789012:sales"},
		{On: policygen.OnIdentity, Principal: policygen.RoleARN("${App.Arn}")},
	} {
		if b, err := Render(policygen.Policies{a}, AWSCLI); !errors.Is(err, ErrReference) || b != nil {
			t.Errorf("%s of %s%v: %v, want an error about the reference\n%s", a.On, a.Resource, a.Principal, err, b)
		}
	}
}
