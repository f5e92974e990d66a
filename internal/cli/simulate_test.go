package cli

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/topology/topologytest"
	"github.com/hopgrant/hopgrant/internal/value"
)

// simulate runs hopgrant simulate on an input.
func simulate(t *testing.T, in io.Reader, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	var out, err bytes.Buffer
	c := Command{Stdin: in, Stdout: &out, Stderr: &err}
	status = c.Main(append([]string{"simulate"}, args...))
	return out.String(), err.String(), status
}

const simulatedRequest = `{"id":"%s","request":{"principal":"arn:aws:iam::111122223333:role/app","action":"sqs:SendMessage","resource":"arn:aws:sqs:us-east-2:111122223333:orders"},"identityPolicies":[{"Statement":{"Effect":"Allow","Action":"sqs:*","Resource":"*"}}]}`

// A program that sends one request and waits gets the answer before it sends the next.
func TestSimulateAnswersAtOnce(t *testing.T) {
	in, send := io.Pipe()
	answers, out := io.Pipe()
	var stderr bytes.Buffer
	c := Command{Stdin: in, Stdout: out, Stderr: &stderr}
	done := make(chan int)
	go func() { done <- c.Main([]string{"simulate"}) }()
	lines := bufio.NewReader(answers)
	for i := range 3 {
		fmt.Fprintf(send, simulatedRequest+"\n", fmt.Sprint(i))
		line, err := lines.ReadString('\n')
		if err != nil || !strings.HasPrefix(line, fmt.Sprintf(`{"id":"%d","decision":"allowed"`, i)) {
			t.Fatalf("answer %d is %q, %v", i, line, err)
		}
	}
	send.Close()
	if status := <-done; status != StatusOK || stderr.Len() > 0 {
		t.Errorf("status %d, stderr %q", status, stderr.String())
	}
}

func TestSimulateManyRequests(t *testing.T) {
	const n = 5000
	var in bytes.Buffer
	for i := range n {
		fmt.Fprintf(&in, strings.Replace(simulatedRequest, "sqs:*", fmt.Sprintf("sqs:*%d", i%2), 1)+"\r\n", fmt.Sprint(i))
	}
	stdout, stderr, status := simulate(t, &in)
	if status != StatusOK || stderr != "" {
		t.Fatalf("status %d, stderr %s", status, stderr)
	}
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	if len(lines) != n {
		t.Fatalf("%d answers, want %d", len(lines), n)
	}
	for i, line := range lines {
		if !strings.HasPrefix(line, fmt.Sprintf(`{"id":"%d","decision":"implicitly-denied"`, i)) {
			t.Fatalf("answer %d is %s", i, line)
		}
	}
}

// Of requests that share documents in ever other company, each document is read and compiled once, and each level of control policies.
func TestSimulateCompilesDocumentsOnce(t *testing.T) {
	document := func(action string) string {
		return `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"` + action + `","Resource":"*"}}`
	}
	q := quickReader{}
	for i := range 60 {
		policies := document([]string{"sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage"}[i%3]) + "," + document("sns:Publish")
		boundary := document([]string{"sqs:*", "*"}[i%2])
		line := fmt.Sprintf(`{"id":%d,"request":{"principal":"arn:aws:iam::111122223333:role/app","action":"sqs:SendMessage","resource":"arn:aws:sqs:us-east-2:111122223333:q%d"},`+
			`"identityPolicies":[%s],"permissionsBoundary":%s,"serviceControlPolicies":[[%s],[%s,%s]]}`, i, i, policies, boundary, boundary, boundary, policies)
		r, compiled := q.read("stdin", []byte(line))
		if compiled == nil || r.id != fmt.Sprint(i) || len(q.all) != 5 {
			t.Fatalf("request %d is read as %v, %v", i, r, compiled)
		}
	}
	for k, want := range map[kind.Policy]int{kind.IdentityPolicy: 4, kind.PermissionsBoundary: 2, kind.ServiceControlPolicy: 8} {
		if got := len(q.known[k]); got != want {
			t.Errorf("%d texts are compiled as %s, want %d", got, k, want)
		}
	}
}

