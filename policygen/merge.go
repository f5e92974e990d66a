package policygen

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
)

// A draft is a statement on its way: sets in the order in which their members came.
type draft struct {
	sid        string
	kind       principalKind
	principals []string
	actions    []string
	resources  []string
	// A condition of one key, which is what can be united: its operator, key and values. Other conditions stand whole.
	operator, key string
	values        []string
	condition     Condition
}

// newDraft returns the statement that allows one grant.
func newDraft(g *grant) draft {
	d := draft{sid: g.sid, kind: g.kind, actions: []string{g.action}, resources: []string{g.resource},
		operator: g.operator, key: g.key, condition: g.condition}
	if g.kind != nobody {
		d.principals = []string{g.principal}
	}
	if g.operator != "" {
		d.values = []string{g.value}
	}
	return d
}

// statements returns the fewest statements that allow exactly the grants. Two statements become one only where they
// differ in nothing but their actions, one condition's values, their resources or their principals, since anything more
// would allow combinations that nobody asked for.
func statements(grants []grant) []Statement {
	grants = uncoveredGrants(grants)
	drafts := make([]draft, len(grants))
	for i := range grants {
		drafts[i] = newDraft(&grants[i])
	}
	drafts = merge(drafts, func(d *draft) string { return d.id(d.principals, nil, d.resources, d.values) },
		func(d *draft) *[]string { return &d.actions })
	for i := range drafts {
		if len(drafts[i].actions) > 1 {
			drafts[i].actions = inTableOrder(uncovered(drafts[i].actions))
		}
	}
	drafts = merge(drafts, func(d *draft) string { return d.id(d.principals, d.actions, d.resources, nil) },
		func(d *draft) *[]string { return &d.values })
	drafts = merge(drafts, func(d *draft) string { return d.id(d.principals, d.actions, nil, d.values) },
		func(d *draft) *[]string { return &d.resources })
	drafts = merge(drafts, func(d *draft) string { return d.id(nil, d.actions, d.resources, d.values) },
		func(d *draft) *[]string { return &d.principals })

	all := make([]Statement, len(drafts))
	given := map[string]int{}
	for i := range drafts {
		d := &drafts[i]
		all[i] = Statement{Sid: uniqueSid(d.sid, given), Effect: Allow, Principal: d.principal(), Action: d.actions, Resource: d.resources,
			Condition: d.whole()}
	}
	return all
}

// merge joins drafts of the same id into the first of them, uniting the sets that of returns.
func merge(drafts []draft, id func(*draft) string, of func(*draft) *[]string) []draft {
	if len(drafts) < 2 {
		return drafts
	}
	first := newIndex(len(drafts))
	members := make([]*index, 0, len(drafts)) // of the merged drafts' sets
	merged := drafts[:0]
	for i := range drafts {
		d := drafts[i]
		at, found := first.add(id(&d))
		if !found {
			merged, members = append(merged, d), append(members, nil)
			continue
		}
		into := of(&merged[at])
		if members[at] == nil {
			members[at] = newIndex(len(drafts))
			for _, v := range *into {
				members[at].add(v)
			}
			*into = slices.Clip(*into)
		}
		for _, v := range *of(&d) {
			if _, found := members[at].add(v); !found {
				*into = append(*into, v)
			}
		}
	}
	return merged
}

// An index numbers texts in the order in which they come. Most hold a few, which are found faster without a map.
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

// id returns what tells the draft from others, with nil for the set that may differ.
func (d *draft) id(principals, actions, resources, values []string) string {
	b := make([]byte, 0, 256)
	b = append(b, byte('0'+d.kind))
	for _, set := range [][]string{principals, actions, resources, values} {
		for _, v := range set {
			b = append(append(b, v...), 0)
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

// uncovered drops the actions that a wildcard among the others covers.
func uncovered(actions []string) []string {
	return slices.DeleteFunc(slices.Clone(actions), func(a string) bool {
		return slices.ContainsFunc(actions, func(b string) bool { return a != b && coversAction(b, a) })
	})
}

// inTableOrder sorts actions, so that what allows the same reads the same.
func inTableOrder(actions []string) []string {
	slices.SortStableFunc(actions, func(a, b string) int { return cmp.Compare(tableOrder[a], tableOrder[b]) })
	return actions
}

// tableOrder is where an action first stands in the table, whatever form of it is granted.
var tableOrder = func() map[string]int {
	order := map[string]int{}
	for i := len(table) - 1; i >= 0; i-- {
		order[table[i].action] = i
	}
	for i := range table {
		order[table[i].granted()] = order[table[i].action]
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

// uniqueSid returns sid, with a number behind it if it was given out before.
func uniqueSid(sid string, given map[string]int) string {
	given[sid]++
	if n := given[sid]; n > 1 {
		return sid + strconv.Itoa(n)
	}
	return sid
}
