package eval

// truth is the value of a statement about a request of which not everything is known. The order matters: and is the
// smaller of two values, or the larger.
type truth uint8

const (
	no truth = iota
	maybe
	yes
)

func (t truth) not() truth { return yes - t }

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

// either returns what holds whichever of the two cases it is: their value if they agree, else maybe.
func either(a, b truth) truth {
	if a == b {
		return a
	}
	return maybe
}
