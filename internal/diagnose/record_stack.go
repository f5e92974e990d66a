package diagnose

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/value"
)

func isStackEvent(v value.Value) bool {
	return textOf(v.Get("ResourceStatus")) != "" && textOf(v.Get("LogicalResourceId")) != ""
}

// logicalID is the form of a resource's name in a template.
var logicalID = text.WhenUsed(`^[A-Za-z0-9]{1,255}$`)

// readStackEvent reads an event of a stack, as aws cloudformation describe-stack-events prints it.
func readStackEvent(v value.Value, p *paste) []denial {
	status := textOf(v.Get("ResourceStatus"))
	if !strings.HasSuffix(status, "_FAILED") {
		return nil
	}
	found := inMessages(textOf(v.Get("ResourceStatusReason")))
	if len(found) == 0 {
		p.passed = "events of a stack of which none failed for a denial"
	}
	for i := range found {
		if id := textOf(v.Get("LogicalResourceId")); logicalID().MatchString(id) {
			found[i].logical = id
		}
	}
	return found
}
