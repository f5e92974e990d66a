//go:build integ

package integ

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/hopgrant/hopgrant/integ/internal/account"
	"github.com/hopgrant/hopgrant/integ/internal/emulator"
	"github.com/hopgrant/hopgrant/integ/internal/flow"
)

// TestDeploymentFaults checks that a failed deployment gives a clear error and leaves nothing behind.
func TestDeploymentFaults(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		faults       []emulator.Fault
		breakIt      func(emulator.Template)
		want         string // part of the error; empty for none
	}{
		{
			name: "half-way", reason: "the policy is of a queue that is not there, after others were made",
			breakIt: func(t emulator.Template) {
				t.Properties("AuditPolicy")["Queues"] = []any{"https://sqs.us-east-1.amazonaws.com/123456789012/nowhere"}
			},
			want: `stack "faults"`,
		},
		{
			name: "throttled for a while", reason: "the SDK tries again, so that nobody notices",
			faults: []emulator.Fault{{Action: "DescribeStacks", Times: 2, Code: "Throttling", Status: 400}},
		},
		{
			name: "throttled for good", reason: "what was made by then has to go",
			faults: []emulator.Fault{{Action: "ListStackResources", Code: "Throttling", Status: 400}},
			want:   "Throttling: injected",
		},
		{
			name: "failing", reason: "an error of AWS's own",
			faults: []emulator.Fault{{Action: "ListStackResources", Code: "InternalFailure", Status: 500}},
			want:   "InternalFailure: injected",
		},
		{
			name: "cut off", reason: "the answer to CreateStack never comes, but the stack was made",
			faults: []emulator.Fault{{Action: "ListStackResources"}},
			want:   "EOF",
		},
		{
			name: "refused", reason: "the caller may not create stacks",
			faults: []emulator.Fault{{Action: "CreateStack", Code: "AccessDenied", Status: 403}},
			want:   "AccessDenied: injected",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, err := plain.StartFaultProxy(tt.faults...)
			if err != nil {
				t.Fatal(err)
			}
			defer p.Stop()
			s, err := p.Clients(emulator.Account, "us-east-1").Deploy(t.Context(), "faults", faultTemplate(t, tt.breakIt).JSON(), nil)
			switch {
			case tt.want == "" && err != nil:
				t.Errorf("got error %v, want none (%s)", err, tt.reason)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
				t.Errorf("got error %v, want one with %q (%s)", err, tt.want, tt.reason)
			}
			if err == nil {
				if err := s.Delete(t.Context()); err != nil {
					t.Error(err)
				}
			}
			nothingLeft(t)
		})
	}
}

// TestDeploymentInterrupted checks that an interrupted deployment is cleaned up although its context has ended.
func TestDeploymentInterrupted(t *testing.T) {
	p, err := plain.StartFaultProxy(emulator.Fault{Action: "DescribeStacks", Times: 1, Delay: 10 * time.Second, Code: "Throttling", Status: 400})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Stop()
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_, err = p.Clients(emulator.Account, "us-east-1").Deploy(ctx, "faults", faultTemplate(t, nil).JSON(), nil)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got error %v, want %v", err, context.DeadlineExceeded)
	}
	nothingLeft(t)
}

