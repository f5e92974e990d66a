package cfn

import (
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// unreadDefinitions notes a definition that is not in the template, if a role with which it may call may send to any queue or
// publish to any topic. A role that may do so with those that its policies name has a hop there anyway.
func (b *builder) unreadDefinitions(r *resource) {
	if len(b.Topics)+len(b.Queues) == 0 {
		return
	}
	for _, t := range r.form().Targets {
		if t.Elsewhere == "" {
			continue
		}
		where := r.get(t.Elsewhere)
		if v := r.get(t.At); !where.There() && v.Kind == value.Text && text.IsReference(v.Text) {
			where = v
		}
		if !where.There() {
			continue
		}
		if c := b.Caller(r.text(r.form().Role)); c != nil {
			c.RunBy(r.row.Service)
		}
		for _, c := range b.definitionRoles(r) {
			if slices.ContainsFunc(c.Identity, sendsAnywhere) {
				b.unknown(r.stack, r.ID, r.row.What(t), "its definition is not read, and "+c.ID+" may send to any queue or publish to any topic", where.At)
				return
			}
		}
	}
}

// definitionRoles returns the roles of the template with which what a definition says may call: that of the resource, else all
// that trust its service.
func (b *builder) definitionRoles(r *resource) []*topology.Caller {
	if c := b.Caller(r.text(r.form().Role)); c != nil {
		return []*topology.Caller{c}
	}
	var all []*topology.Caller
	for _, other := range r.Resources {
		o := newResource(r.stack, other)
		if o.Type != "AWS::IAM::Role" || !strings.Contains(o.get("AssumeRolePolicyDocument").JSON(1<<16), r.row.Service) {
			continue
		}
		if c := b.Caller(o.arn()); c != nil {
			all = append(all, c)
		}
	}
	return all
}

// sendsAnywhere reports whether a policy lets send to any queue, or publish to any topic.
func sendsAnywhere(p *topology.Policy) bool {
	return slices.ContainsFunc(p.Document.Statements, func(s policygen.Statement) bool {
		sends := len(s.NotAction) > 0 || slices.ContainsFunc(s.Action, func(a string) bool {
			return text.MatchFold(a, "sqs:sendmessage") == text.Yes || text.MatchFold(a, "sns:publish") == text.Yes
		})
		return s.Effect == policygen.Allow && sends && (len(s.NotResource) > 0 || slices.ContainsFunc(s.Resource, anything))
	})
}

// anything reports whether a Resource element names every queue or topic.
func anything(resource string) bool {
	parts, ok := text.SplitARN(resource)
	return strings.Trim(resource, "*") == "" || ok && strings.Trim(parts[text.Resource], "*") == ""
}
