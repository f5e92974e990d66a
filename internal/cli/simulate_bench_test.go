package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// simulatedLines returns n requests of consumers on the keys of their queues, of which each sets-th has the same policies: an
// identity policy and a key policy of three statements each.
func simulatedLines(n, sets int) []byte {
	var b bytes.Buffer
	for i := range n {
		q := fmt.Sprintf("orders-%d", i%sets)
		fmt.Fprintf(&b, `{"id":"%d","request":{"principal":"arn:aws:iam::111122223333:role/consumer","action":"kms:Decrypt","resource":"arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",`+
			`"context":{"kms:ViaService":"sqs.us-east-2.amazonaws.com","kms:CallerAccount":"111122223333","aws:PrincipalIsAWSService":"false"}},`+
			`"identityPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["sqs:ReceiveMessage","sqs:DeleteMessage","sqs:GetQueueAttributes"],"Resource":"arn:aws:sqs:us-east-2:111122223333:%s"},`+
			`{"Effect":"Allow","Action":"kms:Decrypt","Resource":"arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab","Condition":{"StringEquals":{"kms:ViaService":"sqs.us-east-2.amazonaws.com"}}},`+
			`{"Effect":"Deny","Action":"sqs:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}],`+
			`"resourcePolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"kms:*","Resource":"*"},`+
			`{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":["kms:GenerateDataKey*","kms:Decrypt"],"Resource":"*","Condition":{"ArnEquals":{"aws:SourceArn":"arn:aws:sns:us-east-2:111122223333:%s"}}},`+
			`{"Effect":"Deny","Principal":"*","Action":"kms:*","Resource":"*","Condition":{"StringNotEquals":{"kms:CallerAccount":"111122223333"},"Bool":{"aws:PrincipalIsAWSService":"false"}}}]}}`+"\n", i, q, q)
	}
	return b.Bytes()
}

// BenchmarkSimulate runs the command over requests that share policies: all of them one set, and ever more sets until each
// has its own. A CPU second counts what all threads of the process use.
func BenchmarkSimulate(b *testing.B) {
	const n = 13000
	for _, sets := range []int{1, 200, 2000, n} {
		b.Run(fmt.Sprintf("sets=%d", sets), func(b *testing.B) {
			in := simulatedLines(n, sets)
			b.SetBytes(int64(len(in)))
			b.ReportAllocs()
			start := cpuTime(b)
			for b.Loop() {
				var out lineCounter
				var err bytes.Buffer
				c := Command{Stdin: bytes.NewReader(in), Stdout: &out, Stderr: &err}
				if status := c.Main([]string{"simulate", "--expect", "allowed"}); status != StatusOK || out != n {
					b.Fatalf("status %d, %d answers, %.300s", status, out, err.String())
				}
			}
			b.ReportMetric(float64(n*b.N)/(cpuTime(b)-start).Seconds(), "decisions/cpu-s")
		})
	}
}

// A lineCounter counts lines.
type lineCounter int

func (c *lineCounter) Write(text []byte) (int, error) {
	*c += lineCounter(bytes.Count(text, []byte("\n")))
	return len(text), nil
}

// cpuTime returns the CPU time that the process has used.
func cpuTime(tb testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkSimulateProcess runs hopgrant simulate over 20,000 lines as a process of its own and, if it is installed,
// cloud-copilot's iam-simulate over the same lines right after it, which is how many times as much CPU time it needs.
func BenchmarkSimulateProcess(b *testing.B) {
	const n = 20000
	peer, err := filepath.Abs("../../integ/_node")
	if err != nil {
		b.Fatal(err)
	}
	_, missing := os.Stat(filepath.Join(peer, "node_modules/@cloud-copilot/iam-simulate"))
	if missing != nil && !errors.Is(missing, fs.ErrNotExist) {
		b.Fatal(missing)
	}
	if missing != nil {
		b.Log("iam-simulate is not installed, so that there is no ratio: make integ/_node/node_modules/prepared")
	}
	exe, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	for _, sets := range []int{200, n} {
		b.Run(fmt.Sprintf("sets=%d", sets), func(b *testing.B) {
			file := filepath.Join(b.TempDir(), "requests.ndjson")
			if err := os.WriteFile(file, simulatedLines(n, sets), 0o666); err != nil {
				b.Fatal(err)
			}
			var own, others time.Duration
			for b.Loop() {
				// TestMain runs hopgrant if the test's binary has this name.
				own += answered(b, &exec.Cmd{Path: exe, Args: []string{"hopgrant", "simulate", "-f", file}}, `"decision":"allowed"`, n)
				if missing == nil {
					others += answered(b, exec.Command("node", filepath.Join(peer, "simulate.mjs"), file), `"decision":"Allowed"`, n)
				}
			}
			b.ReportMetric(float64(n*b.N)/own.Seconds(), "decisions/cpu-s")
			if missing == nil {
				b.ReportMetric(float64(others)/float64(own), "times-iam-simulate")
			}
		})
	}
}

// answered runs a command that answers n requests with yes, and returns the CPU time that it used.
func answered(b *testing.B, cmd *exec.Cmd, yes string, n int) time.Duration {
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil || strings.Count(stdout.String(), yes) != n {
		b.Fatalf("%v: %v, %d of %d answers, %.300s", cmd.Args, err, strings.Count(stdout.String(), yes), n, stderr.String())
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}
