package proofs

import (
	"fmt"
	"strings"

	"github.com/hopgrant/hopgrant/policygen"
)

// show returns documents as messages of failed proofs print them.
func show(all policygen.Policies) string {
	var b strings.Builder
	for _, a := range all {
		fmt.Fprintf(&b, "%s policy", a.On)
		if a.Principal != nil {
			fmt.Fprintf(&b, " of %s", a.Principal)
		}
		if a.Resource != "" {
			fmt.Fprintf(&b, " of %s", a.Resource)
		}
		fmt.Fprintf(&b, "\n%s", a.Document)
	}
	return b.String()
}
