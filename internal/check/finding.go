package check

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
)

// A Severity says how bad a finding is.
type Severity string

// The severities.
const (
	Error   Severity = "error"   // a message is lost, or a call is denied
	Warning Severity = "warning" // a grant is wider than needed, or something is risky, or AWS's pages leave it open
	Info    Severity = "info"    // something could not be decided, or is AWS's default and could be better
)

// Severities lists all severities, the worst first.
var Severities = []Severity{Error, Warning, Info}

// AtLeast reports whether s is as bad as min or worse.
func (s Severity) AtLeast(min Severity) bool { return s.rank() >= min.rank() }

func (s Severity) rank() int {
	switch s {
	case Error:
		return 2
	case Warning:
		return 1
	}
	return 0
}

// A Finding is one thing that is wrong. It holds all that renderers show.
type Finding struct {
	Rule     string
	Severity Severity
	// Message is one sentence without a period that names both ends of the hop. This and Advice are for [text.IDs] or [text.Paths].
	Message string
	At      topology.Position
	// In is the kind of the topology, such as "terraform": the language that its mends are to be written in.
	In string
	// Hop is the broken hop; nil if the finding is about a resource or document alone.
	Hop *Hop
	// Fix holds the smallest statements that mend it, if any do. Advice says in words what to do.
	Fix    []Fix
	Advice string
	// Changes of properties mend it too, if there are any, and are what --fix writes.
	Changes []Change
	// Evidence is what was seen of the messages that the finding is about, in an account.
	Evidence []topology.Evidence
	// Others are the findings of other hops that have the same cause, and that Fix mends too.
	Others []Finding
	// Help and AWS are the addresses of the rule's page and of the AWS page behind the rule.
	Help, AWS string

	// Elements are what the finding is about. Each of them may suppress it.
	Elements []*topology.Element
	// Scenario says under which assumption about unknown conditions the finding holds; empty means always.
	Scenario string
	rule     *Rule
	count    int // number of scenarios that have the finding
	// Suppressed is the reason why the finding is accepted; empty if it is not. Outside says that the reason is not in the file.
	Suppressed string
	Outside    bool
}

// A Change gives a resource of the file a property.
type Change struct {
	Element  *topology.Element
	Property string
	Value    any // a bool, int, string or map of strings; nil takes the property away
}

// Key identifies the finding from one check to the next, when it may have moved to another line.
func (f *Finding) Key() string { return findingKey(f.Rule, f.At.File, f.Message) }

func findingKey(rule, file, message string) string {
	return rule + "\x00" + file + "\x00" + text.IDs(message)
}

// Names returns the resources that the finding names and whose CDK constructs are known.
func (f *Finding) Names() []text.Name {
	sentences := f.Message + f.Advice
	for _, fix := range f.Fix {
		sentences += fix.Of
	}
	for _, f := range append([]*Finding{f}, f.others()...) {
		sentences += f.Message
		if f.Hop != nil {
			sentences += f.Hop.From.Label() + f.Hop.To.Label()
		}
	}
	return text.Names(sentences)
}

// suppress sets Suppressed if one of the elements accepts the finding, or the rule's findings are accepted.
func (f *Finding) suppress(accepted map[string]string) {
	f.Suppressed = accepted[f.Rule]
	f.Outside = f.Suppressed != ""
	for _, e := range f.Elements {
		for _, s := range e.Suppressions {
			if s.Rule == f.Rule && strings.TrimSpace(s.Reason) != "" {
				f.Suppressed, f.Outside = s.Reason, false
			}
		}
	}
}

// advise adds to the advice; "" adds nothing.
func (f *Finding) advise(what string) {
	if f.Advice != "" && what != "" {
		f.Advice += "; "
	}
	f.Advice += what
}

func (f *Finding) others() []*Finding {
	var all []*Finding
	for i := range f.Others {
		all = append(all, &f.Others[i])
	}
	return all
}

// Undecided reports whether the finding is about a hop that could not be decided.
func (f *Finding) Undecided() bool { return f.rule.undecided }
