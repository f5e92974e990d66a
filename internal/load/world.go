package load

import (
	"slices"

	"github.com/hopgrant/hopgrant/internal/cfn"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
)

// links are what a template or assembly has for others, and what it needs of them: ARNs, which are known where account and Region are,
// and the names of exports.
type links struct{ has, needs map[string]bool }

// linksOf returns the links of a template or an assembly; none of anything else.
func linksOf(scenarios []*topology.Topology) links {
	l := links{map[string]bool{}, map[string]bool{}}
	for _, t := range scenarios {
		if t.Kind != "cloudformation" && t.Kind != "sam" && t.Kind != "cdk" {
			return links{}
		}
		for _, name := range t.Exports {
			l.has["export "+name] = true
		}
		for _, name := range t.Imports {
			l.needs["export "+name] = true
		}
		l.elements(t)
	}
	for name := range l.has {
		delete(l.needs, name)
	}
	return l
}

// elements adds what has ARNs, and what its policies name.
func (l *links) elements(t *topology.Topology) {
	for h := range t.Holders() {
		switch {
		case h.ARN == "" || text.Unresolved(h.ARN) || h.Key != nil && h.Key.AWSManaged != "":
		case h.Foreign:
			l.needs[h.ARN] = true
		default:
			l.has[h.ARN] = true
		}
		if h.Key == nil {
			l.documents(h.Policies())
		}
	}
}

// documents adds the queues, topics, roles and users that documents name.
func (l *links) documents(policies []*topology.Policy) {
	for _, p := range policies {
		for i := range p.Document.Statements {
			s := &p.Document.Statements[i]
			l.named(s.Resource)
			if s.Principal != nil {
				l.named(s.Principal.AWS)
			}
			for _, keys := range s.Condition {
				for _, values := range keys {
					l.named(values)
				}
			}
		}
	}
}

func (l *links) named(values []string) {
	for _, v := range values {
		if _, ok := text.SplitARN(v); ok && !text.Unresolved(v) && !text.IsPattern(v) {
			l.needs[v] = true
		}
	}
}

// readOnce leaves out what another one has too: of an assembly, the assemblies of its stages and its templates that are given beside
// it, of a template those of its nested stacks, and of whatever is given twice all but the first.
func readOnce[R any](results []result[R]) {
	files := make([]map[string]bool, len(results))
	having := map[string][]int{}
	for i, r := range results {
		files[i] = map[string]bool{}
		for _, s := range r.stacks {
			if file := value.RealPath(s.File); !files[i][file] {
				files[i][file] = true
				having[file] = append(having[file], i)
			}
		}
	}
	for i := range results {
		r := &results[i]
		if len(r.stacks) == 0 {
			continue
		}
		for _, a := range having[value.RealPath(r.stacks[0].File)] {
			better := len(files[a]) > len(files[i]) || results[a].assembly && !r.assembly || results[a].assembly == r.assembly && a < i
			if better && within(files[i], files[a]) {
				r.with, r.links = true, links{}
			}
		}
	}
}

// within reports whether all of one set are in the other.
func within(some, all map[string]bool) bool {
	for x := range some {
		if !all[x] {
			return false
		}
	}
	return true
}

// readTogether reads those templates again, as one world, of which one has what another needs. Where several have it, it is not
// known which one is meant, and whoever needs it is left alone.
func readTogether[R any](found []source, results []result[R], o Options, f func([]*topology.Topology) R) {
	for _, group := range groups(results) {
		paths := make([]string, len(group))
		for i, n := range group {
			paths[i] = found[n].path
		}
		all, _ := cfn.ReadTogether(paths, cfn.Options{Account: o.Account, Region: o.Region, StackName: o.StackName, Parameters: o.Parameters, Root: found[group[0]].root, Content: o.Content})
		if len(all) == 0 {
			continue // each of them has been read, and what is wrong with it is known
		}
		for _, n := range group[1:] {
			results[n].with = true
		}
		results[group[0]].value = f(all)
	}
}

// groups returns the results that belong together, each group in the order of the files.
func groups[R any](results []result[R]) [][]int {
	owners := map[string][]int{}
	for i := range results {
		for name := range results[i].links.has {
			owners[name] = append(owners[name], i)
		}
	}
	group := make([]int, len(results)) // the first of those that belong together
	for i := range group {
		group[i] = i
	}
	ambiguous := make([]bool, len(results))
	for i := range results {
		for name := range results[i].links.needs {
			ambiguous[i] = ambiguous[i] || len(owners[name]) > 1
		}
	}
	for i := range results {
		for name := range results[i].links.needs {
			if all := owners[name]; len(all) == 1 && !ambiguous[i] && !ambiguous[all[0]] {
				a, b := first(group, i), first(group, all[0])
				group[max(a, b)] = min(a, b)
			}
		}
	}
	members := make([][]int, len(results))
	for i := range group {
		group[i] = first(group, i)
		members[group[i]] = append(members[group[i]], i)
	}
	return slices.DeleteFunc(members, func(of []int) bool {
		return len(of) < 2 || slices.ContainsFunc(of, func(n int) bool { return sharesName(results[n].links, owners, group) })
	})
}

// first returns the first of those that belong together with i.
func first(group []int, i int) int {
	for group[i] != i {
		i = group[i]
	}
	return i
}

// sharesName reports whether two of one group have something of the same name, so that it would not be known which is meant.
func sharesName(l links, owners map[string][]int, group []int) bool {
	for name := range l.has {
		all := owners[name]
		for _, n := range all[1:] {
			if group[n] == group[all[0]] {
				return true
			}
		}
	}
	return false
}
