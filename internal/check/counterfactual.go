package check

import (
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

// An edit changes a statement and reports whether it did.
type edit func(*policygen.Statement) bool

// allowedWith reports whether the call would be allowed if the statements of the resource's policy were edited. It is false
// if the edit changes nothing.
func allowedWith(c policygen.Call, d topology.Documents, e edit) bool {
	edited, changed := editAll(d.Resource, e)
	d.Resource = edited
	return changed && evaluate(c, d) == eval.Allowed
}

// allowedWithoutAliases reports whether the call would be allowed if identity policies named any key where they name an
// alias or a bare key id.
func allowedWithoutAliases(c policygen.Call, d topology.Documents) bool {
	edited, changed := editAll(d.Identity, func(s *policygen.Statement) bool {
		if s.Effect != policygen.Allow || len(aliases(s)) == 0 {
			return false
		}
		s.Resource = []string{string(c.Resource)}
		return true
	})
	d.Identity = edited
	return changed && evaluate(c, d) == eval.Allowed
}

func editAll(policies []*topology.Policy, e edit) (edited []*topology.Policy, changed bool) {
	for _, p := range policies {
		clone := *p
		clone.Document.Statements = slices.Clone(p.Document.Statements)
		for i := range clone.Document.Statements {
			if e(&clone.Document.Statements[i]) {
				changed = true
			}
		}
		edited = append(edited, &clone)
	}
	return edited, changed
}

// withResources gives statements without a Resource the one that a key policy needs.
func withResources(s *policygen.Statement) bool {
	if s.Resource != nil || s.NotResource != nil {
		return false
	}
	s.Resource = []string{"*"}
	return true
}

// withoutKeyConditions drops kms:CallerAccount and kms:ViaService from statements that admit a service.
func withoutKeyConditions(s *policygen.Statement) bool {
	if len(serviceKeyConditions(s)) == 0 {
		return false
	}
	condition := policygen.Condition{}
	for op, keys := range s.Condition {
		for k, v := range keys {
			if callerOnly(k) {
				continue
			}
			if condition[op] == nil {
				condition[op] = map[string][]string{}
			}
			condition[op][k] = v
		}
	}
	s.Condition = condition
	return true
}

// serviceKeyConditions returns the condition keys of a statement for AWS services that only requests of IAM principals
// have.
func serviceKeyConditions(s *policygen.Statement) []string {
	if s.Effect != policygen.Allow || s.Principal == nil || len(s.Principal.Service) == 0 {
		return nil
	}
	var keys []string
	for op, byKey := range s.Condition {
		if strings.HasSuffix(op, "IfExists") || strings.Contains(op, "Not") || op == "Null" {
			continue
		}
		for k := range byKey {
			if callerOnly(k) {
				keys = append(keys, k)
			}
		}
	}
	slices.Sort(keys)
	return keys
}

// callerOnly reports whether a condition key is one of those of an IAM principal that comes through a service.
func callerOnly(key string) bool {
	return strings.EqualFold(key, "kms:CallerAccount") || strings.EqualFold(key, "kms:ViaService")
}

// aliases returns what a statement's Resource names that is no key's ARN: aliases and bare key ids, which IAM never matches
// with a key.
func aliases(s *policygen.Statement) []string {
	uses := slices.ContainsFunc(s.Action, func(a string) bool {
		return strings.EqualFold(a, "kms:*") || keyActions[strings.ToLower(a)]
	})
	if !uses {
		return nil
	}
	var found []string
	for _, r := range s.Resource {
		if strings.HasPrefix(r, "alias/") || strings.Contains(r, ":alias/") || bareKeyID(r) {
			found = append(found, r)
		}
	}
	return found
}

func bareKeyID(s string) bool {
	s = strings.TrimPrefix(strings.TrimPrefix(s, "key/"), "mrk-")
	return len(s) >= 32 && len(s) <= 36 && strings.Trim(s, "0123456789abcdefABCDEF-") == ""
}
