package diagnose

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
)

// Of a text of more than maxWhole bytes, only what is near the marks of messages is searched for them, and of that at most maxNear
// bytes. Such a text is a log, in which no window has broken the words.
const (
	maxWhole = 64 << 10
	maxNear  = 256 << 10
)

// marks are words of the messages, one in each of them.
var marks = text.WhenUsed(`not authorized|authorization|ciphertext|denied|(?i:kms)|destination configurations|execution role`)

// near returns the parts of a log that are near marks of messages.
func near(s string) string {
	if len(s) <= maxWhole {
		return s
	}
	var b strings.Builder
	end := 0
	for b.Len() < maxNear {
		m := marks().FindStringIndex(s[end:])
		if m == nil {
			break
		}
		from, to := max(end, end+m[0]-2*around), min(len(s), end+m[1]+2*around)
		b.WriteString(s[from:to])
		if end = to; end < len(s) {
			b.WriteString("\n\n")
		}
	}
	return b.String()
}

// A message is a form of sentence by which AWS says that a call failed.
type message struct {
	form *Form
	find func() *regexp.Regexp
	// read returns what a match says; m are the texts of the groups, and end is what follows the match.
	read func(m []string, end string) denial
}

// maxMessages is the number of messages of one form that are read in a text.
const maxMessages = 500

// around is how much of the text before and after a message is looked at for the call that failed, in bytes: SDKs name it there.
const around = 700

// inMessages returns the denials that messages in a text tell of, in the order of the text.
func inMessages(s string) []denial {
	s = joined(near(s))
	type place struct {
		at int
		d  denial
	}
	var all []place
	rest := []byte(s) // what no message has covered
	for _, m := range messages {
		found := m.find().FindAllSubmatchIndex(rest, maxMessages)
		for _, at := range found {
			groups := make([]string, len(at)/2)
			for i := range groups {
				if at[2*i] >= 0 {
					groups[i] = s[at[2*i]:at[2*i+1]]
				}
			}
			d := m.read(groups, s[at[1]:min(len(s), at[1]+400)])
			d.form = m.form
			from, to := max(0, at[0]-around), min(len(s), at[1]+around)
			if len(found) == 1 && len(s) <= maxWhole {
				from, to = 0, len(s)
			}
			d.wrapped(s[from:to])
			all = append(all, place{at[0], d})
		}
		for _, at := range found {
			blank(rest, max(0, at[0]-200), min(len(rest), at[1]+400))
		}
	}
	slices.SortStableFunc(all, func(a, b place) int { return cmp.Compare(a.at, b.at) })
	denials := make([]denial, len(all))
	for i := range all {
		denials[i] = all[i].d
		denials[i].settle()
	}
	return denials
}

// blank covers a part of a text, so that no other message is found in what belongs to one.
func blank(s []byte, from, to int) {
	for i := from; i < to; i++ {
		s[i] = ' '
	}
}

// wraps are the breaks of lines within an ARN or URL that a narrow window makes: what comes before is incomplete, or ends with
// what the name goes on after.
var wraps = text.WhenUsed(`((?:arn:aws|https://)[^\s"'<>()]*)\n[ \t]*([^\s"'<>()]+)`)

// joined joins the lines that break an ARN or a URL, where the part before the break shows that there is more.
func joined(s string) string {
	for range 3 {
		before := s
		s = wraps().ReplaceAllStringFunc(s, func(m string) string {
			g := wraps().FindStringSubmatch(m)
			if open(g[1]) && !strings.HasPrefix(g[2], "arn:") {
				return g[1] + g[2]
			}
			return m
		})
		if s == before {
			break
		}
	}
	return s
}

// open reports whether what a line ends with goes on in the next.
func open(s string) bool {
	if strings.HasPrefix(s, "https://") {
		return strings.HasSuffix(s, "/") && strings.Count(s, "/") > 3 || strings.HasSuffix(s, "-") || strings.HasSuffix(s, ".")
	}
	var a text.ARN
	a.Set(s)
	last := a.Parts[a.N-1]
	id, isKey := strings.CutPrefix(last, "key/")
	return !a.OK() || last == "" || strings.ContainsRune("-_/.", rune(s[len(s)-1])) || isKey && len(id) < 36
}

// phrase returns an expression for a sentence with line breaks anywhere in it.
func phrase(s string) string {
	var b strings.Builder
	for i, r := range strings.ReplaceAll(s, " ", "") {
		if i > 0 {
			b.WriteString(`\s*`)
		}
		b.WriteString(regexp.QuoteMeta(string(r)))
	}
	return `(?:` + b.String() + `)`
}

