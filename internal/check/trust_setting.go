package check

import (
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/region"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

var ruleRoleTrust = &Rule{
	ID: "role-trust", Severity: Error,
	Documentation: Documentation{
		Title: "a role that the service may not assume",
		Text: `A service acts under a role only if the role's trust policy lets its service principal assume the role
(sts:AssumeRole). Otherwise it makes none of the calls, whatever the role's policies allow, or refuses at once to make
the function, rule or pipe.

Allow the service principal sts:AssumeRole in the role's trust policy, or name another role. A statement with conditions
is taken to admit the service, unless none of what the service may pass meets them.`,
		AWS: []string{
			"https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-service.html",
			"https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
			"https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",
		},
	},
	check: bySetting("role-trust", "allow the service principal sts:AssumeRole in the role's trust policy, or name a role that trusts it", nil),
}

// roleTrust finds the services of the hop that may not assume its role. A role of whose trust policy the file has nothing, as those
// that it only refers to, is taken to trust them.
func (m *memo) roleTrust(h *Hop) []setting {
	c := h.CallerElement
	if c == nil || c.Trust == nil || c.Trust.Unseen() {
		return nil
	}
	var all []setting
	for _, service := range h.AssumedBy() {
		x := setting{rule: "role-trust", verdict: Broken, at: c.Trust.At, about: &c.Element,
			why: "role " + c.Label() + " does not trust " + string(service) + ", which therefore makes no call under it"}
		asked := trusting{c, service, h.region()}
		trusts, ok := m.trust[asked]
		if !ok {
			trusts = asked.trusts()
			m.trust[asked] = trusts
		}
		switch trusts {
		case text.Yes:
			continue
		case text.Maybe:
			x.rule, x.verdict, x.why = "undecided", Unknown, "whether role "+c.Label()+" trusts "+string(service)+" is not known"
			if c.Trust.Unknown != "" {
				x.why += ": " + c.Trust.Unknown
			}
		}
		all = append(all, x)
	}
	return all
}

// region returns the Region of the hop's topic or queue; "" if it is not known.
func (h *Hop) region() string {
	if h.TopicElement != nil {
		return policygen.ARN(h.Topic.ARN).Region()
	}
	return policygen.ARN(h.Queue.ARN).Region()
}

// A trusting is the question whether a role trusts a service, in a Region if that is known.
type trusting struct {
	role    *topology.Caller
	service policygen.ServicePrincipal
	region  string
}

// trusts tells whether the role's trust policy lets the service assume the role. No page says which keys each service passes: what is
// denied both with the account in aws:SourceAccount and without it is denied, and every other condition is taken to be met.
//
// [Cross-service confused deputy prevention]
//
// [Cross-service confused deputy prevention]: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
func (t trusting) trusts() text.Truth {
	document := t.role.Trust.Document
	document.Statements = slices.Clone(document.Statements)
	for i := range document.Statements {
		s := &document.Statements[i]
		s.Principal, s.NotPrincipal = t.plainly(s.Principal), t.plainly(s.NotPrincipal)
	}
	role := policygen.ARN(t.role.Principal.String())
	ask := func(d policygen.Document, account []string) eval.Outcome {
		p := eval.Policies{Resource: &d}
		if t.role.Trust.Unknown != "" {
			p.UnknownResource = &eval.Unknown{Why: t.role.Trust.Unknown}
		}
		return eval.Evaluate(eval.Request{Principal: t.service, Action: "sts:AssumeRole", Resource: role, Context: map[string][]string{"aws:SourceAccount": account}}, p).Outcome
	}
	if ask(document, []string{text.AccountIn(string(role))}).Denied() && ask(document, nil).Denied() {
		return text.No
	}
	document.Statements = slices.DeleteFunc(document.Statements, func(s policygen.Statement) bool { return s.Effect == policygen.Deny && len(s.Condition) > 0 })
	for i := range document.Statements {
		document.Statements[i].Condition = nil
	}
	if ask(document, nil) == eval.Allowed {
		return text.Yes
	}
	return text.Maybe
}

// plainly writes each form of a service's principal as the service's row has it: with a Region, as states.us-east-1.amazonaws.com, or
// with the suffix of a partition. Whether a form with another Region than this one is the service's is not known.
//
// [Service principals]
//
// [Service principals]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-services
func (t trusting) plainly(p *policygen.Principals) *policygen.Principals {
	if p == nil || len(p.Service) == 0 {
		return p
	}
	plain := *p
	plain.Service = slices.Clone(p.Service)
	for i, name := range plain.Service {
		for _, suffix := range []string{".amazonaws.com.cn", ".${AWS::URLSuffix}"} {
			if before, ok := strings.CutSuffix(name, suffix); ok {
				name = before + ".amazonaws.com"
			}
		}
		elsewhere := false
		labels := slices.DeleteFunc(strings.Split(name, "."), func(label string) bool {
			elsewhere = elsewhere || region.Is(label) && t.region != "" && label != t.region
			return region.Is(label) || label == "${AWS::Region}"
		})
		switch {
		case strings.Join(labels, ".") != string(t.service):
		case elsewhere:
			plain.Service[i] = "${" + name + "}"
		default:
			plain.Service[i] = string(t.service)
		}
	}
	return &plain
}
