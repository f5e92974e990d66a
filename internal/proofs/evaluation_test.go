package proofs

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
	"pgregory.net/rapid"
)

// documentsOf returns pointers to every document, so that a test can change one.
func documentsOf(p *eval.Policies) []*policygen.Document {
	var all []*policygen.Document
	list := func(docs []policygen.Document) []policygen.Document {
		docs = slices.Clone(docs)
		for i := range docs {
			all = append(all, &docs[i])
		}
		return docs
	}
	one := func(d *policygen.Document) *policygen.Document {
		if d == nil {
			return nil
		}
		c := *d
		all = append(all, &c)
		return &c
	}
	p.Identity, p.Session = list(p.Identity), list(p.Session)
	p.Resource, p.Boundary = one(p.Resource), one(p.Boundary)
	p.ServiceControl, p.ResourceControl = slices.Clone(p.ServiceControl), slices.Clone(p.ResourceControl)
	for i := range p.ServiceControl {
		p.ServiceControl[i] = list(p.ServiceControl[i])
	}
	for i := range p.ResourceControl {
		p.ResourceControl[i] = list(p.ResourceControl[i])
	}
	return all
}

// hasPrincipals reports whether the statements of the document, one of these policies, have principals.
func hasPrincipals(p eval.Policies, d *policygen.Document) bool {
	if d == p.Resource {
		return true
	}
	for _, level := range p.ResourceControl {
		for i := range level {
			if d == &level[i] {
				return true
			}
		}
	}
	return false
}

// TestDenyIsMonotone checks that adding a Deny never allows a request, and never removes an explicit deny.
func TestDenyIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		request, before := drawRequest(t), drawPolicies(t)
		after := before
		docs := documentsOf(&after)
		if len(docs) == 0 {
			return
		}
		d := pick(t, "document", docs)
		s := drawStatement(t, hasPrincipals(after, d))
		s.Effect = policygen.Deny
		d.Statements = slices.Insert(slices.Clone(d.Statements), rapid.IntRange(0, len(d.Statements)).Draw(t, "at"), s)
		a, b := eval.Evaluate(request, before), eval.Evaluate(request, after)
		if b.Outcome == eval.Allowed && a.Outcome != eval.Allowed || a.Outcome == eval.ExplicitDeny && b.Outcome != eval.ExplicitDeny {
			t.Fatalf("%v before, %v with one more Deny\n%s\n%s", a.Outcome, b.Outcome, a.Explain(), b.Explain())
		}
	})
}

// TestAllowIsMonotone checks that adding an Allow neither denies what was allowed, nor turns another outcome into an
// explicit deny. It adds none to resource control policies, where AWS accepts only the Allow of RCPFullAWSAccess.
func TestAllowIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		request, before := drawRequest(t), drawPolicies(t)
		before.ResourceControl = nil
		after := before
		docs := documentsOf(&after)
		if len(docs) == 0 {
			return
		}
		d := pick(t, "document", docs)
		s := drawStatement(t, hasPrincipals(after, d))
		s.Effect, s.Principal, s.NotPrincipal = policygen.Allow, orElse(s.Principal, s.NotPrincipal), nil
		d.Statements = append(slices.Clone(d.Statements), s)
		a, b := eval.Evaluate(request, before), eval.Evaluate(request, after)
		if a.Outcome == eval.Allowed && b.Outcome != eval.Allowed || b.Outcome == eval.ExplicitDeny && a.Outcome != eval.ExplicitDeny {
			t.Fatalf("%v before, %v with one more Allow\n%s\n%s", a.Outcome, b.Outcome, a.Explain(), b.Explain())
		}
	})
}

func orElse(p, other *policygen.Principals) *policygen.Principals {
	if p != nil {
		return p
	}
	return other
}

// TestOrderDecidesNothing checks that neither the order of statements, nor the order of the policies of one kind, nor a
// request for reasons changes a decision.
func TestOrderDecidesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		request, policies := drawRequest(t), drawPolicies(t)
		want := eval.Evaluate(request, policies)
		if got := eval.Compile(policies).Decide(request); got != want.Outcome {
			t.Fatalf("without reasons: %v, with them: %v\n%s", got, want.Outcome, want.Explain())
		}
		permuted := policies
		for _, d := range documentsOf(&permuted) {
			if len(d.Statements) > 1 {
				d.Statements = rapid.Permutation(d.Statements).Draw(t, "statements")
			}
		}
		slices.Reverse(permuted.Identity)
		slices.Reverse(permuted.Session)
		for _, levels := range [][][]policygen.Document{permuted.ServiceControl, permuted.ResourceControl} {
			slices.Reverse(levels)
			for _, level := range levels {
				slices.Reverse(level)
			}
		}
		if got := eval.Evaluate(request, permuted); got.Outcome != want.Outcome {
			t.Fatalf("%v in one order, %v in another\n%s\n%s", want.Outcome, got.Outcome, want.Explain(), got.Explain())
		}
	})
}

