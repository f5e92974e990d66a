package mend

import (
	"errors"
	"slices"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/edit"
	"github.com/hopgrant/hopgrant/internal/edit/source"
	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// inOrder lets the publishers of the finding's hops depend on the policy that admits them, if their service tests at once whether it is
// admitted. Where that would be a circle, the order stays as it is.
func (fs *Files) inOrder(f *check.Finding, policy string) error {
	hops := []*check.Hop{f.Hop}
	for i := range f.Others {
		hops = append(hops, f.Others[i].Hop)
	}
	for _, h := range hops {
		if policy == "" || h == nil || h.Publisher == nil || h.Publisher.Caller == nil {
			continue
		}
		principal, _ := h.Publisher.Caller.Principal.(policygen.ServicePrincipal)
		if s, _ := service.LookUp(principal); !s.Tests {
			continue
		}
		if err := fs.dependOn(&h.Publisher.Element, policy); err != nil && !errors.Is(err, errCircle) {
			return err
		}
	}
	return nil
}

// dependOn lets a resource be made after another one.
//
// [DependsOn attribute]
//
// [DependsOn attribute]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html
func (fs *Files) dependOn(e *topology.Element, other string) error {
	if isSource(e.At.File) {
		return fs.dependOnSource(e, other)
	}
	return fs.edit(e.At.File, func(f *edit.File) error {
		if !has(f, e.ID) || !has(f, other) {
			return nil // it is made by another template, or for another resource
		}
		resource := []string{"Resources", e.ID}
		needs := f.At(append(resource, "DependsOn")...)
		return withoutCircle(f, func() error {
			switch {
			case slices.ContainsFunc(needs.OneOrMany(), func(v value.Value) bool { return v.Text == other }):
				return nil
			case needs.Kind == value.List:
				return f.Append(append(resource, "DependsOn"), word(other))
			case needs.Kind == value.Text:
				return f.Replace(append(resource, "DependsOn"), list(needs, word(other)))
			}
			return f.Add(resource, "DependsOn", word(other))
		})
	})
}

// dependOnSource is dependOn for a resource of Terraform. A resource of another module, and a bucket, which its policies refer to, keep
// their order.
//
// [depends_on]
//
// [depends_on]: https://developer.hashicorp.com/terraform/language/meta-arguments/depends_on
func (fs *Files) dependOnSource(e *topology.Element, other string) error {
	a, ok := addressOf(e.ID)
	on, known := addressOf(other)
	if !ok || !known || a.module != on.module || a.kind == "aws_s3_bucket" {
		return nil
	}
	return fs.editSource(e.At.File, func(f *source.File) error {
		b := f.Block("resource", a.kind, a.label)
		if b == nil {
			return notDeclared(e)
		}
		needs := b.Body.Attributes["depends_on"]
		if needs == nil {
			return f.SetArgument(b, "depends_on", "["+on.local("")+"]")
		}
		for _, t := range needs.Expr.Variables() {
			if refersTo(t, []string{on.kind, on.label}) {
				return nil
			}
		}
		return f.AppendItem(b, needs.Expr, on.local(""))
	})
}
