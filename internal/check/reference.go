package check

import (
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

// source returns how a policy names what a hop's service acts for, if its ARN is not known: by reference, and where the policy
// must not refer to it, by its account alone. In a policy that is deployed elsewhere it is asked for.
func (s *subject) source(h *Hop) (arn policygen.ARN, account string) {
	pattern, unnamed := withoutName(string(h.Source))
	switch about := h.About(); {
	case about.Foreign:
		return s.askedSource(h)
	case sourceRef(h) != "" && about.Stack == h.By.Stack && text.Known(string(h.Source), text.Service) != "s3":
		return policygen.ARN(sourceRef(h)), "" // its ARN tells the account
	case sourceRef(h) != "" && about.Stack == h.By.Stack:
		return policygen.ARN(sourceRef(h)), h.SourceAccount
	case unnamed && text.Known(string(h.Source), text.Service) == "s3" && h.SourceAccount != "":
		return "", h.SourceAccount
	case unnamed:
		return policygen.ARN(pattern), h.SourceAccount
	}
	return h.Source, h.SourceAccount
}

// askedSource returns texts in place of what is not known of a hop's source. They are no references of the file.
func (s *subject) askedSource(h *Hop) (arn policygen.ARN, account string) {
	arn, account = h.Source, h.SourceAccount
	if text.Unresolved(account) {
		account = "${the account of " + h.By.ID + "}"
	}
	if text.Unresolved(string(arn)) {
		if text.AccountIn(string(arn)) != "" {
			account = "" // whoever gives the ARN gives it
		}
		arn = policygen.ARN("${the ARN of " + h.By.ID + "}")
	}
	return arn, account
}

// askedRole returns a role as a policy that is deployed elsewhere names it: where CloudFormation makes the name, it is asked for,
// and so is an account that is not known, for which a number stands until the statement is written.
func askedRole(role policygen.RoleARN, c *topology.Caller) policygen.RoleARN {
	parts, ok := text.SplitARN(string(role))
	if !ok || !text.Unresolved(parts[text.Resource]) {
		return role
	}
	parts[text.Resource] = "role/${the name of " + c.ID + "}"
	if text.Unresolved(parts[text.Account]) {
		parts[text.Account] = elsewhereAccount
	}
	return policygen.RoleARN(strings.Join(parts[:], ":"))
}

// anyName stands, until a statement is written, for the end that CloudFormation gives a name.
const anyName = "${*}"

// namePattern returns a pattern by which a policy that is deployed elsewhere names a topic, to which it cannot refer: the name that
// CloudFormation will make, without its end. It is "" for a topic of a name that is known, or of which nothing is.
func namePattern(t *topology.Topic) policygen.TopicARN {
	pattern := scope(t)
	if name := text.Known(string(pattern), text.Resource); t.Foreign || name == "" || name == "*" {
		return ""
	}
	return pattern
}

// askedFor are the texts that stand in place of what somebody has to find out.
var askedFor = text.WhenUsed(`\$\{(the (?:ARN|account|name) of [^{}]*)\}`)

// asked returns a text with what somebody has to find out in angle brackets.
func asked(t string) string {
	t = askedFor().ReplaceAllString(strings.ReplaceAll(t, anyName, "*"), "<$1>")
	return strings.ReplaceAll(t, elsewhereAccount+":role/<the name of ", "<the account of this file>:role/<the name of ")
}

// withoutCycle returns a hop as the policies of its keys have it. Whatever publishes to a topic or sends to a queue refers to it,
// and so to its key, whose policy must not refer back: it names a source by the ARN if its name is known, and else by a pattern. So
// it does a topic that refers to the key. CloudFormation and Terraform refuse resources that refer to each other in a circle.
//
// [Circular dependency]
//
// [Circular dependency]: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html#troubleshooting-errors-dependence-error
func (s *subject) withoutCycle(w policygen.Hop, h *Hop) policygen.Hop {
	for _, k := range h.keys() {
		if k.Foreign {
			if text.Unresolved(string(h.Source)) {
				w.Source, w.SourceAccount = s.askedSource(h)
			}
			if t := h.TopicElement; t != nil && namePattern(t) != "" {
				w.Topic.ARN, w.Topic.Scope = t.ARN, namePattern(t)
			}
			continue
		}
		if h.Source != "" {
			w.Source, w.SourceAccount = h.Source, h.SourceAccount
			if pattern, ok := withoutName(string(h.Source)); ok {
				w.Source = policygen.ARN(pattern)
			}
		}
		if t := h.TopicElement; t != nil && s.reaches(&t.Element, &k.Element) {
			w.Topic.ARN, w.Topic.Scope = t.ARN, scope(t)
		}
	}
	return w
}

// reaches reports whether an element refers to another one, or stands where the other cannot refer to it.
func (s *subject) reaches(from, to *topology.Element) bool {
	switch {
	case from.Foreign || s.Topology.Reaches == nil:
		return false
	case from.Stack != to.Stack:
		return true
	}
	return s.Topology.Reaches(from, to)
}

// inline reports whether a policy in Terraform is an attribute of the topic or queue that it is for, and so cannot refer to it, and
// whether the ARN says it without a reference.
func (s *subject) inline(arn string, e *topology.Element, policies []*topology.Policy) bool {
	_, unnamed := withoutName(arn)
	return s.Kind == "terraform" && !unnamed && len(policies) > 0 && policies[0].ID == e.ID
}

// terraformData are the data sources that have what CloudFormation's pseudo parameters stand for.
//
// [aws_caller_identity], [aws_region], [aws_partition]
//
// [aws_caller_identity]: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/caller_identity
// [aws_region]: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/region
// [aws_partition]: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/partition
var terraformData = []string{
	"${AWS::AccountId}", "${data.aws_caller_identity.current.account_id}",
	"${AWS::Region}", "${data.aws_region.current.name}",
	"${AWS::Partition}", "${data.aws_partition.current.partition}",
}

var (
	toTerraformData  = strings.NewReplacer(terraformData...)
	pseudoParameters = strings.NewReplacer(slices.Collect(func(yield func(string) bool) {
		for i := 0; i < len(terraformData) && yield(terraformData[i+1]) && yield(terraformData[i]); i += 2 {
		}
	})...)
)

// reworded returns statements in the words of the file that they are pasted into: what is asked for stands in angle brackets, so that
// nobody takes it for a reference, and pseudo parameters are data sources in Terraform.
func (s *subject) reworded(fixes []Fix) []Fix {
	words := func(t string) string {
		t = asked(t)
		if s.Kind == "terraform" {
			t = toTerraformData.Replace(t)
		}
		return t
	}
	for i := range fixes {
		f := &fixes[i]
		f.Resource, f.Account = policygen.ARN(words(string(f.Resource))), words(f.Account)
		if document, err := f.Document.MarshalJSON(); err == nil && text.Unresolved(string(document)) {
			f.Document = mapped(f.Document, words)
		}
	}
	return fixes
}

// sourceRef is that of the hop's publisher.
func sourceRef(h *Hop) string {
	if h.Publisher == nil {
		return ""
	}
	return h.Publisher.SourceRef
}

// dataSources says which data sources statements refer to instead of pseudo parameters; "" if to none.
func dataSources(fixes []Fix) string {
	var needs []string
	for _, name := range []string{"aws_caller_identity", "aws_region", "aws_partition"} {
		for _, f := range fixes {
			if strings.Contains(f.Document.String(), "${data."+name+".current.") {
				needs = appendNew(needs, `data "`+name+`" "current" {}`)
			}
		}
	}
	if needs == nil {
		return ""
	}
	return "the statements need " + list(needs)
}
