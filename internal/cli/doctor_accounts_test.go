package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hopgrant/hopgrant/internal/live"
	"github.com/hopgrant/hopgrant/internal/live/account"
	"github.com/hopgrant/hopgrant/internal/organization"
)

// threeAccounts reads accounts of which the first delivers to the queue of the second, which does not admit it. The role of the third cannot be assumed.
func threeAccounts(_ context.Context, o account.Options) (*live.Snapshot, error) {
	if o.Account == "333333333333" {
		return nil, errors.New("credentials: AccessDenied:\n not authorized to perform: sts:AssumeRole")
	}
	const topic, queue = "arn:aws:sns:eu-central-1:111111111111:sales", "arn:aws:sqs:eu-central-1:222222222222:orders"
	resource := func(typ, id, properties string, attributes map[string]string) live.Resource {
		return live.Resource{Type: typ, ID: id, Properties: json.RawMessage(properties), Attributes: attributes}
	}
	in := map[string][]live.Resource{
		"111111111111": {
			resource("AWS::SNS::Subscription", topic+":1", fmt.Sprintf(`{"TopicArn": %q, "Protocol": "sqs", "Endpoint": %q}`, topic, queue), nil),
			resource("AWS::SNS::Topic", topic, `{"TopicName": "sales"}`, nil),
			resource("AWS::SNS::TopicPolicy", topic, fmt.Sprintf(`{"Topics": [%q], "PolicyDocument": {"Version": "2012-10-17", "Statement": []}}`, topic), nil),
		},
		"222222222222": {
			resource("AWS::SQS::Queue", queue, `{"QueueName": "orders", "SqsManagedSseEnabled": true}`, map[string]string{live.TagAttribute("team"): "packers"}),
			resource("AWS::SQS::QueuePolicy", queue, `{"Queues": ["https://sqs.eu-central-1.amazonaws.com/222222222222/orders"], "PolicyDocument": {"Version": "2012-10-17", "Statement": []}}`, nil),
		},
	}[o.Account]
	s := &live.Snapshot{Version: live.Version, Scopes: []live.Scope{
		{Account: o.Account, Partition: "aws", ReadAt: time.Now(), Resources: []live.Resource{}},
		{Account: o.Account, Partition: "aws", Region: o.Regions[0], ReadAt: time.Now(), Resources: in},
	}}
	o.Checkpoint(s)
	return s, nil
}

// TestDoctorAccounts checks what is asked for, the summary, the files, and the exit status. docs/organization.md shows the summary.
func TestDoctorAccounts(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("accounts.txt", []byte("111111111111\n222222222222 eu-central-1 # packers\n333333333333\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var asked []account.Options
	run := func(args ...string) (status int, stdout, stderr string) {
		asked = nil
		var out, errs strings.Builder
		c := Command{Stdin: strings.NewReader("222222222222\n"), Stdout: &out, Stderr: &errs,
			readAccount: func(ctx context.Context, o account.Options) (*live.Snapshot, error) {
				asked = append(asked, o)
				return threeAccounts(ctx, o)
			},
			listMembers: func(_ context.Context, o account.Options) ([]account.Member, error) {
				if o.Profile == "member" {
					return nil, errors.New("organization: no")
				}
				return []account.Member{{Account: "111111111111", State: "ACTIVE"}, {Account: "222222222222"}, {Account: "444444444444", State: "SUSPENDED"}}, nil
			}}
		return c.Main(append([]string{"doctor", "--role", "audit/reader", "--owner-tag", "team", "--parallel", "1", "--region", "eu-central-1", "--out", "out"}, args...)), out.String(), errs.String()
	}

	status, stdout, stderr := run("--accounts", "accounts.txt", "--external-id", "x", "--no-evidence")
	if status != StatusUsage || stderr != "hopgrant: error: accounts: 1 of 3 account-Regions could not be read, want the reason that the summary has for each mended\n" {
		t.Errorf("status %d, stderr %q", status, stderr)
	}
	page, err := os.ReadFile(filepath.Join(docs, "organization.md"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(page), stdout) {
		t.Errorf("docs/organization.md does not show:\n%s", stdout)
	}
	for i := range asked {
		if asked[i].Checkpoint == nil || asked[i].Resume == nil {
			t.Errorf("account %s is not gone on from", asked[i].Account)
		}
		asked[i].Checkpoint, asked[i].Resume, asked[i].Roles = nil, nil, nil
	}
	want := account.Options{Role: "arn:aws:iam::111111111111:role/audit/reader", ExternalID: "x", Account: "111111111111", Regions: []string{"eu-central-1"},
		OwnerTag: "team", NoEvidence: true, MaxAge: 12 * time.Hour}
	if len(asked) != 3 {
		t.Fatalf("asked for %d accounts", len(asked))
	}
	if diff := cmp.Diff(want, asked[0]); diff != "" {
		t.Errorf("asked for (-want +got):\n%s", diff)
	}
	var summary organization.Summary
	data, err := os.ReadFile("out/summary.json")
	if err != nil || json.Unmarshal(data, &summary) != nil || summary.Errors != 1 || len(summary.Failed) != 2 || summary.Crossing.Broken != 1 {
		t.Errorf("the summary is %s, %v", data, err)
	}
	// The finding is where the subscription is.
	for at, want := range map[string]bool{"111111111111/eu-central-1": true, "222222222222/eu-central-1": false, "111111111111/account": false} {
		if data, err := os.ReadFile("out/" + at + ".findings.json"); err != nil || strings.Contains(string(data), `"rule": "queue-policy"`) != want {
			t.Errorf("the findings of %s are %s, %v", at, data, err)
		}
	}
	if _, err := os.Stat("out/333333333333"); err == nil {
		t.Error("there is a folder of an account that was not read")
	}

	if status, stdout, _ = run("--accounts", "accounts.txt", "--format", "json"); status != StatusUsage || len(asked) != 1 || !strings.Contains(stdout, `"reused": 2`) {
		t.Errorf("the second time: status %d, read %d accounts, stdout\n%s", status, len(asked), stdout)
	}
	if status, stdout, stderr = run("--accounts", "organization"); status != StatusFindings || len(asked) != 0 || stderr != "" || !strings.Contains(stdout, "not read: 444444444444: the account's state is SUSPENDED\n") {
		t.Errorf("organization: status %d, stderr %q, stdout\n%s", status, stderr, stdout)
	}
	if status, _, _ = run("--accounts", "organization", "--fail-on", "never"); status != StatusOK {
		t.Errorf("--fail-on never: status %d", status)
	}
	if status, stdout, _ = run("--accounts", "-", "--max-age", "1ns"); status != StatusOK || len(asked) != 1 {
		t.Errorf("stdin: status %d, read %d accounts, stdout\n%s", status, len(asked), stdout)
	}
	if status, stdout, stderr = run("--accounts", "organization", "--profile", "member"); status != StatusUsage || stdout != "" || stderr != "hopgrant: error: organization: no\n" {
		t.Errorf("no member: status %d, stderr %q", status, stderr)
	}
}

// docs is the folder of the pages, which a test that is elsewhere needs.
var docs, _ = filepath.Abs("../../docs")