// What is kept of documents that come once is bounded.
func TestSimulateForgetsDocuments(t *testing.T) {
	q := quickReader{}
	padding := strings.Repeat("x", 100_000)
	for i := range 100 {
		line := fmt.Sprintf(`{"request":{"principal":"arn:aws:iam::111122223333:role/app","action":"sqs:SendMessage","resource":"*"},"identityPolicies":[{"Statement":{"Sid":"%s%d","Effect":"Allow","Action":"*","Resource":"*"}}]}`, padding, i)
		if _, compiled := q.read("stdin", []byte(line)); compiled == nil {
			t.Fatalf("request %d is not read", i)
		}
		if n := len(q.known[kind.IdentityPolicy]); n > maxKept/len(padding) {
			t.Fatalf("%d documents of %d bytes are kept, want at most %d bytes", n, len(padding), maxKept)
		}
	}
}

// The items of an array are answered as lines are, and what is wrong with one is where the file has it.
func TestSimulateArray(t *testing.T) {
	lines := strings.TrimSuffix(string(simulatedLines(50, 7)), "\n")
	want, _, _ := simulate(t, strings.NewReader(lines))
	got, stderr, status := simulate(t, strings.NewReader("[\n"+strings.ReplaceAll(lines, "\n", "\n, ")+"]"))
	if status != StatusOK || stderr != "" || got != want || strings.Count(got, "\n") != 50 {
		t.Errorf("status %d, stderr %q, %d answers: %.300s", status, stderr, strings.Count(got, "\n"), got)
	}
	got, stderr, status = simulate(t, strings.NewReader("["+strings.ReplaceAll(lines, "\n", "\n, ")+", {\"id\":1}]"))
	if status != StatusUsage || got != want || !strings.Contains(stderr, `stdin:50:`) || !strings.Contains(stderr, `field "request": it is missing`) {
		t.Errorf("status %d, stderr %q", status, stderr)
	}
}

func TestSimulateBadInput(t *testing.T) {
	good := fmt.Sprintf(simulatedRequest, "good") + "\n"
	tests := []struct{ name, in, wantError, reason string }{
		{"not UTF-8", good + strings.Replace(good, "good", "\xff", 1) + good, `stdin:2:8: byte "0xff": it is not valid UTF-8`, "JSON is UTF-8"},
		{"a huge line", good + strings.Repeat("x", maxRequest+1) + "\n" + good, "stdin:2: request: it is larger than 16 MB, want a smaller one", "it is not kept"},
		{"nested deep", good + strings.Repeat(`{"request":`, 20000) + "\n" + good, "stdin:2:1101: value: lists and objects are nested too deep", "the JSON reader gives up"},
		{"a policy nested deep", good + strings.Replace(good, `"sqs:*"`, strings.Repeat("[", 1000)+strings.Repeat("]", 1000), 1) + good,
			"stdin:2:313: value: lists and objects are nested too deep", "a policy has few levels"},
		{"a policy of 2 MB", good + strings.Replace(good, "sqs:*", strings.Repeat("a", 2<<20), 1) + good, "stdin:2:177: identityPolicies[0]: document: it is too large", "AWS stores no such policy"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			stdout, stderr, status := simulate(t, strings.NewReader(tt.in), "--expect", "allowed")
			if status != StatusUsage || !strings.Contains(stderr, tt.wantError) {
				t.Errorf("status %d, stderr %.300q, want %q: %s", status, stderr, tt.wantError, tt.reason)
			}
			if n := strings.Count(stdout, `"id":"good","decision":"allowed"`); n != 2 {
				t.Errorf("%d of the other 2 requests are answered", n)
			}
		})
	}
}

