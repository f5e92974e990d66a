package terraform

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hopgrant/hopgrant/internal/topology/topologytest"
	"github.com/hopgrant/hopgrant/internal/value"
)

// zipped returns a zip file.
func zipped(tb testing.TB, files map[string]string) []byte {
	tb.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, content := range files {
		f, err := w.Create(name)
		if err != nil {
			tb.Fatal(err)
		}
		if _, err := f.Write([]byte(content)); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// The plan of version 3 was made with name = "orders" (a string with its type, as cty packs it), size = 300 and tags = ["a", null].
const planWithVariables = "\x08\x03" +
	"\x12\x1e" + "\x0a\x04name" + "\x12\x16" + "\x0a\x14" + "\x92\xc4\x08\"string\"" + "\xa6orders" + "\xc0\xc0" +
	"\x12\x0d" + "\x0a\x04size" + "\x12\x05" + "\x0a\x03" + "\xcd\x01\x2c" +
	"\x12\x0e" + "\x0a\x04tags" + "\x12\x06" + "\x0a\x04" + "\x92\xa1a\xc0"

func TestSavedVariables(t *testing.T) {
	got, err := savedVariables("saved.tfplan", []byte(planWithVariables))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"name": "orders", "size": 300.0, "tags": []any{"a", nil}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestSavedPlan(t *testing.T) {
	const main = `variable "name" { type = string }
variable "policy" { default = null }
resource "aws_sqs_queue" "q" { name = var.name }
module "m" { source = "example/queue/aws" }`
	good := map[string]string{"tfplan": planWithVariables, "tfstate": "{}", "tfconfig/m-/main.tf": main, "tfconfig/m-m/main.tf": `resource "aws_sqs_queue" "this" { name = "m" }`,
		"tfconfig/modules.json": `[{"Key":"","Dir":"."},{"Key":"m","Source":"registry.terraform.io/example/queue/aws","Dir":".terraform/modules/m"}]`}
	with := func(name, content string) map[string]string {
		all := map[string]string{}
		for n, c := range good {
			all[n] = c
		}
		all[name] = content
		return all
	}
	found, err := ReadSavedBytes("saved.tfplan", zipped(t, good), Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := topologytest.Describe(found)
	for _, q := range found.Queues {
		got += q.At.String() + "\n"
	}
	for _, want := range []string{"orders", "module.m.aws_sqs_queue.this", "main.tf:3:1", ".terraform/modules/m/main.tf:1:1"} {
		if !strings.Contains(got, want) {
			t.Errorf("got %s, want it to hold %s", got, want)
		}
	}
	for _, tt := range []struct {
		name, reason, says string
		data               []byte
	}{
		{"another version", "its fields may mean something else", `version "4"`, zipped(t, with("tfplan", "\x08\x04"))},
		{"no plan", "any zip file begins alike", "no tfplan", zipped(t, map[string]string{"lambda.py": "pass"})},
		{"cut off", "the index of a zip file is at its end", "zip", zipped(t, good)[:100]},
		{"a bomb", "a zip file of some kilobytes may have gigabytes in it", "64 MiB", zipped(t, with("tfconfig/m-/bomb.tf", strings.Repeat(" ", 70<<20)))},
		{"path traversal", "nothing outside of the zip file is read", "", zipped(t, with("tfconfig/modules.json", `[{"Key":"","Dir":"../../../etc"}]`))},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ReadSavedBytes("saved.tfplan", tt.data, Options{})
			var e *value.Error
			if !errors.As(err, &e) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v, want a *value.Error with %q (%s)", err, tt.says, tt.reason)
			}
		})
	}
}

// The state file has an index for each instance, and what is deposed is to be deleted.
func TestStateFile(t *testing.T) {
	const state = `{"version": 4, "terraform_version": "1.11.4", "serial": 7, "lineage": "l", "outputs": {}, "resources": [
 {"module": "module.q[\"a\"]", "mode": "managed", "type": "aws_sqs_queue", "name": "this", "instances": [
  {"index_key": 0, "attributes": {"arn": "arn:aws:sqs:eu-west-1:111122223333:a", "url": "https://sqs.eu-west-1.amazonaws.com/111122223333/a", "policy": "P"}},
  {"index_key": 1, "deposed": "1234", "attributes": {"arn": "arn:aws:sqs:eu-west-1:111122223333:old"}}]},
 {"mode": "managed", "type": "aws_sqs_queue_policy", "name": "q", "instances": [
  {"attributes": {"queue_url": "https://sqs.eu-west-1.amazonaws.com/111122223333/a", "policy": "P"}}]},
 {"mode": "managed", "type": "aws_sns_topic_subscription", "name": "s", "instances": [
  {"attributes": {"topic_arn": "arn:aws:sns:eu-west-1:111122223333:t", "protocol": "sqs", "endpoint": "arn:aws:sqs:eu-west-1:111122223333:a"}}]}]}`
	policy, _ := json.Marshal(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": "*"}]}`)
	data := []byte(strings.ReplaceAll(state, `"P"`, string(policy)))
	if !DetectState(data) {
		t.Error("it is not detected")
	}
	found, err := ReadStateBytes("terraform.tfstate", data, Options{})
	if err != nil {
		t.Fatal(err)
	}
	q := found.Queues[0]
	if len(found.Queues) != 1 || q.ID != `module.q["a"].aws_sqs_queue.this[0]` || len(q.Policies) != 1 || q.Policies[0].ID != "aws_sqs_queue_policy.q" {
		t.Errorf("got %s, want the queue with one policy, which a resource of its own sets", topologytest.Describe(found))
	}
	if len(found.Subscriptions) != 1 || found.Subscriptions[0].Queue != q {
		t.Error("the subscription has another queue")
	}
	for _, tt := range []struct{ reason, data, says string }{
		{"a later version may mean something else", `{"version": 5, "terraform_version": "2.0.0", "serial": 1, "lineage": "l"}`, `version "5": it is not read, want version 4; run terraform show -json`},
		{"an empty state has nothing to check", `{"format_version": "1.0", "terraform_version": "1.11.4", "values": {}}`, "no values"},
		{"a list holds resources", `{"format_version": "1.0", "terraform_version": "1.11.4", "values": {"root_module": {"resources": [null]}}}`, "no values"},
	} {
		if _, err := ReadStateBytes("terraform.tfstate", []byte(tt.data), Options{}); err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("got %v, want an error with %s (%s)", err, tt.says, tt.reason)
		}
	}
}

func FuzzReadSavedBytes(f *testing.F) {
	plans, _ := filepath.Glob("../load/testdata/terraform/*/saved.tfplan")
	for _, path := range plans {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(planWithVariables))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _ = savedVariables("saved.tfplan", data)
		found, err := ReadSavedBytes("saved.tfplan", data, Options{})
		if (found == nil) == (err == nil) {
			t.Errorf("got %v and %v, want one of them", found, err)
		}
	})
}

func FuzzReadStateBytes(f *testing.F) {
	f.Add([]byte(`{"version": 4, "terraform_version": "1.11.4", "serial": 7, "lineage": "l", "resources": [{"mode": "managed", "type": "aws_sqs_queue", "name": "q", "instances": [{"index_key": "a", "attributes": {"name": "q"}}]}]}`))
	f.Add([]byte(`{"format_version": "1.0", "terraform_version": "1.11.4", "values": {"root_module": {"resources": [{"address": "aws_sqs_queue.q", "mode": "managed", "type": "aws_sqs_queue", "values": {"name": "q"}}]}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		found, err := ReadStateBytes("terraform.tfstate", data, Options{})
		if (found == nil) == (err == nil) {
			t.Errorf("got %v and %v, want one of them", found, err)
		}
	})
}
