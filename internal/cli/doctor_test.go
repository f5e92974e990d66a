package cli

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/live"
	"github.com/hopgrant/hopgrant/internal/live/account"
	"github.com/hopgrant/hopgrant/internal/snippet"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

// TestMendCommandsMend carries out, in the snapshots of package load, each command that mends a finding of theirs: the finding is gone,
// no hop is worse, and what the policy had is still there.
func TestMendCommandsMend(t *testing.T) {
	archives, err := filepath.Glob("../load/testdata/accounts/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	mended := map[string]int{}
	for _, path := range archives {
		a, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range a.Files[:len(a.Files)-1] {
			t.Run(strings.TrimSuffix(f.Name, ".json"), func(t *testing.T) { mendByCommands(t, f.Data, mended) })
		}
	}
	for _, command := range []string{"sqs set-queue-attributes", "sns set-topic-attributes", "kms put-key-policy", "iam put-role-policy"} {
		if mended[command] == 0 {
			t.Errorf("nothing was mended by aws %s; done were %v", command, mended)
		}
	}
}

func mendByCommands(t *testing.T, data []byte, mended map[string]int) {
	before := judgedSnapshot(t, data)
	write := fixWriter(snippet.AWSCLI)
	for i := range before.Findings {
		f := &before.Findings[i]
		if f.Severity == check.Info || f.Hop == nil || len(f.Fix) == 0 || f.Rule == "aws-managed-key" {
			continue
		}
		s, err := live.Parse("a.json", data)
		if err != nil {
			t.Fatal(err)
		}
		for j := range f.Fix {
			command, whole, err := write(f, &f.Fix[j])
			if err != nil || !whole {
				t.Fatalf("%s: no command but %q, %v", f.Rule, command, err)
			}
			words := shellWords(command)
			mended[strings.Join(words[1:3], " ")]++
			carryOut(t, s, words)
		}
		var b strings.Builder
		if err := json.NewEncoder(&b).Encode(s); err != nil {
			t.Fatal(err)
		}
		after := judgedSnapshot(t, []byte(b.String()))
		for j := range after.Findings {
			if g := &after.Findings[j]; g.Key() == f.Key() {
				t.Errorf("still there: %s", g.Message)
			}
		}
		if after.Broken >= before.Broken || after.OK <= before.OK {
			t.Errorf("%s: %d hops are ok and %d broken, which were %d and %d", f.Rule, after.OK, after.Broken, before.OK, before.Broken)
		}
	}
}

func judgedSnapshot(t *testing.T, data []byte) check.Report {
	t.Helper()
	s, err := live.Parse("a.json", data)
	if err != nil {
		t.Fatal(err)
	}
	account, err := s.Topology("a.json")
	if err != nil {
		t.Fatal(err)
	}
	return check.Run([]*topology.Topology{account}, check.Options{Severity: check.Info})
}

// carryOut does to a snapshot what a command does to the account.
func carryOut(t *testing.T, s *live.Snapshot, words []string) {
	t.Helper()
	flags := map[string]string{}
	for i := 3; i+1 < len(words); i += 2 {
		flags[words[i]] = words[i+1]
	}
	set := func(typ, id, property string, value any) {
		for i := range s.Scopes {
			scope := &s.Scopes[i]
			if scope.Region != flags["--region"] {
				continue
			}
			for j := range scope.Resources {
				if r := &scope.Resources[j]; r.Type == typ && r.ID == id {
					r.Properties = with(t, r.Properties, property, value)
					return
				}
			}
			scope.Resources = append(scope.Resources, live.Resource{Type: typ, ID: id, Properties: with(t, []byte("{}"), property, value)})
		}
	}
	switch words[2] {
	case "set-queue-attributes":
		var attributes struct{ Policy string }
		if err := json.Unmarshal([]byte(flags["--attributes"]), &attributes); err != nil {
			t.Fatal(err)
		}
		set("AWS::SQS::QueuePolicy", string(topology.QueueOfURL(flags["--queue-url"])), "PolicyDocument", json.RawMessage(attributes.Policy))
	case "set-topic-attributes":
		set("AWS::SNS::TopicPolicy", flags["--topic-arn"], "PolicyDocument", json.RawMessage(flags["--attribute-value"]))
	case "put-key-policy":
		set("AWS::KMS::Key", flags["--key-id"], "KeyPolicy", json.RawMessage(flags["--policy"]))
	case "put-role-policy":
		for i := range s.Scopes {
			for j := range s.Scopes[i].Resources {
				r := &s.Scopes[i].Resources[j]
				var role struct{ Policies []any }
				if r.Type != "AWS::IAM::Role" || !strings.HasSuffix(r.ID, "/"+flags["--role-name"]) || json.Unmarshal(r.Properties, &role) != nil {
					continue
				}
				r.Properties = with(t, r.Properties, "Policies", append(role.Policies, map[string]any{
					"PolicyName": flags["--policy-name"], "PolicyDocument": json.RawMessage(flags["--policy-document"])}))
			}
		}
	default:
		t.Fatalf("command %q", words)
	}
}

func with(t *testing.T, properties json.RawMessage, name string, value any) json.RawMessage {
	t.Helper()
	all := map[string]any{}
	if err := json.Unmarshal(properties, &all); err != nil {
		t.Fatal(err)
	}
	all[name] = value
	out, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestDoctorReads checks what doctor asks a reader for, and what becomes of the answer: it is printed, written to --snapshot, and gone on
// from with --resume; of a reading that was interrupted, what there is is printed too.
func TestDoctorReads(t *testing.T) {
	archive, err := txtar.ParseFile("../load/testdata/accounts/aws-list.txtar")
	if err != nil {
		t.Fatal(err)
	}
	snapshot, err := live.Parse("a.json", archive.Files[0].Data)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "a.json")
	var asked account.Options
	run := func(answer *live.Snapshot, failure error, args ...string) (status int, stdout, stderr string) {
		var out, errs strings.Builder
		c := Command{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs,
			readAccount: func(_ context.Context, o account.Options) (*live.Snapshot, error) {
				asked = o
				if o.Checkpoint != nil {
					o.Checkpoint(snapshot)
				}
				return answer, failure
			}}
		return c.Main(append([]string{"doctor"}, args...)), out.String(), errs.String()
	}

	status, stdout, stderr := run(snapshot, nil, "--profile", "p", "--region", "eu-central-1", "--region", "eu-west-1", "--role", "arn:aws:iam::111122223333:role/r",
		"--external-id", "x", "--assume-role", "arn:aws:iam::444455556666:role/other", "--account", "111122223333", "--queue", "orders", "--since", "24h", "--no-evidence",
		"--organization", "--snapshot", file, "--resume")
	if status != StatusOK || stderr != "" || !strings.Contains(stdout, "in account 111122223333 (eu-central-1): 1 hop, 1 ok\n") {
		t.Errorf("status %d, stderr %q, stdout\n%s", status, stderr, stdout)
	}
	checkpoint := asked.Checkpoint
	asked.Checkpoint, asked.Progress = nil, nil
	want := account.Options{Profile: "p", Regions: []string{"eu-central-1", "eu-west-1"}, Role: "arn:aws:iam::111122223333:role/r", ExternalID: "x",
		Roles: map[string]string{"444455556666": "arn:aws:iam::444455556666:role/other"}, Account: "111122223333", Queues: []string{"orders"},
		Since: 24 * time.Hour, NoEvidence: true, Organization: true}
	if diff := cmp.Diff(want, asked); diff != "" || checkpoint == nil {
		t.Errorf("asked for (-want +got), checkpoint %t:\n%s", checkpoint != nil, diff)
	}
	if _, err := live.ReadFile(file); err != nil {
		t.Errorf("the snapshot is not written: %v", err)
	}
	if run(snapshot, nil, "--snapshot", file, "--resume"); asked.Resume == nil || len(asked.Resume.Scopes) != len(snapshot.Scopes) {
		t.Errorf("--resume goes on from %v", asked.Resume)
	}

	status, stdout, stderr = run(snapshot, context.Canceled, "--region", "eu-central-1")
	if status != StatusUsage || !strings.Contains(stdout, "1 hop, 1 ok") ||
		stderr != "hopgrant: error: account: reading was interrupted, so that not all of it is here\nhopgrant: hint: --snapshot and --resume go on from what was read\n" {
		t.Errorf("interrupted: status %d, stderr %q, stdout\n%s", status, stderr, stdout)
	}
	status, stdout, stderr = run(nil, errors.New("credentials: none that work"), "--region", "eu-central-1")
	if status != StatusUsage || stdout != "" || stderr != "hopgrant: error: credentials: none that work\n" {
		t.Errorf("nothing read: status %d, stderr %q, stdout %q", status, stderr, stdout)
	}
	template := filepath.Join(t.TempDir(), "t.yaml")
	if err := os.WriteFile(template, []byte("Resources: {}"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{filepath.Join(file, "none"): "there is no directory", template: "the file is there and is no snapshot", t.TempDir(): "it is a directory"} {
		asked.Profile = "nothing was asked for"
		status, stdout, stderr = run(snapshot, nil, "--snapshot", name)
		if status != StatusUsage || stdout != "" || !strings.Contains(stderr, want) || asked.Profile == "" {
			t.Errorf("--snapshot %s: status %d, stderr %q, want %q before anything is read", name, status, stderr, want)
		}
	}
}

// TestReadPolicyIsOneThatIAMTakes checks the policy for reading, under flags that make it larger: no Sid is there twice, which IAM refuses,
// and it is no larger than a managed policy may be.
func TestReadPolicyIsOneThatIAMTakes(t *testing.T) {
	for _, args := range [][]string{nil, {"--region", "eu-central-1", "--account", "111122223333"}, {"--organization", "--queue", "orders", "--assume-role", "arn:aws:iam::444455556666:role/other"}} {
		var out, errs strings.Builder
		c := Command{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs}
		if status := c.Main(append([]string{"doctor", "--print-policy"}, args...)); status != StatusOK {
			t.Fatalf("%v: status %d, %s", args, status, &errs)
		}
		d, err := policygen.Parse([]byte(out.String()))
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, s := range d.Statements {
			if seen[s.Sid] {
				t.Errorf("%v: Sid %q is there twice", args, s.Sid)
			}
			seen[s.Sid] = true
		}
		if err := (policygen.Attachment{On: policygen.OnIdentity, Document: d}).CheckLimits(); err != nil {
			t.Errorf("%v: %v", args, err)
		}
	}
}
