package live_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/hopgrant/hopgrant/internal/live"
	"github.com/hopgrant/hopgrant/internal/value"
)

const (
	head  = `{"hopgrantSnapshot": 1, "scopes": [{"account": "111122223333", "partition": "aws", "region": "eu-central-1", "readAt": "2026-11-27T01:00:00Z", "resources": [`
	queue = `{"type": "AWS::SQS::Queue", "id": "arn:aws:sqs:eu-central-1:111122223333:orders", "properties": {}}`
	tail  = `]}]}`
)

// Every snapshot that is none, or that has a fault, has an error that names the place and what is wrong; two faults have two.
func TestBadSnapshots(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		reason, data string
		want         []string
	}{
		{"an empty file", "", []string{"a.json:1:1: file: it is empty"}},
		{"no JSON", "Resources: {}", []string{`a.json:1:1: word "Resources"`}},
		{"something else in JSON", `{"Resources": {}}`, []string{"a.json: snapshot: its version is null, want 1"}},
		{"a list", `[]`, []string{"a.json:1:1: snapshot: it is a list, want an object"}},
		{"a later version", `{"hopgrantSnapshot": 2, "scopes": []}`, []string{"a.json:1:22: snapshot: its version is 2, want 1"}},
		{"a version in quotes", `{"hopgrantSnapshot": "1", "scopes": []}`, []string{`its version is "1", want 1`}},
		{"no scopes", `{"hopgrantSnapshot": 1}`, []string{"scopes: it is nothing, want a list"}},
		{"truncated", head + queue, []string{"a.json:1:", "it ends too early"}},
		{"a key twice", head + `{"type": "AWS::SQS::Queue", "type": "AWS::SQS::Queue", "id": "arn:aws:sqs:eu-central-1:111122223333:q", "properties": {}}` + tail, []string{`key "type": it is already at`}},
		{"a key twice in a policy", head + `{"type": "AWS::SQS::Queue", "id": "arn:aws:sqs:eu-central-1:111122223333:q", "properties": {"A": 1, "A": 2}}` + tail, []string{`key "A": it is already at`}},
		{"a resource twice", head + queue + "," + queue + tail, []string{"there are two of type AWS::SQS::Queue"}},
		{"a scope twice", strings.Replace(head+queue+tail, "]}]}", "]},"+strings.TrimPrefix(head, `{"hopgrantSnapshot": 1, "scopes": [`)+"]}]}", 1), []string{`scope "111122223333/eu-central-1": there are two`}},
		{"no account", strings.Replace(head+tail, "111122223333", "1111", 1), []string{`account "1111": it is no account, want 12 digits`}},
		{"no Region", strings.Replace(head+tail, "eu-central-1", "europe", 1), []string{`region "europe": it is no Region`}},
		{"no partition", strings.Replace(head+tail, `"aws"`, `""`, 1), []string{"it has no partition"}},
		{"another account's queue", head + strings.Replace(queue, "111122223333", "444455556666", 1) + tail, []string{"it is in the scope of account 111122223333, want that of its own account"}},
		{"another Region's queue", head + strings.Replace(queue, "eu-central-1", "eu-west-1", 1) + tail, []string{"it is in the scope of Region eu-central-1, want that of its own Region"}},
		{"a queue without an ARN", head + strings.Replace(queue, "arn:aws:sqs:eu-central-1:111122223333:", "", 1) + tail, []string{`AWS::SQS::Queue "orders": it is no ARN`}},
		{"no type", head + `{"id": "x", "properties": {}}` + tail, []string{"it has no type or id"}},
		{"no properties", head + `{"type": "AWS::SQS::Queue", "id": "arn:aws:sqs:eu-central-1:111122223333:q"}` + tail, []string{"they are nothing, want an object"}},
		{"resources that are none", head + `1` + tail, []string{"resources: a number is in it, want objects"}},
		{"a gap that is none", strings.Replace(head+tail, "]}]}", `], "gaps": [{"operation": 1}]}]}`, 1), []string{"gap's operation: it is a number, want a string"}},
		{"a time that is none", strings.Replace(head+tail, "2026-11-27T01:00:00Z", "yesterday", 1), []string{"snapshot: parsing time"}},
		{"two faults", strings.Replace(head+`{"id": "x", "properties": {}}`+tail, "111122223333", "1", 1), []string{`account "1"`, "it has no type or id"}},
		{"deep nesting", head + `{"type": "X", "id": "x", "properties": {"a": ` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + `}}` + tail, []string{"nested too deep"}},
		{"no text", "\xff\xfe{}", []string{"a.json:1:1"}},
	} {
		_, err := live.Parse("a.json", []byte(c.data))
		if err == nil {
			t.Errorf("%s: there is no error", c.reason)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: error %q, want %q in it", c.reason, err, want)
			}
		}
	}
}