// TestCleanUpFails checks that the error of a failed clean-up is joined with the first error.
func TestCleanUpFails(t *testing.T) {
	p, err := plain.StartFaultProxy(
		emulator.Fault{Action: "ListStackResources", Code: "InternalFailure", Status: 500},
		emulator.Fault{Action: "DeleteStack", Code: "AccessDenied", Status: 403})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Stop()
	_, err = p.Clients(emulator.Account, "us-east-1").Deploy(t.Context(), "faults", faultTemplate(t, nil).JSON(), nil)
	for _, want := range []string{"InternalFailure: injected", `delete stack "faults"`, "AccessDenied: injected"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got error %v, want one with %q", err, want)
		}
	}
	s := &account.Stack{Clients: plain.Clients(emulator.Account, "us-east-1"), Name: "faults"}
	if err := s.Delete(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestQueueDeletedUnderSubscription deletes a subscribed queue. The messages must go to the subscription's dead-letter
// queue, and the run must name the hop that lost them.
func TestQueueDeletedUnderSubscription(t *testing.T) {
	f := flow.Handwritten[0]
	d := deployed(t, plain, f, nil)
	q := d.Queues["Orders"]
	if _, err := q.Clients.SQS.DeleteQueue(t.Context(), &sqs.DeleteQueueInput{QueueUrl: aws.String(q.URL)}); err != nil {
		t.Fatal(err)
	}
	if err := d.Topics["Topic"].Publish(t.Context(), flow.OrderMessages[0]); err != nil {
		t.Fatal(err)
	}
	got, err := d.Queues["Undelivered"].Drain(t.Context(), 1, account.EmulatorTiming.Arrival)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || got[0].Body != flow.OrderMessages[0].Body {
		t.Errorf("got %v in the subscription's dead-letter queue, want the message", got)
	}
	if _, err := f.Run(t.Context(), d); err == nil || !strings.Contains(err.Error(), "receive from Orders") {
		t.Errorf("got error %v, want one that names the queue", err)
	}
	if _, err := d.Refresh(t.Context()); err == nil || !strings.Contains(err.Error(), "AWS::SQS::Queue Orders of stack shared-key") {
		t.Errorf("got error %v, want one that names the queue", err)
	}
}

// TestTrafficFaults checks that API calls that fail while messages flow give errors that name the queue or topic, and
// never a run without problems.
func TestTrafficFaults(t *testing.T) {
	for _, tt := range []struct{ action, want string }{
		{"Publish", "publish order to Topic: "},
		{"ReceiveMessage", "receive from Orders: "},
		{"DeleteMessageBatch", "delete from Orders: "},
		{"ChangeMessageVisibility", "give back to Orders: "},
	} {
		t.Run(tt.action, func(t *testing.T) {
			f := flow.Handwritten[0]
			d := deployed(t, plain, f, nil)
			p, err := plain.StartFaultProxy(emulator.Fault{Action: tt.action, Code: "ServiceUnavailable", Status: 503})
			if err != nil {
				t.Fatal(err)
			}
			defer p.Stop()
			through := p.Clients(emulator.Account, "us-east-1")
			for _, q := range d.Queues {
				q.Clients = through
			}
			for _, topic := range d.Topics {
				topic.Clients = through
			}
			problems, err := f.Run(t.Context(), d)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got problems %q and error %v, want an error with %q", problems, err, tt.want)
			}
			if got := p.Requests(tt.action); got != 3 {
				t.Errorf("got %d requests, want 3: the SDK tries again", got)
			}
		})
	}
}

func faultTemplate(t *testing.T, change func(emulator.Template)) emulator.Template {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "shared-key.template.json"))
	if err != nil {
		t.Fatal(err)
	}
	template, err := emulator.ParseTemplate(data)
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(template)
	}
	return template
}

// nothingLeft reports stacks and queues of the fault tests that still exist.
func nothingLeft(t *testing.T) {
	t.Helper()
	c := plain.Clients(emulator.Account, "us-east-1")
	stacks, err := c.CloudFormation.ListStacks(t.Context(), &cloudformation.ListStacksInput{})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range stacks.StackSummaries {
		if aws.ToString(s.StackName) == "faults" && s.StackStatus != types.StackStatusDeleteComplete {
			t.Errorf("stack faults is %s, want it deleted", s.StackStatus)
		}
	}
	queues, err := c.SQS.ListQueues(t.Context(), &sqs.ListQueuesInput{QueueNamePrefix: aws.String("faults-")})
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range queues.QueueUrls {
		t.Errorf("queue %s is still there, want it deleted", q)
	}
}