// TestUnknownKeysDecideNothing checks that a decision made while a key of the context is unknown stays the same for
// every value of the key.
func TestUnknownKeysDecideNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		request, policies := drawRequest(t), drawPolicies(t)
		before := eval.Evaluate(request, policies)
		for _, key := range someKeys {
			if _, known := request.Context[key]; known || !open(request, key) {
				continue
			}
			var values []string
			if rapid.Bool().Draw(t, "present") {
				values = []string{pick(t, "value", valuesOf(key, resolvedValues))}
			}
			request.Context = withKey(request.Context, key, values...)
			after := eval.Evaluate(request, policies)
			if !refines(before.Outcome, after.Outcome) {
				t.Fatalf("%v while %s is unknown, %v when it is %q\n%s\n%s", before.Outcome, key, after.Outcome, values, before.Explain(), after.Explain())
			}
			before = after
		}
	})
}

// open reports whether nothing is known about the key if the request's context does not have it. AWS documents when
// requests have a source, a service in between, and TLS. The account of a source follows from its ARN.
func open(r eval.Request, key string) bool {
	_, anyone := r.Principal.(policygen.Anyone)
	service, kms := policygen.IsService(r.Principal), strings.HasPrefix(r.Action, "kms:")
	switch key {
	case "aws:SourceArn":
		return service
	case "aws:SourceAccount":
		source := r.Context["aws:SourceArn"]
		return service && (len(source) != 1 || text.AccountIn(source[0]) == "")
	case "kms:ViaService":
		return kms
	case "aws:SecureTransport":
		return !service && !kms
	case "aws:PrincipalTag/queue":
		return !service && !anyone
	}
	return false
}

// refines reports whether knowing more may turn one outcome into the other. A request that is denied in any case may
// turn out to be denied explicitly.
func refines(before, after eval.Outcome) bool {
	return before == eval.Undecided || before == after || before == eval.ImplicitDeny && after == eval.ExplicitDeny
}

// TestUnresolvedTextDecidesNothing checks that a decision made with unresolved text stays the same for every value of
// the text, which is the same in the request and in the policies.
func TestUnresolvedTextDecidesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		request, policies := drawRequest(t), drawPolicies(t)
		before := eval.Evaluate(request, policies)
		for _, token := range []struct {
			variable string
			values   []string
		}{
			{"${Queue}", []string{"a", "other"}},
			{"${Role}", []string{"app", "other"}},
			{"${Topic}", []string{"t", "other"}},
			{"${Account}", []string{"111111111111", "222222222222"}},
			{"${Anybody}", []string{"arn:aws:iam::111111111111:role/app", "arn:aws:iam::222222222222:role/app", "arn:aws:iam::111111111111:role/path/app"}},
			{"${Any}", []string{"arn:aws:sqs:us-east-1:111111111111:a", "arn:aws:sns:us-east-1:111111111111:t"}},
		} {
			variable := token.variable
			value := pick(t, variable, token.values)
			resolve := func(s string) string { return strings.ReplaceAll(s, variable, value) }
			request.Resource = policygen.ARN(resolve(string(request.Resource)))
			if role, ok := request.Principal.(policygen.RoleARN); ok {
				request.Principal = policygen.RoleARN(resolve(string(role)))
			}
			for key, values := range request.Context {
				if len(values) == 1 {
					request.Context[key] = []string{resolve(values[0])}
				}
			}
			for _, d := range documentsOf(&policies) {
				text := strings.ReplaceAll(d.String(), variable, value)
				resolved, err := policygen.Parse([]byte(text))
				if err != nil {
					t.Fatal(err)
				}
				if d.Statements == nil {
					resolved.Statements = nil
				}
				*d = resolved
			}
			after := eval.Evaluate(request, policies)
			if !refines(before.Outcome, after.Outcome) {
				t.Fatalf("%v while %s is not resolved, %v when it is %s\n%s\n%s", before.Outcome, variable, after.Outcome, value, before.Explain(), after.Explain())
			}
			before = after
		}
	})
}

// TestEvaluationChangesNothing checks that evaluation does not modify its arguments.
func TestEvaluationChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		request, policies := drawRequest(t), drawPolicies(t)
		r, p := request, policies
		r.Context = withKey(request.Context, "aws:SourceIp")
		delete(r.Context, "aws:SourceIp")
		for _, d := range documentsOf(&p) {
			*d, _ = policygen.Parse([]byte(d.String()))
		}
		eval.Evaluate(request, policies)
		if !reflect.DeepEqual(request, r) {
			t.Fatalf("the request was %v and is %v", r, request)
		}
		q := policies
		was, is := documentsOf(&p), documentsOf(&q)
		for i := range is {
			if is[i].String() != was[i].String() {
				t.Fatalf("the document was\n%s\nand is\n%s", was[i], is[i])
			}
		}
	})
}