// A file that is larger than what is read has an error and is not read.
func TestLargeSnapshot(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "large.json")
	if err := os.WriteFile(path, []byte(head), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 100_000_000); err != nil {
		t.Fatal(err)
	}
	if _, err := live.ReadFile(path); !errors.Is(err, value.ErrTooLarge) || !strings.Contains(err.Error(), "it has 100000000 bytes, want at most") {
		t.Errorf("error %v, want one that names both sizes", err)
	}
}

// What is written is read as the same snapshot, and a file is there as a whole.
func TestWriteAndRead(t *testing.T) {
	t.Parallel()
	for _, data := range snapshots(t) {
		want, err := live.Parse("a.json", data)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "a.json")
		if err := live.WriteFile(path, want); err != nil {
			t.Fatal(err)
		}
		got, err := live.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var a, b bytes.Buffer
		if err := errors.Join(live.Write(&a, want), live.Write(&b, got)); err != nil || a.String() != b.String() {
			t.Fatalf("written and read again, the snapshot is another one (%v):\n%s\n%s", err, &a, &b)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("the file has the mode %v, %v; want one that its owner alone may read", info.Mode(), err)
		}
		if !live.Detect(a.Bytes()[:200]) {
			t.Error("what is written is not known as a snapshot")
		}
	}
}

// No field of the form is for messages, environment variables or code, and no property of such a name is written, wherever it stands;
// a condition key or the name of a message's attribute in a policy stays.
func TestNoSecrets(t *testing.T) {
	t.Parallel()
	var fields []string
	var visit func(reflect.Type)
	visit = func(typ reflect.Type) {
		for i := range typ.NumField() {
			f := typ.Field(i)
			fields = append(fields, typ.Name()+"."+f.Name)
			for f.Type.Kind() == reflect.Slice || f.Type.Kind() == reflect.Pointer {
				f.Type = f.Type.Elem()
			}
			if f.Type.Kind() == reflect.Struct && f.Type.PkgPath() == typ.PkgPath() {
				visit(f.Type)
			}
		}
	}
	visit(reflect.TypeFor[live.Snapshot]())
	want := []string{"Snapshot.Version", "Snapshot.Scopes", "Scope.Account", "Scope.Partition", "Scope.Region", "Scope.Only", "Scope.ReadAt", "Scope.Resources",
		"Resource.Type", "Resource.ID", "Resource.Properties", "Resource.Attributes", "Resource.ReadAt", "Scope.Missing",
		"Scope.Gaps", "Gap.Operation", "Gap.Resource", "Gap.Reason", "Gap.Evidence",
		"Scope.Evidence", "Evidence.Resource", "Evidence.Source", "Evidence.From", "Evidence.To", "Evidence.Value", "Evidence.Text"}
	if !slices.Equal(fields, want) {
		t.Errorf("the form has the fields %v, want %v: a new one must not hold messages, environment variables or code", fields, want)
	}
	data := head + `{"type": "AWS::Lambda::Function", "id": "arn:aws:lambda:eu-central-1:111122223333:function:f", "properties": {
		"FunctionName": "f", "Environment": {"Variables": {"PASSWORD": "secret"}}, "Code": {"ZipFile": "secret"}}},
		{"type": "AWS::Events::Rule", "id": "arn:aws:events:eu-central-1:111122223333:rule/r", "properties": {
		"Targets": [{"Id": "1", "Arn": "arn:aws:sqs:eu-central-1:111122223333:q", "Input": "secret", "InputTransformer": {"InputTemplate": "secret"}}]}},
		{"type": "AWS::SNS::Subscription", "id": "s", "properties": {"FilterPolicy": {"Message": ["kept"]}}}` + tail
	s, err := live.Parse("a.json", []byte(data))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := live.Write(&b, s); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "secret") || !strings.Contains(b.String(), `"FunctionName": "f"`) || !strings.Contains(b.String(), "kept") {
		t.Errorf("written is\n%s", &b)
	}
}

// snapshots returns those of the archives of package load.
func snapshots(t testing.TB) [][]byte {
	t.Helper()
	archives, err := filepath.Glob("../load/testdata/accounts/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	var all [][]byte
	for _, path := range archives {
		a, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range a.Files[:len(a.Files)-1] {
			all = append(all, f.Data)
		}
	}
	return all
}