// word is what an ARN, a URL or a name may be made of in a message; cut is what marks that something was left out.
const word = `[^\s"'<>(),;\\\x60]+`

// trimmed returns a word without the punctuation after it; empty if the text was cut within it.
func trimmed(s string) string {
	s = strings.TrimLeft(s, "`*")
	if strings.HasSuffix(s, "...") || strings.HasSuffix(s, "…") {
		return ""
	}
	return strings.TrimRight(s, ".:!?`*\\")
}

// messages are tried in this order; what one has covered is not looked at again.
var messages = []message{
	{notAuthorized, text.WhenUsed(`(?:(?:User|Resource|Principal|Role)\s*:\s*)?(` + word + `)\s+` + phrase("is not authorized to perform") + `\s*:?\s*(` + word + `)` +
		`\s+` + phrase("on") + `\s*(` + phrase("the resource associated with this ciphertext") + `|` + phrase("resource") + `\s*:?\s*(\[?` + word + `)?)`), readNotAuthorized},
	{notAuthorized, text.WhenUsed(`(?:(?:User|Resource|Principal|Role)\s*:\s*)?(` + word + `)\s+` + phrase("is not authorized to perform") + `\s*:?\s*(` + word + `)`), readNotAuthorized},
	{alarmAction, text.WhenUsed(phrase("Failed to execute action") + `\s*(` + word + `)[\s.]*` + phrase("Received error") + `\s*:?\s*(.{0,400})`), readAlarmAction},
	{alarmAction, text.WhenUsed(phrase("CloudWatch Alarms does not have authorization to access the SNS topic encryption key")), func([]string, string) denial {
		return denial{byService: "cloudwatch.amazonaws.com", api: "sns", kms: kmsDenied}
	}},
	{destination, text.WhenUsed(phrase("Unable to validate the following destination configurations")), readDestination},
	{executionRole, text.WhenUsed(phrase("The") + `\s*(?:provided|function)\s*` + phrase("execution role does not have permissions to call") + `\s*(\w+)\s*` + phrase("on SQS")),
		func(m []string, _ string) denial { return denial{lambda: true, api: "sqs", operation: m[1]} }},
	{hiddenKey, text.WhenUsed(phrase("The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access")),
		func([]string, string) denial { return denial{kms: kmsHidden} }},
	{accessToResource, text.WhenUsed(phrase("Access to the resource") + `\s*(` + word + `)?\s*` + phrase("is") + "\\s*`?" + phrase("denied")), readAccessToResource},
	{kmsCode, faults[0].code, readCode}, {kmsCode, faults[1].code, readCode}, {kmsCode, faults[2].code, readCode}, {kmsCode, faults[3].code, readCode},
	{kmsCode, faults[4].code, readCode}, {kmsCode, faults[5].code, readCode}, {kmsCode, faults[6].code, readCode},
}

func readCode(m []string, _ string) denial { return denial{kms: faultIn(m[0])} }

func readNotAuthorized(m []string, end string) denial {
	d := denial{caller: trimmed(m[1]), action: trimmed(m[2])}
	if len(m) > 3 {
		d.resource = trimmed(m[4])
		if m[4] == "" && strings.HasPrefix(m[3], "the") {
			d.kms = kmsHidden
		}
	}
	d.reason(end)
	return d
}

func readAlarmAction(m []string, _ string) denial {
	d := denial{byService: "cloudwatch.amazonaws.com", api: "sns", operation: "Publish", topic: trimmed(m[1])}
	if !isOf(m[1], "sns") {
		d.elsewhere = "an alarm's action that publishes to no topic failed"
	}
	d.kms = faultIn(m[2])
	return d
}

// mentioned are the ARNs of topics and queues in a message of S3.
var mentioned = text.WhenUsed(`arn:aws[a-z-]*:(?:sns|sqs|lambda):` + word)

func readDestination(_ []string, end string) denial {
	d := denial{byService: "s3.amazonaws.com", tested: true}
	if arn := mentioned().FindString(end); arn != "" {
		switch arn = trimmed(arn); {
		case strings.Contains(arn, ":lambda:"):
			d.elsewhere = "S3 does not notify a function"
		case isOf(arn, "sns"):
			d.topic, d.api = arn, "sns"
		default:
			d.queue, d.api = arn, "sqs"
		}
	}
	return d
}

func readAccessToResource(m []string, _ string) denial {
	d := denial{api: "sqs", queue: trimmed(m[1])}
	if strings.Contains(m[1], "sns.") {
		d.api = "sns"
	}
	return d
}
