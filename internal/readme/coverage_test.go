package readme

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/catalog"
	"github.com/hopgrant/hopgrant/internal/service"
)

// coveragePage returns docs/coverage.md, the catalog of resource types.
func coveragePage() string {
	var b strings.Builder
	b.WriteString(`# Which resource types are read

<!-- generated from internal/catalog by go test ./internal/readme -update -->

CloudFormation stands for SAM templates and CDK assemblies too. A dash: the reader of that format does not know the type.

## What a message passes, and who may do what

| resource | CloudFormation | Terraform | read as |
|---|---|---|---|
`)
	rows := catalog.All()
	for _, r := range rows {
		if !slices.Contains([]catalog.Kind{catalog.Publisher, catalog.Named, catalog.NestedStack, catalog.Serverless}, r.Kind) {
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", r.Name, typ(r.CloudFormation), typ(r.Terraform), r.Kind)
		}
	}
	b.WriteString(`
## Who publishes and sends

Each of these is a hop, of the [service](services.md) or of the role under which it acts, wherever the property names a topic or queue.

| resource | type | property | caller |
|---|---|---|---|
`)
	for _, r := range rows {
		for _, f := range []catalog.Form{r.CloudFormation, r.Terraform} {
			for _, t := range f.Targets {
				at := "`" + strings.ReplaceAll(strings.ReplaceAll(t.At, "[]", ""), " ", "`, `") + "`"
				if t.Where != "" {
					at += " where `" + t.Where + "`"
				}
				fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", r.What(t), typ(f), at, caller(r, f, t))
			}
		}
	}
	b.WriteString("\n## Only name and ARN\n\nThese publish nothing here; policies and other resources refer to them.\n\n")
	for _, r := range rows {
		if r.Kind == catalog.Named {
			fmt.Fprintf(&b, "- %s: %s\n", r.Name, bothTypes(r))
		}
	}
	b.WriteString("\n## Types that bring others\n\n")
	for _, r := range rows {
		if r.Kind == catalog.NestedStack || r.Kind == catalog.Serverless {
			fmt.Fprintf(&b, "- %s (%s): %s\n", bothTypes(r), r.Name, r.Kind)
		}
	}
	b.WriteString(`
## What only makes a hop unknown

- a nested stack whose template is not among the files, a module (` + "`…::MODULE`" + `), a macro that is not AWS's own, ` + "`AWS::Include`" + ` and every other ` + "`Fn::Transform`" + `;
- a property, a document or a target that is known at deployment only;
- a resource of any other type that refers to a topic or queue in a property that does something, a custom resource, a module or a
  nested stack that is not read too: the hop has no verdict. Tags, descriptions, parameters, secrets, dashboards and policy documents
  do nothing, and a function, task or machine whose role has a hop to the topic or queue is followed by it.

## Types that are not read

These make a service publish or send. Where a topic policy or queue policy admits the service, the hop is taken from the policy.

| service | types |
|---|---|
`)
	for _, s := range service.All() {
		var missing []string
		for _, c := range s.Calls {
			for _, name := range c.Types {
				row := catalog.CloudFormation(name)
				if row == nil {
					row = catalog.Terraform(name)
				}
				if (row == nil || row.Kind == catalog.Named) && !slices.Contains(missing, "`"+name+"`") {
					missing = append(missing, "`"+name+"`")
				}
			}
		}
		if missing != nil {
			fmt.Fprintf(&b, "| %s | %s |\n", s.Name, strings.Join(missing, ", "))
		}
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

func typ(f catalog.Form) string {
	if f.Type == "" {
		return "–"
	}
	return "`" + f.Type + "`"
}

func bothTypes(t catalog.Type) string {
	var all []string
	for _, f := range []catalog.Form{t.CloudFormation, t.Terraform} {
		if f.Type != "" {
			all = append(all, typ(f))
		}
	}
	return strings.Join(all, ", ")
}

// caller returns who calls the targets of a type.
func caller(t catalog.Type, f catalog.Form, target catalog.Target) string {
	var who []string
	by := t.By(f, target)
	if by&service.ByRole != 0 && f.Role+f.RoleOf != "" {
		if f.Role == "-" {
			who = append(who, "a role that the resource does not name in one place")
		} else if f.RoleOf != "" {
			who = append(who, "the role of the function in `"+f.RoleOf+"`")
		} else {
			who = append(who, "the role in `"+f.Role+"`")
		}
	}
	if typ, property, ok := strings.Cut(f.RoleFrom, " "); ok {
		who = append(who, "the role in `"+property+"` of `"+typ+"` if that may publish")
	}
	if by&service.ByPrincipal != 0 {
		who = append(who, "`"+t.Service+"`")
	}
	return strings.Join(who, ", else ")
}
