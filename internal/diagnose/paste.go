package diagnose

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/value"
)

// maxText is the size in bytes of the largest text that is read, also after it is decompressed. A file of CloudTrail has at
// most 50 MB.
const maxText = 64 << 20

// maxDenials is the number of denials that are read in one text. More of them are not another cause.
const maxDenials = 10_000

// A paste is a text as it was pasted, and the JSON values in it.
type paste struct {
	text   string
	rest   string        // the text without the JSON values
	values []value.Value // the objects and lists that the text is made of; none if it is no JSON
	found  []denial
	// ofRecords says that the denials were found in records.
	ofRecords bool
	// passed says of records that were recognized and tell of no denial what they tell.
	passed string
}

// newPaste reads a text.
func newPaste(data []byte) (*paste, error) {
	if bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		r, err := gzip.NewReader(bytes.NewReader(data))
		if err == nil {
			data, err = io.ReadAll(io.LimitReader(r, maxText+1))
		}
		if err != nil {
			return nil, fmt.Errorf("it is compressed with gzip, and cannot be decompressed: %w", err)
		}
	}
	if len(data) > maxText {
		return nil, fmt.Errorf("it is larger than %d MB, want a part of it", maxText>>20)
	}
	p := &paste{text: withoutSecrets(straight(strings.ToValidUTF8(string(data), "\ufffd")))}
	if len(strings.TrimSpace(p.text)) == 0 {
		return nil, fmt.Errorf("it is empty, want a log, an error message or an event")
	}
	p.values, p.rest = jsonIn(p.text)
	return p, nil
}

// straighten replaces what word processors, chat programs and quoting make of plain text. Letters of the text stay.
var straighten = strings.NewReplacer(
	"„", `"`, "“", `"`, "”", `"`, "‟", `"`, "»", `"`, "«", `"`, "″", `"`, "&quot;", `"`, "&#34;", `"`,
	"‚", "'", "‘", "'", "’", "'", "‛", "'", "›", "'", "‹", "'", "&#39;", "'", "&apos;", "'",
	"&lt;", "<", "&gt;", ">", "&amp;", "&",
	"\u00a0", " ", "\u202f", " ", "\u200b", "", "\u2060", "", "\u00ad", "", "\ufeff", "", "\r\n", "\n", "\r", "\n",
	"\u2010", "-", "\u2011", "-",
)

// quoted begins the lines of a quotation in Markdown or a mail, and of the frame that Terraform draws around errors.
var quoted = text.WhenUsed(`(?m)^[ \t]*(?:[>│╷╵][ \t]?)+`)

func straight(s string) string { return quoted().ReplaceAllString(straighten.Replace(s), "") }

// secrets are identifiers of access keys, and what is as long as session tokens and signatures. Messages have them by accident.
//
// [Unique identifiers]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
var secrets = text.WhenUsed(`\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,}\b|[A-Za-z0-9+/=_%-]{150,}`)

func withoutSecrets(s string) string { return secrets().ReplaceAllString(s, "<left-out>") }

// jsonIn returns the objects and lists that a text is made of: one, several after another, or those that lines of other text begin.
// The rest is the text without them.
func jsonIn(s string) (all []value.Value, rest string) {
	// What looks like JSON and is none is read in vain, and may be read again from its next line on: that has an end.
	budget := int64(len(s)) + 1<<20
	var b strings.Builder
	for len(s) > 0 && len(all) < maxDenials && budget > 0 {
		i := strings.IndexAny(s, "{[")
		if i < 0 {
			break
		}
		b.WriteString(s[:i])
		s = s[i:]
		dec := json.NewDecoder(strings.NewReader(s))
		var raw json.RawMessage
		end := 0
		if err := dec.Decode(&raw); err != nil {
			budget -= dec.InputOffset() + int64(dec.Buffered().(*bytes.Reader).Len())
			// No JSON begins here: it may begin on another line.
			if end = strings.IndexByte(s, '\n') + 1; end == 0 {
				break
			}
			b.WriteString(s[:end])
		} else {
			end = int(dec.InputOffset())
			if v, problems := value.ReadJSON("", raw); len(problems) == 0 && (v.Kind == value.Object || len(v.Items) > 0) {
				all = append(all, v)
			} else {
				b.WriteString(s[:end])
			}
		}
		s = s[end:]
	}
	b.WriteString(s)
	return all, b.String()
}

// denials returns the denials in the text. The forms of records are tried first: a record tells more than the message in it.
func (p *paste) denials() []denial {
	for i := range p.values {
		p.read(p.values[i], 0)
	}
	p.ofRecords = len(p.found) > 0
	switch {
	case p.ofRecords || p.passed != "":
		// What stands beside records is another text.
		p.found = append(p.found, inMessages(p.rest)...)
	case p.cutRecord():
	default:
		p.found = inMessages(p.text)
	}
	return p.found
}

// read reads the records that a value is or holds, to the depth of what tools and services wrap around them.
func (p *paste) read(v value.Value, depth int) {
	if depth > 6 || len(p.found) >= maxDenials {
		return
	}
	for _, f := range recordForms {
		if v.Kind == value.Object && f.is(v) {
			for _, d := range f.read(v, p) {
				d.form = f.Form
				p.found = append(p.found, d)
			}
			return
		}
	}
	for _, m := range v.Members {
		// The AWS CLI and CloudWatch Logs have events as text.
		if inner := m.Value; inner.Kind == value.Text && (m.Key == "CloudTrailEvent" || m.Key == "message" || m.Key == "@message") {
			if values, _ := jsonIn(inner.Text); len(values) == 1 && strings.HasPrefix(strings.TrimSpace(inner.Text), "{") {
				p.read(values[0], depth+1)
			}
			continue
		}
		p.read(m.Value, depth+1)
	}
	for _, item := range v.Items {
		p.read(item, depth+1)
	}
}
