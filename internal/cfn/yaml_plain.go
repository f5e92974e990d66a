package cfn

import "strings"

// maxPlainDepth and maxPlainKey keep what is read here far from the limits of the YAML library.
const (
	maxPlainDepth = 50
	maxPlainKey   = 1000 // bytes
)

// A plainReader reads the YAML that most templates are written in into the nodes that the YAML library would give, in a
// tenth of the time. It knows ASCII without control characters, block lists and mappings, lists and mappings in brackets on
// one line, strings on one line without escapes, plain scalars whose type is beyond doubt, tags such as !Ref, and comments.
// With anything else, and with every error, it gives up, and the library reads the file.
type plainReader struct {
	s         string
	off       int
	line      int32
	lineStart int
	column    int // of the content that comes next, from 0; -1 at the end

	// What lists and objects that are not complete hold so far.
	items   []node
	members []member
}

// notPlain ends the reading; readPlainYAML recovers it.
type notPlain struct{}

// readPlainYAML returns data's only document, if all of it is plain.
func readPlainYAML(data []byte) (n node, ok bool) {
	for _, c := range data {
		if (c < ' ' && c != '\n') || c >= 0x7f {
			return node{}, false
		}
	}
	r := &plainReader{s: string(data), line: 1}
	defer func() {
		if e := recover(); e != nil {
			if _, is := e.(notPlain); !is {
				panic(e)
			}
			n, ok = node{}, false
		}
	}()
	if strings.HasPrefix(r.s, "---\n") {
		r.off, r.lineStart, r.line = 4, 4, 2
	}
	r.next()
	r.want(r.column == 0)
	n = r.block(0, 0)
	r.want(r.column == -1)
	return n, true
}

// want gives up unless the condition holds.
func (r *plainReader) want(condition bool) {
	if !condition {
		panic(notPlain{})
	}
}

func (r *plainReader) here() place { return place{r.line, int32(r.off-r.lineStart) + 1} }

// peek returns the next character, or the end of a line at the end of the file.
func (r *plainReader) peek() byte { return r.at(r.off) }

func (r *plainReader) at(i int) byte {
	if i >= len(r.s) {
		return '\n'
	}
	return r.s[i]
}

func (r *plainReader) spaces() {
	for r.peek() == ' ' {
		r.off++
	}
}

// lineEnds reports whether nothing but a comment is left of the line.
func (r *plainReader) lineEnds() bool {
	return r.peek() == '\n' || r.peek() == '#' && r.s[r.off-1] == ' '
}

// next goes from the end of a value to the content that comes next, on another line.
func (r *plainReader) next() {
	if r.off > r.lineStart {
		r.spaces()
		r.want(r.lineEnds())
	}
	for r.off < len(r.s) {
		switch r.s[r.off] {
		case ' ':
			r.off++
		case '#':
			for r.peek() != '\n' {
				r.off++
			}
		case '\n':
			r.off++
			r.line++
			r.lineStart = r.off
		default:
			r.column = r.off - r.lineStart
			return
		}
	}
	r.column = -1
}

// dash reports whether an item of a block list begins here.
func (r *plainReader) dash() bool {
	after := r.at(r.off + 1)
	return r.peek() == '-' && (after == ' ' || after == '\n')
}

// block reads the list or mapping whose first line begins in the column. Like all that read blocks, it ends at the next
// content.
func (r *plainReader) block(column, depth int) node {
	r.want(depth < maxPlainDepth)
	if r.dash() {
		return r.blockList(column, depth)
	}
	return r.blockObject(column, depth)
}

func (r *plainReader) blockList(column, depth int) node {
	n := node{kind: list, at: r.here()}
	base := len(r.items)
	for r.column == column && r.dash() {
		r.off++
		r.spaces()
		if r.keyFollows() {
			r.want(depth < maxPlainDepth)
			r.items = append(r.items, r.blockObject(r.off-r.lineStart, depth+1))
		} else {
			r.items = append(r.items, r.blockValue(column, depth, false))
		}
	}
	r.want(r.column <= column)
	n.items = append(make([]node, 0, len(r.items)-base), r.items[base:]...)
	r.items = r.items[:base]
	return n
}

