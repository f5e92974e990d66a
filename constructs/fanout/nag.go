package fanout

// nag is the key of a resource's metadata under which cdk-nag keeps suppressions.
const nag = "cdk_nag"

// accept returns the metadata that accepts a finding of cdk-nag, or some of a rule's findings, for a reason.
func accept(rule, reason string, findings ...string) map[string]any {
	suppression := map[string]any{"id": rule, "reason": reason}
	if len(findings) > 0 {
		suppression["applies_to"] = findings
	}
	return map[string]any{"rules_to_suppress": []map[string]any{suppression}}
}
