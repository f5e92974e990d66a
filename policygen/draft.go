package policygen

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"

	"github.com/hopgrant/hopgrant/internal/kind"
)

// A draft is a statement under construction. Its sets keep the order in which their members were added.
type draft struct {
	sid        string
	kind       principalKind
	principals []string
	actions    []string
	resources  []string
	// A condition on one key, the only kind that can be merged, is operator, key and values. Any other is condition.
	operator, key string
	values        []string
	condition     Condition
}

// newDrafts returns a draft for each grant. The initial sets of one member share an array.
func newDrafts(grants []grant) []draft {
	drafts := make([]draft, len(grants))
	texts := make([]string, 0, 4*len(grants))
	one := func(s string) []string {
		texts = append(texts, s)
		return texts[len(texts)-1 : len(texts) : len(texts)]
	}
	for i := range grants {
		g := &grants[i]
		d := &drafts[i]
		d.sid, d.kind, d.operator, d.key, d.condition = g.row.sid, g.kind, g.operator, g.key, g.condition
		d.actions, d.resources = one(g.row.Granted()), one(g.resource)
		if g.kind != nobody {
			d.principals = one(g.principal)
		}
		if g.operator != "" {
			d.values = one(g.value)
		}
	}
	return drafts
}

// statements returns the fewest statements that allow exactly the grants. Two statements are merged only if they differ
// in nothing but their actions, the values of one condition, their resources or their principals: merging others would
// allow combinations that nobody asked for.
func statements(grants []grant) []Statement {
	drafts := fewest(newDrafts(uncoveredGrants(grants)))
	all := make([]Statement, len(drafts))
	given := map[string]int{}
	for i := range drafts {
		all[i] = drafts[i].statement(uniqueSid(drafts[i].sid, given))
	}
	return all
}

// fewest merges drafts as far as they allow the same together.
func fewest(drafts []draft) []draft {
	drafts = merge(drafts, theActions)
	for i := range drafts {
		if len(drafts[i].actions) > 1 {
			drafts[i].actions = inTableOrder(uncovered(drafts[i].actions))
		}
	}
	drafts = merge(drafts, theValues)
	drafts = merge(drafts, theResources)
	return merge(drafts, thePrincipals)
}

func (d *draft) statement(sid string) Statement {
	return Statement{Sid: sid, Effect: Allow, Principal: d.principal(), Action: d.actions, Resource: d.resources, Condition: d.whole()}
}

// A set is one of the sets of a draft.
type set int

const (
	theActions set = iota
	theValues
	theResources
	thePrincipals
)

// of returns the set of a draft.
func (s set) of(d *draft) *[]string {
	switch s {
	case theActions:
		return &d.actions
	case theValues:
		return &d.values
	case theResources:
		return &d.resources
	}
	return &d.principals
}

// merge joins drafts that differ only in one of their sets. The first of them gets the members of all.
func merge(drafts []draft, but set) []draft {
	if len(drafts) < 2 {
		return drafts
	}
	ids := newIndex(len(drafts))
	members := make([]*index, 0, len(drafts)) // the members of the merged drafts' sets
	merged := drafts[:0]
	for i := range drafts {
		d := drafts[i]
		at, found := ids.add(d.id(but))
		if !found {
			merged, members = append(merged, d), append(members, nil)
			continue
		}
		into := but.of(&merged[at])
		if members[at] == nil {
			members[at] = newIndex(len(drafts))
			for _, v := range *into {
				members[at].add(v)
			}
		}
		for _, v := range *but.of(&d) {
			if _, found := members[at].add(v); !found {
				*into = append(*into, v)
			}
		}
	}
	return merged
}

// id returns a text that drafts have in common exactly if they differ in no more than the one set.
func (d *draft) id(but set) string {
	b := make([]byte, 0, 256)
	b = append(b, byte('0'+d.kind))
	for s := theActions; s <= thePrincipals; s++ {
		if s != but {
			for _, v := range *s.of(d) {
				b = append(append(b, v...), 0)
			}
		}
		b = append(b, 1)
	}
	b = append(append(append(b, d.operator...), 0), d.key...)
	if d.condition != nil {
		text, err := json.Marshal(d.condition)
		if err != nil {
			panic("policygen: encoding strings failed: " + err.Error())
		}
		b = append(b, text...)
	}
	return string(b)
}

func (d *draft) whole() Condition {
	if d.operator == "" {
		return d.condition
	}
	return Condition{d.operator: {d.key: d.values}}
}

// uncovered returns the actions without those that a wildcard among them covers.
func uncovered(actions []string) []string {
	return slices.DeleteFunc(slices.Clone(actions), func(a string) bool {
		return slices.ContainsFunc(actions, func(b string) bool { return a != b && coversAction(b, a) })
	})
}

// inTableOrder sorts actions in place, so that equal sets read the same.
func inTableOrder(actions []string) []string {
	slices.SortStableFunc(actions, func(a, b string) int { return cmp.Compare(tableOrder[a], tableOrder[b]) })
	return actions
}

// tableOrder maps each action, in every form in which it is granted, to its first position in the table.
var tableOrder = func() map[string]int {
	order := map[string]int{}
	place := func(action string, i int) {
		if _, ok := order[action]; !ok {
			order[action] = i
		}
	}
	i := 0
	for _, k := range kind.All() {
		for c := range k.Calls {
			place(k.Calls[c].Action, i)
			i++
		}
	}
	for _, k := range kind.All() {
		for c := range k.Calls {
			order[k.Calls[c].Granted()] = order[k.Calls[c].Action]
		}
	}
	return order
}()

func (d *draft) principal() *Principals {
	switch d.kind {
	case awsPrincipal:
		return &Principals{AWS: d.principals}
	case servicePrincipal:
		return &Principals{Service: d.principals}
	}
	return nil
}

// uniqueSid returns sid, followed by a number if it was given out before.
func uniqueSid(sid string, given map[string]int) string {
	given[sid]++
	if n := given[sid]; n > 1 {
		return sid + strconv.Itoa(n)
	}
	return sid
}

// An index numbers texts in the order in which they are added. Most indexes hold a few texts, which are found faster
// without a map.
type index struct {
	few  []string
	many map[string]int
}

func newIndex(atMost int) *index {
	if atMost > 8 {
		return &index{many: make(map[string]int, atMost)}
	}
	return &index{few: make([]string, 0, atMost)}
}

// add returns the number of s, and whether it had one before.
func (x *index) add(s string) (number int, found bool) {
	if x.many != nil {
		if i, ok := x.many[s]; ok {
			return i, true
		}
		x.many[s] = len(x.many)
		return len(x.many) - 1, false
	}
	if i := slices.Index(x.few, s); i >= 0 {
		return i, true
	}
	x.few = append(x.few, s)
	return len(x.few) - 1, false
}
