package kind

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A column is a column of the table. wrong returns what is wrong with it in a record, or "".
type column struct {
	name  string
	wrong func(*Kind) string
}

var columns = []column{
	{"Name", func(k *Kind) string {
		return unless(regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`).MatchString(k.Name), "want lower case words with hyphens")
	}},
	{"Sid", func(k *Kind) string {
		return unless(regexp.MustCompile(`^[A-Z][A-Za-z0-9]*$`).MatchString(k.Sid), "want letters and digits, as IAM has it")
	}},
	{"From", func(k *Kind) string { return unless(isEnd(k.From), "want Caller, Topic, Queue or Destination") }},
	{"To", func(k *Kind) string { return unless(isEnd(k.To) && k.To != k.From, "want another end than From") }},
	{"By", func(k *Kind) string {
		switch {
		case k.By < SNS || k.By > IAMOrService:
			return "want who makes the calls"
		case k.By == SNS && k.From != Topic:
			return "SNS calls for its topic only, which is From"
		case k.By != SNS && k.From == Topic:
			return "only SNS takes messages from a topic"
		}
		return ""
	}},
	{"DeadLetters", func(k *Kind) string {
		return unless(k.DeadLetters == None || k.DeadLetters == k.From || k.DeadLetters == k.To, "it is none of the ends")
	}},
	{"FIFO", func(k *Kind) string {
		switch hasCaller := k.From == Caller || k.To == Caller; {
		case k.FIFO < AnyType || k.FIFO > StandardFromFIFO:
			return "want which types the ends may have"
		case hasCaller != (k.FIFO == AnyType):
			return "a caller has no type, and topics and queues have one"
		}
		return ""
	}},
	{"Calls", wrongCalls},
	{"Can", func(k *Kind) string { return wrongSentence(k.Can, !k.Once) }},
	{"Cannot", func(k *Kind) string { return wrongSentence(k.Cannot, !k.Once && k.By != SNS) }},
	{"Lost", func(k *Kind) string { return wrongSentence(k.Lost, !k.Once && k.By != IAM) }},
}

func unless(ok bool, wrong string) string {
	if ok {
		return ""
	}
	return wrong
}

func isEnd(p Part) bool { return slices.Contains([]Part{Caller, Topic, Queue, Destination}, p) }

func wrongCalls(k *Kind) string {
	if len(k.Calls) == 0 {
		return "there is none"
	}
	if first := k.Calls[0]; first.On == Destination || first.On != first.On.Owner() || first.Option != 0 || first.On != k.From && first.On != k.To {
		return "the first one is always made, on a topic or queue that is an end"
	}
	for _, c := range k.Calls {
		service := map[Part]string{Topic: "sns:", Queue: "sqs:", Destination: "sqs:"}[c.On]
		if c.On.Owner() != c.On {
			service = "kms:"
		}
		switch owner := c.On.Owner(); {
		case service == "" || !strings.HasPrefix(c.Action, service):
			return c.Action + " is no action on the part that On names"
		case owner != k.From && owner != k.To:
			return c.Action + " is on what is no end"
		case c.Grant != "" && !strings.HasPrefix(c.Grant, strings.TrimSuffix(c.Action, "*")):
			return "what is granted for " + c.Action + " does not cover it"
		case !strings.HasPrefix(c.Doc, "https://docs.aws.amazon.com/"):
			return c.Action + ` has the page "` + c.Doc + `"`
		}
	}
	return ""
}

var hole = regexp.MustCompile(`\{[^}]*\}`)

func wrongSentence(s Sentence, used bool) string {
	switch {
	case used != (s != ""):
		return "want it just where it is used"
	case s == "":
		return ""
	}
	for _, h := range hole.FindAllString(string(s), -1) {
		if h != "{from}" && h != "{to}" && h != "{caller}" {
			return h + " is no part that has a name"
		}
	}
	return unless(strings.Contains(string(s), "{to}") && strings.Contains(string(s), "{from}"), "it does not name both ends")
}

// TestRecordsAreComplete checks every column of every kind.
func TestRecordsAreComplete(t *testing.T) {
	seen := map[string]string{}
	for _, k := range All() {
		for _, c := range columns {
			if wrong := c.wrong(k); wrong != "" {
				t.Errorf("kind %s, column %s: %s", k.Name, c.name, wrong)
			}
		}
		for column, value := range map[string]string{"Name": k.Name, "Sid": "Sid " + k.Sid} {
			if other := seen[value]; other != "" {
				t.Errorf("kind %s, column %s: it is that of %s too", k.Name, column, other)
			}
			seen[value] = k.Name
		}
	}
	if len(All()) < 7 {
		t.Errorf("%d kinds", len(All()))
	}
}

// TestEveryColumnIsMissed checks that a record that lacks a column does not pass.
func TestEveryColumnIsMissed(t *testing.T) {
	complete := Of(Publish)
	for _, tt := range []struct {
		column string
		clear  func(*Kind)
	}{
		{"Name", func(k *Kind) { k.Name = "" }}, {"Sid", func(k *Kind) { k.Sid = "" }}, {"From", func(k *Kind) { k.From = None }},
		{"To", func(k *Kind) { k.To = None }}, {"By", func(k *Kind) { k.By = 0 }}, {"DeadLetters", func(k *Kind) { k.DeadLetters = QueueKey }},
		{"FIFO", func(k *Kind) { k.FIFO = 0 }}, {"Calls", func(k *Kind) { k.Calls = nil }}, {"Can", func(k *Kind) { k.Can = "" }},
		{"Cannot", func(k *Kind) { k.Cannot = "" }}, {"Lost", func(k *Kind) { k.Lost = "" }},
	} {
		k := *complete
		tt.clear(&k)
		i := slices.IndexFunc(columns, func(c column) bool { return c.name == tt.column })
		if i < 0 || columns[i].wrong(&k) == "" {
			t.Errorf("a record whose %s is missing passes", tt.column)
		}
	}
}

// TestTriggersAreUnique checks that the first call of a kind that IAM principals make identifies the kind.
func TestTriggersAreUnique(t *testing.T) {
	seen := map[string]string{}
	for _, k := range All() {
		if action := k.Calls[0].Action; !k.BySNS() && seen[action] != "" {
			t.Errorf("kind %s: its first call, %s, is that of %s too", k.Name, action, seen[action])
		} else if !k.BySNS() {
			seen[action] = k.Name
		}
	}
}

func TestUnknownKind(t *testing.T) {
	if k := Of("teleport"); k.Name != "" || len(k.Calls) != 0 || k.Resource() != None {
		t.Errorf("got %+v", k)
	}
}