func (r *plainReader) blockObject(column, depth int) node {
	n := node{kind: object, at: r.here()}
	base := len(r.members)
	var keys keySet
	for more := true; more; more = r.column == column {
		m := r.key(&keys, base)
		m.value = r.blockValue(column, depth, true)
		r.members = append(r.members, m)
	}
	r.want(r.column < column)
	n.members = r.taken(base)
	return n
}

// taken returns the members of an object that is complete.
func (r *plainReader) taken(base int) []member {
	members := append(make([]member, 0, len(r.members)-base), r.members[base:]...)
	r.members = r.members[:base]
	return members
}

// blockValue reads what follows a key or dash in the column: on its line, or as a block on the next ones, which for a key
// may be a list in the same column.
func (r *plainReader) blockValue(column, depth int, ofKey bool) node {
	r.spaces()
	at, function := r.here(), r.tag()
	var v node
	if !r.lineEnds() {
		v = r.inline(depth+1, false, function != "")
		r.next()
	} else {
		r.next()
		if r.column > column {
			v = r.block(r.column, depth+1)
		} else {
			r.want(ofKey && function == "" && r.column == column && r.dash())
			v = r.blockList(column, depth+1)
		}
	}
	return tagged(function, at, v)
}

// tag reads a tag and what separates it from its value; it returns the intrinsic function.
func (r *plainReader) tag() string {
	if r.peek() != '!' {
		return ""
	}
	start := r.off
	for r.off++; isLetter(r.peek()) || isDigit(r.peek()); r.off++ {
	}
	name, ok := shortTag(r.s[start:r.off])
	r.want(ok && (r.peek() == ' ' || r.peek() == '\n'))
	r.spaces()
	return name
}

func tagged(function string, at place, v node) node {
	if function == "" {
		return v
	}
	v.at = at
	return call(function, v)
}

// inline reads a value that begins and ends on the line.
func (r *plainReader) inline(depth int, inBrackets, isTagged bool) node {
	r.want(depth < maxPlainDepth)
	at := r.here()
	switch r.peek() {
	case '[':
		return r.bracketList(depth)
	case '{':
		return r.bracketObject(depth)
	}
	isQuoted := r.peek() == '\'' || r.peek() == '"'
	v := node{kind: text, at: at, text: r.scalar(inBrackets)}
	if !isQuoted && !isTagged {
		v.kind = r.plainKind(v.text)
	}
	return v
}

func (r *plainReader) bracketList(depth int) node {
	n := node{kind: list, at: r.here()}
	base := len(r.items)
	for more := r.opens(']'); more; more = r.continues(']') {
		at, function := r.here(), r.tag()
		r.items = append(r.items, tagged(function, at, r.inline(depth+1, true, function != "")))
	}
	n.items = append(make([]node, 0, len(r.items)-base), r.items[base:]...)
	r.items = r.items[:base]
	return n
}

func (r *plainReader) bracketObject(depth int) node {
	n := node{kind: object, at: r.here()}
	base := len(r.members)
	var keys keySet
	for more := r.opens('}'); more; more = r.continues('}') {
		m := r.key(&keys, base)
		r.want(r.peek() == ' ')
		r.spaces()
		at, function := r.here(), r.tag()
		m.value = tagged(function, at, r.inline(depth+1, true, function != ""))
		r.members = append(r.members, m)
	}
	n.members = r.taken(base)
	return n
}

// opens passes an opening bracket and reports whether anything is within.
func (r *plainReader) opens(end byte) bool {
	r.off++
	r.spaces()
	if r.peek() == end {
		r.off++
		return false
	}
	return true
}

// continues passes a comma, or the closing bracket, and reports which.
func (r *plainReader) continues(end byte) bool {
	r.spaces()
	c := r.peek()
	r.want(c == ',' || c == end)
	r.off++
	r.spaces()
	return c == ','
}
