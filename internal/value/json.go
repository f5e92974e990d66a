package value

// MaxDepth is how deep lists and objects may be nested. What the CDK writes stays below 25.
const MaxDepth = 100

// ParseJSON returns data's only value; file names it in errors. The error joins an [*Error] for everything that is wrong.
func ParseJSON(file string, data []byte) (Value, error) {
	v, problems := ReadJSON(file, data)
	if err := problems.Err(); err != nil {
		return Value{}, err
	}
	return v, nil
}

// ReadJSON returns data's only value, and what is wrong with it. It is strict: what encoding/json lets pass (duplicate keys,
// invalid UTF-8, half surrogate pairs) is a problem, since it means one thing here and another elsewhere. Of members with
// the same key the first is kept. The first syntax error is the last problem, and the value is then not there.
//
// A byte order mark is passed over, and does not count as a column.
func ReadJSON(file string, data []byte) (Value, Problems) {
	return ReadJSONLine(file, 1, whole(file), data)
}

// ReadJSONLine reads as [ReadJSON] does what begins in a line of the file, counted from 1, and is called what in errors.
func ReadJSONLine(file string, line int, what string, data []byte) (v Value, problems Problems) {
	if bad := CheckUTF8(file, data); bad != nil {
		bad.Line += line - 1
		return Value{}, Problems{bad}
	}
	r := newJSONReader(file, what, data)
	r.line = int32(line)
	if !r.syntax(func() { v = r.only() }) {
		v = Value{}
	}
	return v, r.problems
}

// EachItem calls f with each item of the list that data is, and what is wrong with the item, until f returns false. Of broken
// JSON, f gets the items before the first syntax error; the error says what is wrong with the list as a whole. It calls quick
// with an item's text before, and f only if quick returns false, which it must for a text that is not JSON.
func EachItem(file string, data []byte, quick func([]byte) bool, f func(Value, Problems) bool) error {
	if bad := CheckUTF8(file, data); bad != nil {
		return bad
	}
	r := newJSONReader(file, whole(file), data)
	more := true
	complete := r.syntax(func() {
		r.space()
		if r.off == len(r.s) || r.s[r.off] != '[' {
			r.unexpected("the list does not begin with it", "a list", "")
		}
		r.items(func() {
			if end := rawEnd(data, r.off); more && end > 0 && quick(data[r.off:end]) {
				r.skip(end)
			} else if item := r.value(1); more {
				more = f(item, r.problems)
			}
			r.problems = nil
		})
		r.end()
	})
	if !complete {
		return r.problems.Err()
	}
	return nil
}
