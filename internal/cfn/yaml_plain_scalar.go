package cfn

import "strings"

// key reads a key that is not there yet, and its colon.
func (r *plainReader) key(keys *keySet, base int) member {
	m := member{at: r.here()}
	m.key = r.scalar(true)
	r.want(len(m.key) < maxPlainKey && r.colon(r.off))
	r.off++
	_, twice := keys.add(m.key, r.members[base:])
	r.want(!twice)
	return m
}

// colon reports whether the colon of a key stands there.
func (r *plainReader) colon(i int) bool {
	after := r.at(i + 1)
	return r.at(i) == ':' && (after == ' ' || after == '\n')
}

// keyFollows reports whether a key stands here, and no value.
func (r *plainReader) keyFollows() bool {
	switch r.peek() {
	case '\'', '"':
		_, end := r.quoted()
		return r.colon(end)
	case '[', '{', '!', '\n', '#':
		return false
	}
	return r.colon(r.plainEnd(false))
}

// scalar reads a string in quotes, or a plain scalar.
func (r *plainReader) scalar(inBrackets bool) string {
	c := r.peek()
	if c == '\'' || c == '"' {
		s, end := r.quoted()
		r.off = end
		return s
	}
	r.want(isLetter(c) || isDigit(c) || c == '_' || c == '/' || c == '$')
	end := r.plainEnd(inBrackets)
	s := strings.TrimRight(r.s[r.off:end], " ")
	r.off += len(s)
	return s
}

// quoted returns the string in quotes that begins here, and where it ends.
func (r *plainReader) quoted() (s string, end int) {
	quote := r.peek()
	doubled := false
	for i := r.off + 1; ; i++ {
		c := r.at(i)
		r.want(c != '\n' && (c != '\\' || quote == '\''))
		switch {
		case c != quote:
		case quote == '\'' && r.at(i+1) == quote:
			doubled = true
			i++
		default:
			s = r.s[r.off+1 : i]
			if doubled {
				s = strings.ReplaceAll(s, "''", "'")
			}
			return s, i + 1
		}
	}
}

// plainEnd returns where the plain scalar that begins here ends, with the spaces after it.
func (r *plainReader) plainEnd(inBrackets bool) int {
	for i := r.off; ; i++ {
		switch c := r.at(i); c {
		case '\n':
			return i
		case '#':
			if r.at(i-1) == ' ' {
				return i
			}
		case ':':
			if r.colon(i) || inBrackets && strings.IndexByte(",[]{}", r.at(i+1)) >= 0 {
				return i
			}
		case ',', '[', ']', '{', '}':
			if inBrackets {
				return i
			}
		}
	}
}

// plainKind returns what a plain scalar is, where YAML 1.1 and 1.2 agree on it.
func (r *plainReader) plainKind(s string) kind {
	if !isDigit(s[0]) {
		if len(s) > len("false") {
			return text
		}
		switch lower := strings.ToLower(s); lower {
		case "true", "false":
			r.want(s == lower)
			return boolean
		case "null", "yes", "no", "on", "off", "y", "n":
			r.want(false)
		}
		return text
	}
	digits := strings.Trim(s, "0123456789") == ""
	if digits && len(s) <= 18 && (s[0] != '0' || len(s) == 1) {
		return number
	}
	// Whether a date or a string, a date is text.
	r.want(len(s) == len("2012-10-17") && s[4] == '-' && s[7] == '-' && strings.Trim(s[:4]+s[5:7]+s[8:], "0123456789") == "")
	return text
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
