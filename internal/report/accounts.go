package report

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"

	"github.com/hopgrant/hopgrant/internal/organization"
	"github.com/hopgrant/hopgrant/internal/value"
)

// AccountsJSON returns the summary of many accounts as JSON.
func AccountsJSON(s *organization.Summary) []byte { return plainJSON(value.EncodeJSON(s, "  ")) }

// mostCounts is how many lines of one kind the text of a summary has; the JSON has all.
const mostCounts = 20

// AccountsText returns the summary of many accounts for people. folder is where the findings are, and tag names the owner.
func AccountsText(s *organization.Summary, folder, tag string, style Style) []byte {
	var b bytes.Buffer
	for _, f := range failures(s) {
		fmt.Fprintln(&b, style.wrap(style.paint(yellow, "not read")+": "+clean(strings.Join(f.places, ", ")+": "+f.reason), "", "    "))
	}
	if b.Len() > 0 {
		b.WriteByte('\n')
	}
	for _, by := range []struct {
		what string
		all  []organization.Count
	}{{"rule", s.ByRule}, {"account", s.ByAccount}, {"owner, the tag " + tag, s.ByOwner}} {
		countsText(&b, by.what, by.all, style)
	}
	if s.Gaps > 0 {
		fmt.Fprintf(&b, "%s: %s not answered: what hangs on them is unknown, and named in the findings\n", style.paint(dim, "note"), were(s.Gaps, "call"))
	}
	if s.EvidenceGaps > 0 {
		fmt.Fprintf(&b, "%s: %s of evidence and owners not answered, on which no verdict hangs\n", style.paint(dim, "note"), were(s.EvidenceGaps, "call"))
	}
	for _, n := range []string{"the service and resource control policies above the accounts were not looked at: they may deny what policies allow",
		"policies of VPC endpoints were not looked at: they may deny calls that come through an endpoint"} {
		fmt.Fprintf(&b, "%s: %s\n", style.paint(dim, "note"), n)
	}
	b.WriteByte('\n')
	fmt.Fprintln(&b, style.wrap(accountsTotals(s, folder), "", "  "))
	return noCommands(b.Bytes())
}

func were(n int, what string) string {
	if n == 1 {
		return "1 " + what + " was"
	}
	return count(n, what) + " were"
}

func accountsTotals(s *organization.Summary, folder string) string {
	var found []string
	for _, of := range []struct {
		n    int
		what string
	}{{s.Errors, "error"}, {s.Warnings, "warning"}, {s.Infos, "info"}} {
		if of.n > 0 {
			found = append(found, count(of.n, of.what))
		}
	}
	text := cmp.Or(strings.Join(found, ", "), "nothing found") + fmt.Sprintf(" in %d of %s of %s", s.Read, count(s.Regions, "Region"), count(s.Accounts, "account"))
	if s.Reused > 0 {
		text += fmt.Sprintf(", %d of them read before", s.Reused)
	}
	text += ": " + hopCounts(summaryJSON{Hops: s.Hops.All(), OK: s.Hops.OK, Broken: s.Hops.Broken, Unknown: s.Hops.Unknown})
	if n := s.Crossing.All(); n > 0 {
		text += "; of them cross accounts " + hopCounts(summaryJSON{Hops: n, OK: s.Crossing.OK, Broken: s.Crossing.Broken, Unknown: s.Crossing.Unknown})
	}
	return text + extra(summaryJSON{Suppressed: s.Suppressed, Known: s.Known}) + "; the findings are in " + clean(folder)
}

// countsText writes the counts of findings by one of their properties.
func countsText(b *bytes.Buffer, what string, all []organization.Count, style Style) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintf(b, "%s\n", style.paint(bold, "by "+clean(what)))
	shown := all[:min(len(all), mostCounts)]
	width := 0
	for _, one := range shown {
		width = max(width, columns(clean(cmp.Or(one.Name, nobody))))
	}
	for _, one := range shown {
		name := clean(cmp.Or(one.Name, nobody))
		fmt.Fprintf(b, "  %s%s", name, strings.Repeat(" ", width-columns(name)))
		for _, of := range []struct {
			n           int
			what, color string
		}{{one.Errors, "error", red}, {one.Warnings, "warning", yellow}, {one.Infos, "info", blue}} {
			if of.n > 0 {
				fmt.Fprintf(b, "  %s", style.paint(of.color, count(of.n, of.what)))
			}
		}
		b.WriteByte('\n')
	}
	if more := len(all) - len(shown); more > 0 {
		fmt.Fprintf(b, "  and %d more in summary.json\n", more)
	}
	b.WriteByte('\n')
}

// nobody stands for the owner of what has none.
const nobody = "no owner"

// A failedReason is one for which places were not read.
type failedReason struct {
	places []string
	reason string
}

// failures returns why accounts were not read, each reason once, with the Regions behind the account.
func failures(s *organization.Summary) []failedReason {
	var all []failedReason
	index := map[string]int{}
	add := func(place, reason string) {
		i, there := index[reason]
		if !there {
			i = len(all)
			index[reason], all = i, append(all, failedReason{reason: reason})
		}
		all[i].places = append(all[i].places, place)
	}
	for i := 0; i < len(s.Failed); {
		first := s.Failed[i]
		regions := []string{}
		for ; i < len(s.Failed) && s.Failed[i].Account == first.Account && s.Failed[i].Reason == first.Reason; i++ {
			regions = append(regions, cmp.Or(s.Failed[i].Region, "roles and users"))
		}
		add(first.Account+" ("+strings.Join(regions, ", ")+")", first.Reason)
	}
	for _, i := range s.Inactive {
		add(i.Account, "the account's state is "+i.State)
	}
	return all
}
