package account

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/region"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// Policy returns the smallest identity policy under which Read finds no gap, for the account, Regions, roles and evidence of
// the options. It is for whoever reads: with Options.Role, that is the role. An account or Region that the options do not name is
// a wildcard.
//
// A key policy that does not let the account's identity policies allow anything may still deny what is read of its key.
func Policy(o Options) policygen.Document {
	d := policygen.Document{Version: policygen.Version}
	for _, op := range operations {
		if op.Action == "" || !op.For.needed(o) {
			continue
		}
		resources := op.resources(o)
		i := slices.IndexFunc(d.Statements, func(s policygen.Statement) bool { return slices.Equal(s.Resource, resources) })
		if i < 0 {
			i = len(d.Statements)
			d.Statements = append(d.Statements, policygen.Statement{Effect: policygen.Allow, Resource: resources})
		}
		d.Statements[i].Action = append(d.Statements[i].Action, op.Action)
	}
	sids := map[string]int{} // each must be unique
	for i := range d.Statements {
		s := &d.Statements[i]
		slices.Sort(s.Action)
		s.Sid = sid(s)
		if sids[s.Sid]++; sids[s.Sid] > 1 {
			s.Sid = fmt.Sprint(s.Sid, sids[s.Sid])
		}
	}
	return d
}

// resources returns the ARNs that the action is on.
func (op operation) resources(o Options) []string {
	switch {
	case op.Resource == "*":
		return []string{"*"}
	case op.For == forOtherAccount:
		return slices.Sorted(maps.Values(o.Roles))
	}
	regions := o.regions()
	var arns []string
	for _, name := range regions {
		partition := "*"
		if name != "*" {
			partition = region.Partition(name)
		}
		arn := "arn:" + partition + ":" + strings.NewReplacer("{region}", name, "{account}", cmp.Or(o.account(), "*")).Replace(op.Resource)
		arns = append(arns, arn)
	}
	slices.Sort(arns)
	return slices.Compact(arns)
}

// regions returns the Regions that may be read, or a wildcard.
func (o Options) regions() []string {
	found := slices.Clone(o.Regions)
	for _, arn := range slices.Concat(o.Topics, o.Queues, o.Keys) {
		if at, _, ok := placeOf(arn); ok {
			found = append(found, at.region)
		}
	}
	if len(found) == 0 {
		return []string{"*"}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// account returns the number of the account that is read, if the options say it.
func (o Options) account() string {
	if parts, ok := text.SplitARN(o.Role); ok {
		return parts[4]
	}
	return o.Account
}

// sid names a statement after what its actions are on.
func sid(s *policygen.Statement) string {
	if s.Resource[0] == "*" {
		return "List"
	}
	service, _, _ := strings.Cut(s.Action[0], ":")
	if service == "sts" {
		return "AssumeRoles"
	}
	return "Read" + strings.ToUpper(service[:1]) + service[1:]
}
