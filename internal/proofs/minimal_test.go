package proofs

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
	"pgregory.net/rapid"
)

// A smaller is a document with something removed.
type smaller struct {
	what     string
	document policygen.Document
}

// TestMinimal checks that without any one document, statement, action, resource, principal or source, some call is no
// longer allowed.
//
// Three statements serve another purpose and have tests of their own: the account's own statement in a key policy, the
// denial of requests without TLS, and the account-wide statements.
func TestMinimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		top := topologies.Draw(t, "topology")
		all := top.generate(t)
		for i, a := range all {
			for _, less := range smallerThan(a.Document) {
				if _, _, broken := top.broken(with(all, i, less.document)); !broken {
					t.Fatalf("without %s of the %s policy of %v%s every call is still allowed\n%s", less.what, a.On, a.Principal, a.Resource, show(all))
				}
			}
		}
	})
}

// serves reports whether the statement does nothing but grant hops.
func serves(s policygen.Statement) bool {
	return s.Effect == policygen.Allow && s.Sid != "EnableIAMUserPermissions" && !strings.HasPrefix(s.Sid, "AllowAccount")
}

// smallerThan returns the documents that lack one thing that grants hops.
func smallerThan(d policygen.Document) []smaller {
	var all []smaller
	for i, s := range d.Statements {
		if !serves(s) {
			continue
		}
		rest := d
		rest.Statements = without(d.Statements, i)
		all = append(all, smaller{"statement " + s.Sid, rest})
		for _, less := range smallerStatements(s) {
			all = append(all, smaller{less.what + " of statement " + s.Sid, withStatement(d, i, less.statement)})
		}
	}
	return all
}

type smallerStatement struct {
	what      string
	statement policygen.Statement
}

// smallerStatements returns the statements that lack one of several actions, resources, principals or values.
func smallerStatements(s policygen.Statement) []smallerStatement {
	var all []smallerStatement
	each := func(what string, list []string, set func(*policygen.Statement, []string)) {
		if len(list) < 2 {
			return
		}
		for i, v := range list {
			less := s
			set(&less, without(list, i))
			all = append(all, smallerStatement{fmt.Sprintf("%s %s", what, v), less})
		}
	}
	each("action", s.Action, func(s *policygen.Statement, v []string) { s.Action = v })
	each("resource", s.Resource, func(s *policygen.Statement, v []string) { s.Resource = v })
	if s.Principal != nil {
		p := *s.Principal
		each("principal", p.AWS, func(s *policygen.Statement, v []string) {
			s.Principal = &policygen.Principals{AWS: v, Service: p.Service}
		})
		each("principal", p.Service, func(s *policygen.Statement, v []string) {
			s.Principal = &policygen.Principals{AWS: p.AWS, Service: v}
		})
	}
	for op, keys := range s.Condition {
		for key, values := range keys {
			each(key, values, func(s *policygen.Statement, v []string) {
				s.Condition = withValues(s.Condition, op, key, v)
			})
		}
	}
	return all
}

// withValues returns the condition with the values of one key replaced.
func withValues(c policygen.Condition, operator, key string, values []string) policygen.Condition {
	changed := policygen.Condition{}
	for op, keys := range c {
		changed[op] = map[string][]string{}
		for k, v := range keys {
			if op == operator && k == key {
				v = values
			}
			changed[op][k] = slices.Clone(v)
		}
	}
	return changed
}

