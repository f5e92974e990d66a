package catalog_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/internal/catalog"
	"github.com/hopgrant/hopgrant/internal/service"
)

// columns are what a row needs beyond its name and kind. A row that lacks one would be read by halves.
var columns = []struct {
	name   string
	needed func(catalog.Type, catalog.Form) bool
	there  func(catalog.Type, catalog.Form) bool
}{
	{"ARN", func(t catalog.Type, f catalog.Form) bool {
		return made(t.Kind) || mentions(f, "{arn}")
	}, func(t catalog.Type, f catalog.Form) bool { return t.ARN != "" }},
	{"Name", func(t catalog.Type, f catalog.Form) bool {
		return made(t.Kind) && t.Kind != catalog.Key || strings.Contains(t.ARN, "{name}") || mentions(f, "{name}")
	}, func(t catalog.Type, f catalog.Form) bool { return f.Name != "" }},
	{"Ref", func(t catalog.Type, f catalog.Form) bool {
		return cloudFormation(f) && (made(t.Kind) || f.Name != "" || t.ARN != "")
	}, func(t catalog.Type, f catalog.Form) bool { return f.Ref != "" }},
	{"Attributes", func(t catalog.Type, f catalog.Form) bool {
		return made(t.Kind)
	}, func(t catalog.Type, f catalog.Form) bool { return len(f.Attributes) > 0 }},
	{"On", func(t catalog.Type, f catalog.Form) bool {
		return slices.Contains([]catalog.Kind{catalog.TopicPolicy, catalog.QueuePolicy, catalog.KeyPolicy, catalog.RedrivePolicy, catalog.RedriveAllowPolicy, catalog.Subscription,
			catalog.KeyAlias, catalog.InlinePolicy, catalog.PolicyAttachment, catalog.Membership, catalog.EventSourceMapping, catalog.Pipe}, t.Kind)
	}, func(t catalog.Type, f catalog.Form) bool { return f.On != "" }},
	{"Role", func(t catalog.Type, f catalog.Form) bool {
		return slices.Contains([]catalog.Kind{catalog.Function, catalog.Pipe, catalog.Runner}, t.Kind)
	}, func(t catalog.Type, f catalog.Form) bool { return f.Role != "" }},
	{"RoleOf", func(t catalog.Type, f catalog.Form) bool {
		return t.Kind == catalog.EventSourceMapping
	}, func(t catalog.Type, f catalog.Form) bool { return f.RoleOf != "" }},
	{"Role or RoleOf", func(t catalog.Type, f catalog.Form) bool {
		return slices.ContainsFunc(f.Targets, func(target catalog.Target) bool { return t.By(f, target) == service.ByRole })
	}, func(t catalog.Type, f catalog.Form) bool { return f.Role != "" || f.RoleOf != "" }},
	{"Targets", func(t catalog.Type, f catalog.Form) bool {
		return t.Kind == catalog.Publisher
	}, func(t catalog.Type, f catalog.Form) bool { return len(f.Targets) > 0 }},
	{"Service with a row", func(t catalog.Type, f catalog.Form) bool {
		return t.Kind != catalog.Runner && (len(f.Targets) > 0 || f.Role != "" || f.RoleOf != "")
	}, func(t catalog.Type, f catalog.Form) bool { _, ok := service.LookUp(t.Service); return ok }},
	{"Service", func(t catalog.Type, f catalog.Form) bool {
		return t.Kind == catalog.Runner
	}, func(t catalog.Type, f catalog.Form) bool { return strings.HasSuffix(t.Service, ".amazonaws.com") }},
}

// made reports whether a topology holds what is of the kind, so that others refer to it.
func made(k catalog.Kind) bool {
	return slices.Contains([]catalog.Kind{catalog.Topic, catalog.Queue, catalog.Key, catalog.Role, catalog.User, catalog.Group, catalog.ManagedPolicy, catalog.Function}, k)
}

func cloudFormation(f catalog.Form) bool { return strings.Contains(f.Type, "::") }

func mentions(f catalog.Form, word string) bool {
	if strings.Contains(f.Ref+f.Source, word) {
		return true
	}
	for _, form := range f.Attributes {
		if strings.Contains(form, word) {
			return true
		}
	}
	return false
}

func TestRowsAreWhole(t *testing.T) {
	t.Parallel()
	types := map[string]bool{}
	for _, row := range catalog.All() {
		if row.Name == "" || row.Kind == "" {
			t.Errorf("%s%s: no Name or no Kind", row.CloudFormation.Type, row.Terraform.Type)
		}
		if row.CloudFormation.Type == "" && row.Terraform.Type == "" {
			t.Errorf("%s: no Type", row.Name)
		}
		for _, f := range []catalog.Form{row.CloudFormation, row.Terraform} {
			if f.Type == "" {
				if len(f.Targets) > 0 || f.Name != "" {
					t.Errorf("%s: a form without a Type", row.Name)
				}
				continue
			}
			if types[f.Type] {
				t.Errorf("%s: there twice", f.Type)
			}
			types[f.Type] = true
			for _, c := range columns {
				if c.needed(row, f) && !c.there(row, f) {
					t.Errorf("%s: no %s", f.Type, c.name)
				}
			}
		}
	}
	if len(types) < 50 {
		t.Errorf("%d types", len(types))
	}
}

func TestTargetsAreReadable(t *testing.T) {
	t.Parallel()
	property := regexp.MustCompile(`^[A-Za-z0-9_]+$`)
	for _, row := range catalog.All() {
		for _, f := range []catalog.Form{row.CloudFormation, row.Terraform} {
			for _, target := range f.Targets {
				if strings.TrimSpace(target.At) == "" {
					t.Errorf("%s: a target has no At", f.Type)
				}
				for _, key := range strings.FieldsFunc(target.At, func(r rune) bool { return r == '.' || r == ' ' }) {
					if cloudFormation(f) && key == "*" {
						continue
					}
					if !cloudFormation(f) {
						key = strings.TrimSuffix(key, "[]")
					}
					if !property.MatchString(key) {
						t.Errorf("%s: At %q: %q is no property", f.Type, target.At, key)
					}
				}
				if p, v, ok := strings.Cut(target.Where, "="); target.Where != "" && (!ok || p == "" || v == "") {
					t.Errorf("%s: Where %q, want property=value", f.Type, target.Where)
				}
				if row.By(f, target) == 0 {
					t.Errorf("%s: the row of %s does not say who calls %s", f.Type, row.Service, target.At)
				}
			}
		}
	}
}

// A word that no reader knows would be taken for a property.
func TestFormsHaveKnownWords(t *testing.T) {
	t.Parallel()
	words := []string{"partition", "region", "account", "name", "arn", "id", "url", "path", "bus/", "bus|", "group", "function", "rule"}
	braces := regexp.MustCompile(`\{([^}]*)\}`)
	for _, row := range catalog.All() {
		for _, f := range []catalog.Form{row.CloudFormation, row.Terraform} {
			forms := []string{row.ARN, f.Ref}
			for _, form := range f.Attributes {
				forms = append(forms, form)
			}
			for _, m := range braces.FindAllStringSubmatch(strings.Join(forms, " "), -1) {
				if !slices.Contains(words, m[1]) {
					t.Errorf("%s: {%s} is no word of a form", f.Type, m[1])
				}
			}
		}
	}
}
