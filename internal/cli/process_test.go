package cli

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// BenchmarkPolicyProcess runs hopgrant policy consumer as a process of its own.
func BenchmarkPolicyProcess(b *testing.B) {
	exe, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		cmd := exec.Command(exe)
		// The name under which TestMain lets the test's binary be hopgrant.
		cmd.Args = []string{"hopgrant", "policy", "consumer", "--queue", "arn:aws:sqs:us-east-2:123456789012:orders",
			"--key", "arn:aws:kms:us-east-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"}
		if out, err := cmd.Output(); err != nil || !strings.Contains(string(out), "sqs:ReceiveMessage") {
			b.Fatalf("%v: %s", err, out)
		}
	}
}
