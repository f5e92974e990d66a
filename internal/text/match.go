package text

// glob reports whether the pattern matches s. If fold is set, the case of ASCII letters does not matter.
func glob(pattern, s string, fold bool) bool {
	p, i := 0, 0
	starAt, resume := -1, 0
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			if p++; p == len(pattern) {
				return true
			}
			starAt, resume = p-1, i
		case p < len(pattern) && pattern[p] == '?':
			p++
			i += charLen(s[i:])
		case p < len(pattern) && folded(pattern[p], fold) == folded(s[i], fold):
			p++
			i++
		case starAt >= 0:
			resume += charLen(s[resume:])
			p, i = starAt+1, resume
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}

// maxWork limits the product of the lengths of a pattern and a text. Beyond it the answer is Maybe, without matching.
// The longest ARN has 2,048 characters.
const maxWork = 2048 * 2048

// matchSymbols says whether the pattern matches the value. If colons is set, a wildcard matches a colon only at the end
// of the pattern.
func matchSymbols(pattern, value Text, colons bool) Truth {
	// A common beginning and a common end decide nothing, whatever their references stand for.
	for len(pattern) > 0 && len(value) > 0 && pattern[0].kind != star && pattern[0].kind != question && pattern[0] == value[0] {
		pattern, value = pattern[1:], value[1:]
	}
	ends := true // the pattern still has its original end
	for len(pattern) > 0 && len(value) > 0 {
		p, v := pattern[len(pattern)-1], value[len(value)-1]
		if p.kind == star || p.kind == question || p != v {
			break
		}
		pattern, value = pattern[:len(pattern)-1], value[:len(value)-1]
		ends = false
	}
	switch {
	case differ(pattern, value):
		return No
	case len(pattern) == 1 && len(value) == 1 && pattern[0].kind == reference && value[0].kind == reference:
		return Maybe
	case len(pattern) > 0 && len(value) > maxWork/len(pattern):
		return Maybe
	case surely(pattern, value, colons, ends):
		return Yes
	case possibly(pattern, value):
		return Maybe
	}
	return No
}

// differ reports whether both begin or both end with characters, which then are others: nothing makes them match.
func differ(pattern, value Text) bool {
	m, n := len(pattern)-1, len(value)-1
	return m >= 0 && n >= 0 && (pattern[0].kind == char && value[0].kind == char || pattern[m].kind == char && value[n].kind == char)
}

// surely reports whether the pattern matches the value whatever the references stand for: every reference of the value
// must be covered by a star or by the same reference. The last star matches colons only if it ends the whole pattern.
func surely(pattern, value Text, colons, ends bool) bool {
	// ok[j] says whether the pattern so far matches value[:j].
	ok := make([]bool, len(value)+1)
	ok[0] = true
	for i, p := range pattern {
		last := ends && i == len(pattern)-1
		switch p.kind {
		case star:
			for j, v := range value {
				if ok[j] && (last || !colons || v.kind != char || v.char != ':') {
					ok[j+1] = true
				}
			}
		default:
			for j := len(value); j > 0; j-- {
				if !ok[j-1] {
					ok[j] = false
					continue
				}
				v := &value[j-1]
				ok[j] = (p.same(v) || p.kind == question && v.kind == char && !(colons && v.char == ':'))
			}
			ok[0] = false
		}
	}
	return ok[len(value)]
}

// possibly reports whether the references can stand for something that makes the pattern match the value.
func possibly(pattern, value Text) bool {
	free := func(s *Symbol) bool { return s.kind == star || s.kind == reference }
	next := make([]bool, len(value)+1) // next[j] says whether pattern[i+1:] may match value[j:]
	cur := make([]bool, len(value)+1)  // cur[j] says it of pattern[i:]
	for i := len(pattern); i >= 0; i-- {
		var p *Symbol
		if i < len(pattern) {
			p = &pattern[i]
		}
		for j := len(value); j >= 0; j-- {
			switch {
			case p == nil && j == len(value):
				cur[j] = true
			case p == nil:
				cur[j] = free(&value[j]) && cur[j+1]
			case j == len(value):
				cur[j] = free(p) && next[j]
			case free(p) || free(&value[j]):
				// The free symbol ends here, or also covers the other side's next symbol.
				cur[j] = free(p) && (next[j] || cur[j+1]) || free(&value[j]) && (cur[j+1] || next[j])
			default:
				cur[j] = next[j+1] && (p.kind == question || p.same(&value[j]))
			}
		}
		next, cur = cur, next
	}
	return next[0]
}

// same reports whether two symbols are the same.
func (s *Symbol) same(t *Symbol) bool {
	return s.char == t.char && s.kind == t.kind && s.token == t.token
}
