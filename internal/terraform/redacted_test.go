package terraform

import (
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/internal/text"
)

// A value that is taken out of a plan is not known, whatever stands in its place: not no key, and not no policy. What is marked as
// sensitive and is there is what it is.
func TestRedacted(t *testing.T) {
	const plan = `{"format_version": "1.2", "terraform_version": "1.11.4", "variables": {"key": {"value": VALUE}},
"planned_values": {"root_module": {"resources": [{"address": "aws_sqs_queue.q", "mode": "managed", "type": "aws_sqs_queue", "name": "q",
"provider_name": "registry.terraform.io/hashicorp/aws", "schema_version": 0, "values": {"name": "q", "kms_master_key_id": VALUE, "policy": VALUE},
"sensitive_values": {"kms_master_key_id": true, "policy": true}}]}},
"resource_changes": [{"address": "aws_sqs_queue.q", "mode": "managed", "type": "aws_sqs_queue", "name": "q", "change": {"actions": ["create"],
"before": null, "after": {}, "after_unknown": {"arn": true}}}],
"configuration": {"root_module": {"variables": {"key": {"sensitive": true}}, "resources": [{"address": "aws_sqs_queue.q", "mode": "managed", "type": "aws_sqs_queue",
"name": "q", "provider_config_key": "aws", "expressions": {"kms_master_key_id": {"references": ["var.key"]}, "policy": {"references": ["var.key"]}}}]}}}`
	read := func(value string) *plannedQueue {
		top, err := ReadBytes("plan.json", []byte(strings.ReplaceAll(plan, "VALUE", value)), Options{})
		if err != nil || len(top.Queues) != 1 {
			t.Fatalf("%v", err)
		}
		q := top.Queues[0]
		p := &plannedQueue{key: q.Key != nil}
		if len(q.Policies) > 0 {
			p.policy, p.why = true, q.Policies[0].Unknown
		}
		if q.Key != nil {
			p.written = q.Key.Written
		}
		return p
	}
	for _, value := range []string{"null", `""`, `"REDACTED"`, `"(sensitive value)"`, `"<sensitive>"`, `"********"`, `"[MASKED]"`} {
		q := read(value)
		if !q.key || !text.Unresolved(q.written) || !q.policy || q.why == "" {
			t.Errorf("%s: %+v, want a key and a policy that are not known", value, *q)
		}
	}
	if q := read(`"alias/aws/sqs"`); !q.key || q.written != "alias/aws/sqs" {
		t.Errorf("a sensitive value that is there: %+v", *q)
	}
}

type plannedQueue struct {
	key, policy  bool
	written, why string
}
