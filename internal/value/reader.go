package value

import "unicode/utf8"

// A Reader reads many short JSON texts, one after the other, in the memory of one. The zero Reader is ready.
type Reader struct{ json jsonReader }

// Read reads as [ReadJSONLine] does the first line of a file. Lists and members of the value are valid until the next call;
// strings stay, and share the text's memory.
func (r *Reader) Read(file, what, text string) (v Value, problems Problems) {
	if !utf8.ValidString(text) {
		return Value{}, Problems{CheckUTF8(file, []byte(text))}
	}
	j := &r.json
	*j = jsonReader{file: file, what: what, s: text, line: 1, members: j.members[:0], values: j.values[:0],
		readMembers: j.readMembers[:0], readValues: j.readValues[:0]}
	if !j.syntax(func() { v = j.only() }) {
		v = Value{}
	}
	return v, j.problems
}

// take moves what stands from start to the end of what is being read into the room of what has been read.
func take[T any](reading, read *[]T, start int) []T {
	found := (*reading)[start:]
	if cap(*read)-len(*read) < len(found) {
		*read = make([]T, 0, max(len(found), min(2*cap(*read), 256), 8))
	}
	at := len(*read)
	*read = append(*read, found...)
	*reading = (*reading)[:start]
	return (*read)[at:len(*read):len(*read)]
}
