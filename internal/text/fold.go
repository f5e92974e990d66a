package text

func folded(c byte, fold bool) byte {
	if fold && 'A' <= c && c <= 'Z' {
		return c + ('a' - 'A')
	}
	return c
}

// Lower returns s with its ASCII letters in lower case.
func Lower(s string) string {
	for i := range len(s) {
		if folded(s[i], true) == s[i] {
			continue
		}
		b := []byte(s)
		for ; i < len(b); i++ {
			b[i] = folded(b[i], true)
		}
		return string(b)
	}
	return s
}

// EqualFold reports whether a and b are the same apart from the case of ASCII letters.
func EqualFold(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) {
		if folded(a[i], true) != folded(b[i], true) {
			return false
		}
	}
	return true
}
