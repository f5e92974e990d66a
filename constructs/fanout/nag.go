package fanout

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
)

// accept suppresses cdk-nag's finding of a rule about a resource, or some of the rule's findings, if the props ask for that.
// Cdk-nag keeps suppressions in the resource's metadata.
func (e *end) accept(l1 awscdk.CfnResource, rule, reason string, findings ...string) {
	const key = "cdk_nag"
	if !e.nag || l1.GetMetadata(jsii.String(key)) != nil {
		return
	}
	suppression := map[string]any{"id": rule, "reason": reason}
	if len(findings) > 0 {
		suppression["applies_to"] = findings
	}
	l1.AddMetadata(jsii.String(key), map[string]any{"rules_to_suppress": []map[string]any{suppression}})
}