// The first hundred broken requests are reported; the others are counted.
func TestSimulateManyBrokenRequests(t *testing.T) {
	_, stderr, status := simulate(t, strings.NewReader(strings.Repeat("{}\n", 5000)))
	if status != StatusUsage || strings.Count(stderr, "\n") != 103 || !strings.Contains(stderr, "stdin: 4900 more requests cannot be read") {
		t.Errorf("status %d, %d lines, %.500s", status, strings.Count(stderr, "\n"), stderr)
	}
}

// A byte order mark is not part of the first request.
func TestSimulateByteOrderMark(t *testing.T) {
	stdout, stderr, status := simulate(t, strings.NewReader("\ufeff"+fmt.Sprintf(simulatedRequest, "1")))
	if status != StatusOK || stderr != "" || !strings.HasPrefix(stdout, `{"id":"1"`) {
		t.Errorf("status %d, stderr %q, stdout %q", status, stderr, stdout)
	}
}

// FuzzSimulateTree edits a request with every kind of policy, and checks what FuzzSimulate does. An answer tells nothing that a
// terminal would obey.
func FuzzSimulateTree(f *testing.F) {
	request, err := value.ParseJSON("", []byte(`{"id":"1","contextComplete":true,
		"request":{"principal":"arn:aws:iam::111122223333:role/app","action":"kms:Decrypt","resource":"arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab","resourceAccount":"111122223333",
			"context":{"kms:ViaService":"sqs.us-east-2.amazonaws.com","aws:PrincipalTag/team":["a","b"],"aws:SecureTransport":"true","aws:CurrentTime":"2026-01-01T00:00:00Z","aws:SourceIp":"10.0.0.1"}},
		"identityPolicies":[{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Action":["kms:Decrypt","sqs:*"],"Resource":"*","Condition":{"StringLikeIfExists":{"kms:ViaService":"sqs.*.amazonaws.com"},"ForAnyValue:StringEquals":{"aws:PrincipalTag/team":"${aws:PrincipalTag/team}"}}}]}],
		"resourcePolicy":{"Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"kms:*","Resource":"*"}},
		"serviceControlPolicies":[[{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}]],"resourceControlPolicies":[[{"Statement":{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*","Condition":{"NotIpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}}]],
		"permissionsBoundary":{"Statement":{"Effect":"Allow","NotAction":"iam:*","NotResource":"arn:aws:s3:::*"}},"sessionPolicies":[{"Statement":[{"Effect":"Allow","Action":"kms:*","Resource":"*","Condition":{"DateLessThan":{"aws:CurrentTime":"2027-01-01T00:00:00Z"}}}]}]}`))
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte{})
	for i := range byte(32) {
		f.Add([]byte{0, 7 * i, i, 11 * i, 0, 13 * i, i / 8, 3 * i})
	}
	f.Fuzz(func(t *testing.T, edits []byte) {
		in := topologytest.Edited(request, edits[:min(len(edits), 64)]).JSON(1 << 20)
		stdout, stderr, status := simulate(t, strings.NewReader(in))
		if status != StatusOK && status != StatusUsage || strings.ContainsAny(stdout+stderr, "\x1b\u202e\u009b") || strings.Contains(stderr, "\n::") {
			t.Fatalf("status %d of %s: %s%s", status, in, stdout, stderr)
		}
	})
}

// FuzzSimulate checks that no input makes the command panic or end with an undocumented status.
func FuzzSimulate(f *testing.F) {
	f.Add(fmt.Sprintf(simulatedRequest, "1"))
	f.Add("[" + fmt.Sprintf(simulatedRequest, "1") + "," + fmt.Sprintf(simulatedRequest, "2") + "]")
	f.Add("[1,{}]")
	f.Add("{\"id\":1}\n\n[")
	f.Fuzz(func(t *testing.T, in string) {
		var out, err bytes.Buffer
		c := Command{Stdin: strings.NewReader(in), Stdout: &out, Stderr: &err}
		if status := c.Main([]string{"simulate"}); status != StatusOK && status != StatusUsage {
			t.Fatalf("status %d: %s", status, err.String())
		}
	})
}
