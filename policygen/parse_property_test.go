package policygen

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

// docGen makes random documents.
type docGen struct{ *rand.Rand }

func (g docGen) one(of ...string) string { return of[g.IntN(len(of))] }

func (g docGen) text() string {
	return g.one("a", "sqs:SendMessage", "*", "arn:aws:sqs:us-east-1:111122223333:orders", "${aws:username}", "${Token[TOKEN.12]}", "é", "日本", "😀",
		"<&>", "\u2028\u2029", "\"quoted\"", `back\slash`, "\x00\x1f\x7f", "\n\t", "", " ", "\u00ff", "\ufeff", fmt.Sprint(g.IntN(1000)), strings.Repeat("x", g.IntN(50)))
}

// texts returns a list, or nil for an absent element.
func (g docGen) texts(absent bool) []string {
	if absent {
		return nil
	}
	list := make([]string, g.IntN(4))
	for i := range list {
		list[i] = g.text()
	}
	return list
}

func (g docGen) principals() *Principals {
	if g.IntN(4) == 0 {
		return &Principals{Anyone: true}
	}
	absent := func() bool { return g.IntN(2) == 0 }
	return &Principals{AWS: g.texts(absent()), Service: g.texts(absent()), Federated: g.texts(absent()), CanonicalUser: g.texts(absent())}
}

func (g docGen) condition() Condition {
	c := Condition{}
	for range g.IntN(3) {
		keys := map[string][]string{}
		for i := range g.IntN(3) {
			// The number makes keys different: Parse refuses keys that differ only in case.
			keys[fmt.Sprint(g.text(), i)] = g.texts(false)
		}
		c[g.text()] = keys
	}
	return c
}

func (g docGen) statement() Statement {
	s := Statement{Sid: g.text(), Effect: Effect(g.one("Allow", "Deny"))}
	switch g.IntN(3) {
	case 0:
		s.Principal = g.principals()
	case 1:
		s.NotPrincipal = g.principals()
	}
	if g.IntN(2) == 0 {
		s.Action = g.texts(false)
	} else {
		s.NotAction = g.texts(false)
	}
	switch g.IntN(3) {
	case 0:
		s.Resource = g.texts(false)
	case 1:
		s.NotResource = g.texts(false)
	}
	if g.IntN(2) == 0 {
		s.Condition = g.condition()
	}
	return s
}

func (g docGen) document() Document {
	d := Document{Version: g.one("2012-10-17", "2008-10-17", ""), ID: g.text(), Statements: make([]Statement, g.IntN(4))}
	for i := range d.Statements {
		d.Statements[i] = g.statement()
	}
	return d
}

// eachDocument runs the test on many random documents. The name of a subtest holds its seed.
func eachDocument(t *testing.T, test func(t *testing.T, g docGen)) {
	for seed := range uint64(500) {
		if !t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) { test(t, docGen{rand.New(rand.NewPCG(seed, 1))}) }) {
			return
		}
	}
}

// TestParseOfMarshal checks that a written document is read back unchanged and written again byte for byte.
func TestParseOfMarshal(t *testing.T) {
	eachDocument(t, func(t *testing.T, g docGen) {
		d := g.document()
		text, err := d.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		for _, form := range [][]byte{text, []byte(d.String())} {
			got, err := Parse(form)
			if err != nil {
				t.Fatalf("%v in\n%s", err, form)
			}
			if !reflect.DeepEqual(got, d) {
				t.Fatalf("got  %#v\nwant %#v", got, d)
			}
			if again, err := got.MarshalJSON(); err != nil || !bytes.Equal(again, text) {
				t.Fatalf("written again: %v\n%s\nfirst:\n%s", err, again, text)
			}
		}
	})
}

// TestMarshalOfParse checks that encoding/json sees the same document before and after Parse and Marshal, apart from
// lists of one: however the document is written, nothing is lost, added or moved.
func TestMarshalOfParse(t *testing.T) {
	eachDocument(t, func(t *testing.T, g docGen) {
		var loose any
		text, err := g.document().MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &loose); err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		g.write(&b, loose)
		d, err := Parse(b.Bytes())
		if err != nil {
			t.Fatalf("%v in\n%s", err, b.Bytes())
		}
		var got any
		if err := json.Unmarshal([]byte(d.String()), &got); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(manyOf(got), manyOf(loose)) {
			t.Fatalf("got\n%s\nof\n%s", d, b.Bytes())
		}
	})
}

// write writes a JSON value in one of the many ways there are: members in any order, any white space, any escapes, and a
// list of one as its value or the other way round.
func (g docGen) write(b *bytes.Buffer, v any) {
	space := func() { b.WriteString(g.one("", "", " ", "\n", "\t", "\r\n")) }
	space()
	switch v := v.(type) {
	case map[string]any:
		b.WriteByte('{')
		first := true
		for k, member := range v { // in no order
			if !first {
				b.WriteByte(',')
			}
			first = false
			space()
			g.writeString(b, k)
			space()
			b.WriteByte(':')
			g.write(b, member)
		}
		b.WriteByte('}')
	case []any:
		if len(v) == 1 && g.IntN(2) == 0 {
			g.write(b, v[0])
			return
		}
		b.WriteByte('[')
		for i, item := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			g.write(b, item)
		}
		b.WriteByte(']')
	case string:
		g.writeString(b, v)
	}
	space()
}

func (g docGen) writeString(b *bytes.Buffer, s string) {
	if g.IntN(2) == 0 {
		text, _ := json.Marshal(s)
		b.Write(text)
		return
	}
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r < 0x10000:
			fmt.Fprintf(b, g.one(`\u%04x`, `\u%04X`), r)
		default:
			fmt.Fprintf(b, `\u%04x\u%04x`, 0xd800+(r-0x10000)>>10, 0xdc00+(r-0x10000)&0x3ff)
		}
	}
	b.WriteByte('"')
}

// manyOf makes a list of one of every string and every statement that stands alone.
func manyOf(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, member := range v {
			member = manyOf(member)
			_, isString := member.(string)
			_, isObject := member.(map[string]any)
			if isString && k != "Sid" && k != "Effect" && k != "Version" && k != "Id" || isObject && k == "Statement" {
				member = []any{member}
			}
			v[k] = member
		}
	case []any:
		for i := range v {
			v[i] = manyOf(v[i])
		}
	}
	return v
}
