package check

import (
	"slices"

	"github.com/hopgrant/hopgrant/policygen"
)

// grouped returns findings, in their order by position, with those of one cause as one: a policy that lacks statements for several
// hops is to be mended once. The first stands for the others, which it has in Others, and its fix mends all.
func grouped(findings []Finding) []Finding {
	var all []Finding
	for _, f := range findings {
		i := len(all) - 1
		for i >= 0 && all[i].At == f.At && !all[i].sameCause(&f) {
			i--
		}
		if i < 0 || all[i].At != f.At {
			all = append(all, f)
			continue
		}
		g := &all[i]
		for j := range g.Fix {
			g.Fix[j].Document.Statements = joined(g.Fix[j].Document.Statements, f.Fix[j].Document.Statements)
		}
		for _, c := range f.Changes {
			if !slices.ContainsFunc(g.Changes, func(have Change) bool { return have.Element == c.Element && have.Property == c.Property }) {
				g.Changes = append(g.Changes, c)
			}
		}
		g.Others = append(g.Others, f)
	}
	return all
}

// sameCause reports whether the findings are about hops that the same change at the same place mends.
func (f *Finding) sameCause(other *Finding) bool {
	return f.Rule == other.Rule && f.At == other.At && f.Severity == other.Severity && f.Scenario == other.Scenario && f.Advice == other.Advice &&
		f.Hop != nil && other.Hop != nil && !f.rule.undecided && (len(f.Fix) > 0 || f.Hop.About() == other.Hop.About()) &&
		slices.EqualFunc(f.Fix, other.Fix, func(a, b Fix) bool { return a.On == b.On && a.Of == b.Of })
}

// joined returns statements with more of them. Two that differ in their resources alone, or in the sources that they are for, become
// one.
func joined(statements, more []policygen.Statement) []policygen.Statement {
	all := slices.Clone(statements)
	find := func(st policygen.Statement, part func(policygen.Statement) string) int {
		want := part(st)
		return slices.IndexFunc(all, func(s policygen.Statement) bool { return part(s) == want })
	}
	for _, st := range more {
		if find(st, content) >= 0 {
			continue
		}
		if i := find(st, withoutSources); i >= 0 && sourcesOf(st) != nil {
			all[i].Condition = withSources(all[i].Condition, appendNewAll(sourcesOf(all[i]), sourcesOf(st)))
		} else if i := find(st, withoutResource); i >= 0 {
			all[i].Resource = appendNewAll(all[i].Resource, st.Resource)
		} else {
			all = append(all, st)
		}
	}
	return uniqueSids(all)
}

func appendNewAll(all, more []string) []string {
	all = slices.Clone(all)
	for _, s := range more {
		all = appendNew(all, s)
	}
	return all
}

func withoutResource(s policygen.Statement) string {
	s.Resource = nil
	return content(s)
}

func withoutSources(s policygen.Statement) string {
	s.Condition = withSources(s.Condition, nil)
	return content(s)
}

// sourcesOf returns the ARNs that a statement is for.
func sourcesOf(s policygen.Statement) []string {
	for _, keys := range s.Condition {
		if sources := keys["aws:SourceArn"]; sources != nil {
			return sources
		}
	}
	return nil
}

// withSources returns a condition with other sources, for statements that are for some.
func withSources(c policygen.Condition, sources []string) policygen.Condition {
	out := make(policygen.Condition, len(c))
	for op, keys := range c {
		out[op] = make(map[string][]string, len(keys))
		for k, v := range keys {
			if k == "aws:SourceArn" {
				v = sources
			}
			out[op][k] = v
		}
	}
	return out
}
