package account

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite docs/reading.md")

// purposes say for the page which readings make a call.
var purposes = map[purpose]string{
	"":              "",
	forEvidence:     "evidence; not with `--no-evidence`",
	forOrganization: "`--organization`",
	forMembers:      "`--accounts organization`",
	forOwners:       "`--accounts`",
	forOtherAccount: "`--assume-role`",
	forAll:          "all topics and queues; not if only `--topic` and `--queue` are given",
	forTopics:       "all topics, `--topic` or `--key`",
	forQueues:       "all queues, `--queue` or `--key`",
	forNamedQueues:  "`--queue` or `--key`",
}

// TestPage compares docs/reading.md with the table.
func TestPage(t *testing.T) {
	const file = "../../../docs/reading.md"
	var b strings.Builder
	b.WriteString(`# Which calls hopgrant doctor makes

<!-- generated from internal/live/account by go test ./internal/live/account -update -->

These calls, and no others: a request that is not in the table is refused before it leaves the program. ` + "`hopgrant doctor --print-policy`" + ` prints the
identity policy for them, and tests prove that it allows each call of a reading and that no action can be left out.

Calls are paced for each account and Region, so that a deployment which makes the same calls is not throttled. What AWS throttles nevertheless is tried
again, more slowly. A quota is linked where AWS's page has a number for the call.

- A Region with 1,000 topics, 5,000 queues and 5,000 subscriptions takes 12,000 calls and four and a half minutes, of which most wait for their turn. Functions add one call each, at five
  a second.
- A snapshot that was interrupted goes on with ` + "`--resume`" + `: topics, queues and keys that it has, without a gap and younger than an hour, are not read again. The
  file is written every ten seconds.
- An alias such as ` + "`alias/aws/sqs`" + ` is looked up in the list of aliases and never described, because
  [DescribeKey](https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html) makes the key of an AWS alias that has none.
- GetMetricData is [charged](https://aws.amazon.com/cloudwatch/pricing/) by the metric: three for each topic, two for each dead-letter queue.
- Of CloudTrail's events, the newest 500 about each key, about SNS and about SQS are looked at; of schedules, the first 20,000.
- Publishers that are not in the table, such as state machines and API Gateway, are known only where a policy names them.

| call | action | on | a second | quota | for |
|---|---|---|---|---|---|
`)
	for _, o := range operations {
		action, on, quota := "`"+o.Action+"`", "`arn:aws:"+o.Resource+"`", ""
		switch {
		case o.Action == "":
			action, on = "none", ""
		case o.For == forOtherAccount:
			on = "the roles"
		case o.Resource == "*":
			on = "`*`"
		}
		if o.Quota > 0 {
			quota = fmt.Sprintf("[%g](%s)", o.Quota, o.Page)
		}
		fmt.Fprintf(&b, "| %s %s | %s | %s | %g | %s | %s |\n", o.Service, o.Name, action, on, o.Rate, quota, purposes[o.For])
	}
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(b.String(), string(got)); diff != "" {
		t.Errorf("%s is stale; run go test ./internal/live/account -update (-want +got):\n%s", file, diff)
	}
	for _, o := range operations {
		if _, ok := purposes[o.For]; !ok {
			t.Errorf("%s %s: the page does not know what it is for", o.Service, o.Name)
		}
	}
}
