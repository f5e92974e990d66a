package terraform

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hopgrant/hopgrant/internal/terraform/source"
	"github.com/hopgrant/hopgrant/internal/text"
)

// text returns a string attribute that is known, else "".
func (r *resource) text(attribute string) string {
	s, _ := r.values[attribute].(string)
	return s
}

// boolean returns a boolean attribute: Yes, No, or NotKnown if it is known only after apply. An attribute that is not set
// has the value of absent.
func (r *resource) boolean(attribute string, absent text.Truth) text.Truth {
	switch v := r.values[attribute].(type) {
	case bool:
		return text.Of(v)
	case nil:
		if r.isUnknown(attribute) {
			return text.Maybe
		}
		return absent
	case string:
		if text.Unresolved(v) {
			return text.Maybe
		}
		return text.Of(v == "true")
	}
	return text.Maybe
}

// off reports whether an attribute switches the resource off.
func (r *resource) off() bool {
	return slices.ContainsFunc(strings.Fields(r.row.Terraform.Off), func(setting string) bool {
		attribute, off, _ := strings.Cut(setting, "=")
		is, _ := lookupIn(r.outermost(), attribute)
		return strings.EqualFold(is, off)
	})
}

// number returns an attribute that is a whole number, or absent if it is not set; nil if it is known only after apply.
func (r *resource) number(attribute string, absent int) *int {
	if v := wholeNumber(r.values[attribute]); v != nil {
		return v
	}
	if s, _ := r.values[attribute].(string); r.isUnknown(attribute) || text.Unresolved(s) {
		return nil
	}
	return &absent
}

// wholeNumber returns the number that a JSON value is or spells.
func wholeNumber(v any) *int {
	n := 0
	switch v := v.(type) {
	case float64:
		n = int(v)
	case json.Number:
		i, err := v.Int64()
		if err != nil {
			return nil
		}
		n = int(i)
	case string:
		i, err := strconv.Atoi(v)
		if err != nil {
			return nil
		}
		n = i
	default:
		return nil
	}
	return &n
}

// isUnknown reports whether an attribute, or a part of it, is known only after apply.
func (r *resource) isUnknown(attribute string) bool { return anyUnknown(r.unknown[attribute]) }

func anyUnknown(v any) bool {
	switch v := v.(type) {
	case bool:
		return v
	case source.Unknown:
		return true
	case []any:
		for _, item := range v {
			if anyUnknown(item) {
				return true
			}
		}
	case map[string]any:
		for _, item := range v {
			if anyUnknown(item) {
				return true
			}
		}
	}
	return false
}

// list returns the strings of an attribute that is a list, and whether they are all.
func (r *resource) list(attribute string) values {
	return merged(r.values[attribute], r.unknown[attribute], r.expression(attribute))
}

// blocks returns the nested blocks of an attribute of the resource.
func (r *resource) blocks(attribute string) []block {
	return r.outermost().blocks(attribute)
}

// blocks returns the nested blocks of an attribute, with what is known, what is not and their configuration in step. A dynamic
// block has one configuration for all. An attribute that is a map is one block.
func (b block) blocks(attribute string) []block {
	known, _ := b.values[attribute].([]any)
	unknown, _ := b.unknown[attribute].([]any)
	if m, ok := b.values[attribute].(map[string]any); ok {
		known, unknown = []any{m}, []any{b.unknown[attribute]}
	}
	var nested []map[string]expression
	if e := b.config[attribute]; e != nil {
		nested = e.blocks()
	}
	all := make([]block, 0, len(known))
	for i, v := range known {
		next := block{}
		next.values, _ = v.(map[string]any)
		if i < len(unknown) {
			next.unknown, _ = unknown[i].(map[string]any)
		}
		switch len(nested) {
		case len(known):
			next.config = nested[i]
		case 1:
			next.config = nested[0]
		}
		all = append(all, next)
	}
	return all
}

// render writes a JSON value as the text it is in a policy.
func render(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}
