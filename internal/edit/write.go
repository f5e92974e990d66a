package edit

import (
	"math"
	"regexp"
	"strings"

	"github.com/hopgrant/hopgrant/internal/value"
)

// block returns a value as YAML of several lines. The first line has no indentation and the others have that of the column, from 0.
func (s *style) block(v value.Value, column int) string {
	var b strings.Builder
	s.writeBlock(&b, v, column)
	return b.String()
}

func (s *style) writeBlock(b *strings.Builder, v value.Value, column int) {
	if text, ok := s.function(v); ok {
		b.WriteString(text)
		return
	}
	pad := "\n" + strings.Repeat(" ", column)
	switch {
	case v.Kind == value.Object && len(v.Members) > 0:
		for i, m := range v.Members {
			if i > 0 {
				b.WriteString(pad)
			}
			b.WriteString(scalar(m.Key))
			b.WriteString(":")
			s.writeMember(b, m.Value, column)
		}
	case v.Kind == value.List && len(v.Items) > 0:
		for i, item := range v.Items {
			if i > 0 {
				b.WriteString(pad)
			}
			b.WriteString("- ")
			s.writeBlock(b, item, column+2)
		}
	default:
		b.WriteString(s.flow(v))
	}
}

// writeMember writes the value of a key that stands in a column.
func (s *style) writeMember(b *strings.Builder, v value.Value, column int) {
	_, isFunction := s.function(v)
	switch {
	case !isFunction && v.Kind == value.Object && len(v.Members) > 0:
		b.WriteString("\n" + strings.Repeat(" ", column+s.step))
		s.writeBlock(b, v, column+s.step)
	case !isFunction && v.Kind == value.List && len(v.Items) > 0:
		b.WriteString("\n" + strings.Repeat(" ", column+s.listStep))
		s.writeBlock(b, v, column+s.listStep)
	default:
		b.WriteString(" ")
		s.writeBlock(b, v, column)
	}
}

// function returns a call of a function of CloudFormation as a tag with a scalar, if the file writes calls so.
func (s *style) function(v value.Value) (string, bool) {
	if !s.short || s.json || v.Kind != value.Object || len(v.Members) != 1 || v.Members[0].Value.Kind != value.Text {
		return "", false
	}
	name, isFunction := strings.CutPrefix(v.Members[0].Key, "Fn::")
	if !isFunction && name != "Ref" {
		return "", false
	}
	return "!" + name + " " + scalar(v.Members[0].Value.Text), true
}

// flow returns a value on one line, in YAML.
func (s *style) flow(v value.Value) string {
	if text, ok := s.function(v); ok {
		return text
	}
	var parts []string
	switch v.Kind {
	case value.Object:
		for _, m := range v.Members {
			parts = append(parts, scalar(m.Key)+": "+s.flow(m.Value))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case value.List:
		for _, item := range v.Items {
			parts = append(parts, s.flow(item))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case value.Text:
		return scalar(v.Text)
	case value.Null:
		return "null"
	}
	return v.Text
}

// plain matches text that every parser of YAML 1.1 and 1.2 reads as a string, within brackets too; words are the exceptions.
var (
	plain = regexp.MustCompile(`^[A-Za-z]([A-Za-z0-9_./*-]|:[A-Za-z0-9_./*:-])*$`)
	words = regexp.MustCompile(`(?i)^(y|n|yes|no|on|off|true|false|null)$`)
)

func scalar(s string) string {
	switch {
	case plain.MatchString(s) && !words.MatchString(s):
		return s
	case strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || value.Hidden(r) }):
		return string(value.AppendJSON(nil, s))
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// oneLine returns a value as JSON on one line.
func (s *style) oneLine(v value.Value) string {
	var parts []string
	switch v.Kind {
	case value.Object:
		for _, m := range v.Members {
			parts = append(parts, string(value.AppendJSON(nil, m.Key))+s.colon+s.oneLine(m.Value))
		}
		return "{" + strings.Join(parts, s.comma) + "}"
	case value.List:
		for _, item := range v.Items {
			parts = append(parts, s.oneLine(item))
		}
		return "[" + strings.Join(parts, s.comma) + "]"
	}
	return v.JSON(math.MaxInt)
}

// lines returns a value as JSON of several lines, of which all but the first have the indentation.
func (s *style) lines(v value.Value, indent string) string {
	step := strings.Repeat(" ", s.step)
	if s.tabs {
		step = "\t"
	}
	var b strings.Builder
	var write func(v value.Value, indent string)
	group := func(open, end string, n int, indent string, each func(i int)) {
		b.WriteString(open)
		for i := range n {
			b.WriteString("\n" + indent + step)
			each(i)
			if i+1 < n {
				b.WriteString(",")
			}
		}
		b.WriteString("\n" + indent + end)
	}
	write = func(v value.Value, indent string) {
		switch {
		case s.flat && isFlat(v):
			b.WriteString(s.oneLine(v))
		case v.Kind == value.Object && len(v.Members) > 0:
			group("{", "}", len(v.Members), indent, func(i int) {
				b.Write(value.AppendJSON(nil, v.Members[i].Key))
				b.WriteString(s.colon)
				write(v.Members[i].Value, indent+step)
			})
		case v.Kind == value.List && len(v.Items) > 0:
			group("[", "]", len(v.Items), indent, func(i int) { write(v.Items[i], indent+step) })
		default:
			b.WriteString(v.JSON(math.MaxInt))
		}
	}
	write(v, indent)
	return b.String()
}
