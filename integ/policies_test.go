//go:build integ

package integ

import (
	"os/exec"
	"path/filepath"
	"testing"
)

// The names that the documents below are about.
const (
	docQueue   = "arn:aws:sqs:us-east-1:123456789012:orders"
	docDead    = "arn:aws:sqs:us-east-1:123456789012:orders-dead"
	docTopic   = "arn:aws:sns:us-east-1:123456789012:sales"
	docKey     = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	docRole    = "arn:aws:iam::123456789012:role/app"
	docForeign = "arn:aws:iam::444455556666:role/app"
)

// policyCommands are commands that print every kind of document, by the name of the folder that theirs go into.
var policyCommands = map[string][]string{
	"producer":        {"producer", "--queue", docQueue, "--key", docKey, "--principal", docRole},
	"producer-other":  {"producer", "--queue", docQueue, "--key", docKey, "--principal", docForeign, "--tls-only"},
	"publisher":       {"publisher", "--topic", docTopic, "--key", docKey, "--principal", docRole},
	"publisher-other": {"publisher", "--topic", docTopic, "--key", docKey, "--principal", docForeign, "--tls-only"},
	"publisher-s3":    {"publisher", "--topic", docTopic, "--key", docKey, "--principal", "s3.amazonaws.com", "--source", "arn:aws:s3:::uploads", "--source-account", "123456789012"},
	"consumer":        {"consumer", "--queue", docQueue, "--key", docKey, "--principal", docRole, "--extend-visibility"},
	"consumer-lambda": {"consumer", "--queue", docQueue, "--key", docKey, "--principal", docRole, "--client", "lambda"},
	"consumer-by-key": {"consumer", "--queue", docQueue, "--key", docKey, "--principal", docRole, "--key-access", "key-policy"},
	"sns":             {"sns", "--topic", docTopic, "--queue", docQueue, "--key", docKey},
	"redrive":         {"redrive", "--dead-letter-queue", docDead, "--destination", docQueue, "--destination-key", docKey, "--principal", docRole},
	"account-wide":    {"account-wide", "--account", "123456789012", "--region", "us-east-1", "--topic", docTopic, "--key", docKey},
}

// policyDocuments writes the documents of all policy commands as JSON and returns their directory.
func policyDocuments(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, args := range policyCommands {
		runPolicy(t, append(args, "--output-dir", filepath.Join(dir, name))...)
	}
	return dir
}

// runPolicy runs `hopgrant policy` and returns what it prints.
func runPolicy(t *testing.T, args ...string) string {
	t.Helper()
	out, err := output(exec.CommandContext(t.Context(), hopgrantProgram(t), append([]string{"policy"}, args...)...))
	if err != nil {
		t.Fatalf("hopgrant policy %q: %v", args, err)
	}
	return string(out)
}