// TestAccountStatement checks that a key policy has the account's own statement exactly if it is whole, and that the
// statement is needed if identity policies grant the key, because they have no effect without it.
func TestAccountStatement(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		top := topologies.Draw(t, "topology")
		all := top.generate(t)
		for i, a := range all {
			if a.On != policygen.OnKey {
				continue
			}
			has := len(a.Document.Statements) > 0 && a.Document.Statements[0].Sid == "EnableIAMUserPermissions"
			if has == top.options.KeyStatementsOnly {
				t.Fatalf("the account's statement is there: %v, key statements only: %v\n%s", has, top.options.KeyStatementsOnly, show(all))
			}
			if !has {
				continue
			}
			d := a.Document
			d.Statements = without(d.Statements, 0)
			call, decision, broken := top.broken(with(all, i, d))
			if granted := top.grantedByIdentity(a.Resource); broken != granted {
				t.Fatalf("without the account's statement: %s by %v is %v; identity policies grant the key: %v\n%s",
					call.Action, call.Caller, decision.Outcome, granted, show(all))
			}
		}
	})
}

// grantedByIdentity reports whether an IAM principal of the key's account is granted the key by its identity policy.
func (top topology) grantedByIdentity(key policygen.ARN) bool {
	return top.options.KeyAccess == policygen.ByIdentityPolicy && slices.ContainsFunc(top.calls(), func(c policygen.Call) bool {
		return c.Resource == key && policygen.AccountOf(c.Caller) == key.Account()
	})
}

// TestAccountWideStatements checks that each key in use has an account-wide statement for each service that uses it,
// and that IAM principals of the key's account need the statement.
func TestAccountWideStatements(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		top := topologies.Draw(t, "topology")
		top.options.KeyAccess = policygen.AccountWide
		all := top.generate(t)
		for i, a := range all {
			for j, s := range a.Document.Statements {
				if !strings.HasPrefix(s.Sid, "AllowAccount") {
					continue
				}
				d := a.Document
				d.Statements = without(d.Statements, j)
				call, decision, broken := top.broken(with(all, i, d))
				if used := top.usedByAccount(a.Resource, s); broken != used {
					t.Fatalf("without statement %s of the policy of %s: %s by %v is %v; the account uses the key: %v\n%s",
						s.Sid, a.Resource, call.Action, call.Caller, decision.Outcome, used, show(all))
				}
			}
		}
	})
}

// usedByAccount reports whether an IAM principal of the key's account uses the key through the service of the
// account-wide statement.
func (top topology) usedByAccount(key policygen.ARN, s policygen.Statement) bool {
	return slices.ContainsFunc(top.calls(), func(c policygen.Call) bool {
		return c.Resource == key && policygen.AccountOf(c.Caller) == key.Account() &&
			slices.Equal(c.Context["kms:ViaService"], s.Condition["StringEquals"]["kms:ViaService"])
	})
}

// TestTLSOnly checks that with TLSOnly every queue and topic of the topology denies requests without TLS, and no
// others.
func TestTLSOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		top := topologies.Draw(t, "topology")
		all := top.generate(t)
		for _, call := range top.calls() {
			if call.On == policygen.OnKey {
				continue
			}
			request := eval.RequestOf(call)
			request.Context = withKey(request.Context, "aws:SecureTransport", "false")
			want := eval.Allowed
			if top.options.TLSOnly {
				want = eval.ExplicitDeny
				if call.On == policygen.OnTopic && kind.Of(call.Hop.Kind).Once {
					want = eval.Allowed // AWS's sample for topics denies only publishing
				}
			}
			if d := eval.Evaluate(request, top.documents(all, call)); d.Outcome != want {
				t.Fatalf("%s by %v without TLS is %v, want %v\n%s\n%s", call.Action, call.Caller, d.Outcome, want, d.Explain(), show(all))
			}
		}
	})
}

// withKey returns a context with one key set.
func withKey(c map[string][]string, key string, values ...string) map[string][]string {
	c = maps.Clone(c)
	c[key] = values
	return c
}

// TestSufficient checks that every call of every hop is allowed.
func TestSufficient(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		top := topologies.Draw(t, "topology")
		all := top.generate(t)
		if call, d, ok := top.broken(all); ok {
			t.Fatalf("%s by %v on %s is %v\n%s\ncontext: %v\n%s", call.Action, call.Caller, call.Resource, d.Outcome, d.Explain(), call.Context, show(all))
		}
	})
}
