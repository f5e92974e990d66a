package terraform

import (
	"encoding/json"
	"strings"
	"unicode"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/hopgrant/hopgrant/internal/terraform/source"
)

// redact notes which values somebody has taken out of a plan: those that are marked as sensitive and are null, or a word in place of
// the value.
//
// [Values representation]
//
// [Values representation]: https://developer.hashicorp.com/terraform/internals/json-format#values-representation
func (r *resource) redact(sensitive json.RawMessage) {
	var marks map[string]any
	if json.Unmarshal(sensitive, &marks) != nil {
		return
	}
	for name, mark := range marks {
		if anyUnknown(mark) && isRedacted(r.values[name]) {
			r.redacted = append(r.redacted, name)
		}
	}
	r.hide()
}

// hide makes what is redacted unknown.
func (r *resource) hide() {
	for _, name := range r.redacted {
		if r.unknown == nil {
			r.unknown = map[string]any{}
		}
		r.unknown[name] = true
		delete(r.values, name)
	}
}

// isRedacted reports whether a sensitive value is not there any more.
func isRedacted(v any) bool {
	s, isText := v.(string)
	if !isText {
		return v == nil
	}
	letters := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return unicode.ToLower(r)
		}
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
	switch strings.TrimSuffix(letters, "value") {
	case "", "redacted", "sensitive", "sanitized", "masked", "hidden", "removed":
		return true
	}
	return false
}

// redactVariables makes sensitive variables unknown whose values are taken out of the plan.
func (p *plan) redactVariables(of *tfjson.Plan) {
	if of.Config == nil || of.Config.RootModule == nil {
		return
	}
	for name, declared := range of.Config.RootModule.Variables {
		if v := of.Variables[name]; v != nil && declared.Sensitive && isRedacted(v.Value) {
			v.Value = source.Unknown("var." + name + " is redacted in the plan")
		}
	}
}
