//go:build integ

package integ

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/hopgrant/hopgrant/integ/internal/account"
	"github.com/hopgrant/hopgrant/integ/internal/emulator"
)

// A patient is an account in which a queue gets no messages of its topic.
type patient struct {
	*account.Clients
	t *testing.T
}

func must[T any](out T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
}

// topic creates a topic and returns its ARN.
func (p patient) topic(name string, attributes map[string]string) string {
	return *must(p.SNS.CreateTopic(p.t.Context(), &sns.CreateTopicInput{Name: &name, Attributes: attributes}))(p.t).TopicArn
}

// queue creates a queue and returns its ARN and URL.
func (p patient) queue(name string, attributes map[string]string) (arn, url string) {
	url = *must(p.SQS.CreateQueue(p.t.Context(), &sqs.CreateQueueInput{QueueName: &name, Attributes: attributes}))(p.t).QueueUrl
	return "arn:aws:sqs:" + p.Region + ":" + p.Account + ":" + name, url
}

// subscribed creates a topic and a queue that is subscribed to it, whose policy admits the topic.
func (p patient) subscribed(name string, queue, subscription map[string]string) (topicARN, queueURL string) {
	fifo := map[string]string{}
	if strings.HasSuffix(name, ".fifo") {
		fifo["FifoTopic"] = "true"
		queue["FifoQueue"] = "true"
	}
	topicARN = p.topic(name, fifo)
	queueARN, queueURL := p.queue(name, queue)
	p.admit(queueURL, queueARN, topicARN)
	must(p.SNS.Subscribe(p.t.Context(), &sns.SubscribeInput{TopicArn: &topicARN, Protocol: aws.String("sqs"), Endpoint: &queueARN, Attributes: subscription}))(p.t)
	return topicARN, queueURL
}

// admit sets a queue's policy, as AWS's page about subscribing a queue has it.
func (p patient) admit(url, queueARN, topicARN string) {
	policy := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"` +
		queueARN + `","Condition":{"ArnEquals":{"aws:SourceArn":"` + topicARN + `"}}}]}`
	must(p.SQS.SetQueueAttributes(p.t.Context(), &sqs.SetQueueAttributesInput{QueueUrl: &url, Attributes: map[string]string{"Policy": policy}}))(p.t)
}

// key creates a key that its account may use, and SNS too if it is admitted.
func (p patient) key(admitted bool) string {
	policy := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::` + p.Account + `:root"},"Action":"kms:*","Resource":"*"}`
	if admitted {
		policy += `,{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":["kms:GenerateDataKey*","kms:Decrypt"],"Resource":"*"}`
	}
	return *must(p.KMS.CreateKey(p.t.Context(), &kms.CreateKeyInput{Policy: aws.String(policy + "]}")}))(p.t).KeyMetadata.Arn
}

// A cause is one of those on AWS's list of why a queue gets no messages of a topic, set up by API calls.
//
// [AWS's list]
//
// [AWS's list]: https://repost.aws/knowledge-center/sns-sqs-subscriptions-notifications
type cause struct {
	queue string
	setUp func(p patient, name string)
	// rule is what finds it, and says is in its message; empty if the queue is in order.
	rule, says string
}

