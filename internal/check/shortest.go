package check

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// shortest returns the document with each unresolved reference replaced by the shortest text that it can become. If the
// result is over a limit, the deployed document is too.
func shortest(d policygen.Document) policygen.Document {
	if document, err := d.MarshalJSON(); err != nil || !text.Unresolved(string(document)) {
		return d
	}
	return mapped(d, shortestText)
}

// Mapped returns the fix with what words makes of each text in its statements.
func (f *Fix) Mapped(words func(string) string) Fix {
	changed := *f
	changed.Document = mapped(f.Document, words)
	return changed
}

// mapped returns the document with f applied to its resources, principals and the values of its conditions.
func mapped(d policygen.Document, f func(string) string) policygen.Document {
	each := func(texts []string) []string {
		if texts == nil {
			return nil
		}
		all := make([]string, len(texts))
		for i, t := range texts {
			all[i] = f(t)
		}
		return all
	}
	statements := make([]policygen.Statement, len(d.Statements))
	for i, s := range d.Statements {
		s.Resource, s.NotResource = each(s.Resource), each(s.NotResource)
		if s.Principal != nil {
			p := *s.Principal
			p.AWS, p.Service = each(p.AWS), each(p.Service)
			s.Principal = &p
		}
		condition := make(policygen.Condition, len(s.Condition))
		for op, keys := range s.Condition {
			condition[op] = make(map[string][]string, len(keys))
			for k, v := range keys {
				condition[op][k] = each(v)
			}
		}
		if len(condition) > 0 {
			s.Condition = condition
		}
		statements[i] = s
	}
	d.Statements = statements
	return d
}

// shortestText replaces each ${…}. Partition, Region and account become the shortest value that they can have, other
// references one character.
func shortestText(s string) string {
	var b strings.Builder
	for s != "" {
		before, reference, after := text.Cut(s)
		b.WriteString(before)
		switch reference {
		case "":
		case "${AWS::Partition}":
			b.WriteString("aws")
		case "${AWS::Region}":
			b.WriteString("us-east-1")
		case "${AWS::AccountId}":
			b.WriteString("111122223333")
		default:
			b.WriteString("x")
		}
		s = after
	}
	return b.String()
}

// atMost returns an upper bound for the length of the document without white space. It is cheaper than the length itself.
func atMost(d policygen.Document) int {
	n := 100
	for _, s := range d.Statements {
		n += 200 + 2*len(s.Sid)
		for _, texts := range [][]string{s.Action, s.NotAction, s.Resource, s.NotResource} {
			n += atMostAll(texts)
		}
		for op, keys := range s.Condition {
			n += len(op) + 8
			for k, v := range keys {
				n += len(k) + 8 + atMostAll(v)
			}
		}
	}
	return n
}

func atMostAll(texts []string) int {
	n := 4
	for _, t := range texts {
		n += 2*len(t) + 4
	}
	return n
}