var causes = []cause{
	{queue: "in-order", setUp: func(p patient, name string) { p.subscribed(name, nil, nil) }},
	{queue: "no-policy", rule: "queue-policy", setUp: func(p patient, name string) {
		_, url := p.subscribed(name, nil, nil)
		must(p.SQS.SetQueueAttributes(p.t.Context(), &sqs.SetQueueAttributesInput{QueueUrl: &url, Attributes: map[string]string{"Policy": ""}}))(p.t)
	}},
	{queue: "other-topic", rule: "queue-policy", setUp: func(p patient, name string) {
		_, url := p.subscribed(name, nil, nil)
		p.admit(url, "arn:aws:sqs:"+p.Region+":"+p.Account+":"+name, "arn:aws:sns:"+p.Region+":"+p.Account+":another")
	}},
	{queue: "disabled-key", rule: "disabled-key", setUp: func(p patient, name string) {
		key := p.key(true)
		must(p.KMS.DisableKey(p.t.Context(), &kms.DisableKeyInput{KeyId: aws.String(key[strings.IndexByte(key, '/')+1:])}))(p.t)
		p.subscribed(name, map[string]string{"KmsMasterKeyId": key}, nil)
	}},
	{queue: "key-policy", rule: "key-policy-sns", setUp: func(p patient, name string) {
		p.subscribed(name, map[string]string{"KmsMasterKeyId": p.key(false)}, nil)
	}},
	{queue: "key-policy-by-alias", rule: "key-policy-sns", setUp: func(p patient, name string) {
		key := p.key(false)
		must(p.KMS.CreateAlias(p.t.Context(), &kms.CreateAliasInput{AliasName: aws.String("alias/doctor"), TargetKeyId: &key}))(p.t)
		p.subscribed(name, map[string]string{"KmsMasterKeyId": "alias/doctor"}, nil)
	}},
	{queue: "aws-managed-key", rule: "aws-managed-key", setUp: func(p patient, name string) {
		p.subscribed(name, map[string]string{"KmsMasterKeyId": "alias/aws/sqs"}, nil)
	}},
	{queue: "filtered", rule: "empty-though-ok", says: "filter policy", setUp: func(p patient, name string) {
		p.subscribed(name, nil, map[string]string{"FilterPolicy": `{"kind":["nothing"]}`})
	}},
	{queue: "deduplicated.fifo", rule: "empty-though-ok", says: "deduplication id", setUp: func(p patient, name string) {
		p.subscribed(name, map[string]string{}, nil)
	}},
	{queue: "raw", rule: "empty-though-ok", says: "raw message delivery", setUp: func(p patient, name string) {
		p.subscribed(name, nil, map[string]string{"RawMessageDelivery": "true"})
	}},
	{queue: "consumed", rule: "empty-though-ok", says: "receives from it", setUp: func(p patient, name string) {
		p.subscribed(name, nil, nil)
		trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
		must(p.IAM.CreateRole(p.t.Context(), &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: &trust}))(p.t)
		policy := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["sqs:ReceiveMessage","sqs:DeleteMessage"],"Resource":"arn:aws:sqs:` + p.Region + `:` + p.Account + `:` + name + `"}]}`
		must(p.IAM.PutRolePolicy(p.t.Context(), &iam.PutRolePolicyInput{RoleName: &name, PolicyName: &name, PolicyDocument: &policy}))(p.t)
	}},
	{queue: "queue-deleted", rule: "does-not-exist", setUp: func(p patient, name string) {
		_, url := p.subscribed(name, nil, nil)
		must(p.SQS.DeleteQueue(p.t.Context(), &sqs.DeleteQueueInput{QueueUrl: &url}))(p.t)
	}},
}

// ward is a Region of the emulator that no other test uses.
const ward = "eu-west-3"

// doctor runs hopgrant doctor on the emulator and returns its answer and exit status.
func doctor(t *testing.T, url string, args ...string) (d diagnosis, stderr string, status int) {
	t.Helper()
	// The emulator does not speak CloudWatch's protocol, in which alarms and metrics are asked for.
	args = append([]string{"doctor", "--region", ward, "--no-evidence", "--severity", "info", "--format", "json"}, args...)
	cmd := exec.CommandContext(t.Context(), hopgrantProgram(t), args...)
	cmd.Env = append(os.Environ(), "AWS_ENDPOINT_URL="+url, "AWS_ACCESS_KEY_ID=testing", "AWS_SECRET_ACCESS_KEY=testing",
		"AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out.Bytes(), &d); err != nil && out.Len() > 0 {
		t.Fatalf("%v\n%s", err, &out)
	}
	return d, errs.String(), cmd.ProcessState.ExitCode()
}

// A diagnosis is what hopgrant doctor prints.
type diagnosis struct {
	Findings []struct{ Rule, Message string }
	Gaps     []struct{ What, Why string }
}

// finds reports whether a finding of the rule is about the queue, or about its key, and has the words.
func (d diagnosis) finds(rule, queue, words string) bool {
	for _, f := range d.Findings {
		if f.Rule == rule && strings.Contains(f.Message+" ", ":"+queue+" ") && strings.Contains(f.Message, words) {
			return true
		}
	}
	return false
}

// TestDoctorFindsCauses sets up every cause on AWS's list by API calls, and hopgrant doctor finds each. The emulator confirms every subscription,
// so that one that waits for it is in the tests of internal/live only.
func TestDoctorFindsCauses(t *testing.T) {
	p := patient{plain.Clients(emulator.Account, ward), t}
	for _, c := range causes {
		c.setUp(p, c.queue)
	}
	file := filepath.Join(t.TempDir(), "snapshot.json")
	d, stderr, status := doctor(t, plain.URL, "--snapshot", file)
	if status != 1 {
		t.Errorf("got status %d, want 1 for errors\n%s", status, stderr)
	}
	for _, g := range d.Gaps {
		if !strings.Contains(g.What, "cloudwatch:DescribeAlarms") {
			t.Errorf("gap: %s: %s", g.What, g.Why)
		}
	}
	replayed := replay(t, file)
	for _, c := range causes {
		if c.rule != "" && !d.finds(c.rule, c.queue, c.says) {
			t.Errorf("queue %s: no finding %s that says %q", c.queue, c.rule, c.says)
		}
		if c.rule != "" && !replayed.finds(c.rule, c.queue, c.says) {
			t.Errorf("queue %s: no finding %s in the snapshot", c.queue, c.rule)
		}
		for _, rule := range []string{"queue-policy", "key-policy-sns", "aws-managed-key", "disabled-key", "does-not-exist", "empty-though-ok", "undecided"} {
			if rule != c.rule && d.finds(rule, c.queue, "") {
				t.Errorf("queue %s: a finding of %s, which is not its cause", c.queue, rule)
			}
		}
	}

	one, _, _ := doctor(t, plain.URL, "--queue", "no-policy")
	if !one.finds("queue-policy", "no-policy", "") {
		t.Error("--queue no-policy: no finding queue-policy")
	}
	for _, f := range one.Findings {
		if strings.Contains(f.Message, "other-topic") {
			t.Errorf("--queue no-policy: a finding about another queue: %s", f.Message)
		}
	}

	proxy := must(plain.StartFaultProxy(emulator.Fault{Action: "GetQueueAttributes", Code: "AccessDenied", Status: 403}))(t)
	defer proxy.Stop()
	denied, _, _ := doctor(t, proxy.URL)
	if denied.finds("queue-policy", "no-policy", "") || len(denied.Gaps) < len(causes) {
		t.Errorf("queues whose attributes are denied have a verdict: %+v", denied)
	}
	for _, action := range []string{"SetQueueAttributes", "Publish", "SendMessage", "ReceiveMessage", "CreateQueue", "Subscribe"} {
		if n := proxy.Requests(action); n > 0 {
			t.Errorf("%d requests for %s", n, action)
		}
	}
}

// replay runs hopgrant doctor on a snapshot.
func replay(t *testing.T, file string) (d diagnosis) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), hopgrantProgram(t), "doctor", "--severity", "info", "--format", "json", file)
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out, &d); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return d
}

// TestDoctorOtherAccount has the queue in another account. It is unknown without a role there, and judged with one.
func TestDoctorOtherAccount(t *testing.T) {
	here := patient{plain.Clients(emulator.Account, ward), t}
	there := patient{plain.Clients("444455556666", ward), t}
	topic := here.topic("abroad", nil)
	queue, url := there.queue("abroad", nil)
	there.admit(url, queue, "arn:aws:sns:"+ward+":"+emulator.Account+":another")
	must(here.SNS.Subscribe(t.Context(), &sns.SubscribeInput{TopicArn: &topic, Protocol: aws.String("sqs"), Endpoint: &queue}))(t)
	trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + emulator.Account + `"},"Action":"sts:AssumeRole"}]}`
	role := must(there.IAM.CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: aws.String("reader"), AssumeRolePolicyDocument: &trust}))(t).Role.Arn

	without, _, _ := doctor(t, plain.URL, "--topic", "abroad")
	if without.finds("queue-policy", "abroad", "") {
		t.Errorf("a queue that nobody may read has a verdict: %+v", without)
	}
	with, stderr, _ := doctor(t, plain.URL, "--topic", "abroad", "--assume-role", *role)
	if !with.finds("queue-policy", "abroad", "") {
		t.Errorf("no finding queue-policy: %+v\n%s", with, stderr)
	}
}
