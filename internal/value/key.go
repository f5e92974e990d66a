package value

// A KeySet finds duplicate keys: those of small objects by comparing, those of large ones with a map.
type KeySet map[string]Place

// Add notes the key that follows the members, and returns where it already is.
func (k *KeySet) Add(key string, members []Member) (Place, bool) {
	const small = 16
	if *k == nil {
		if len(members) < small {
			for i := range members {
				if members[i].Key == key {
					return members[i].At, true
				}
			}
			return Place{}, false
		}
		*k = make(KeySet, 2*small)
	}
	if len(*k) < len(members) {
		for _, m := range members[len(*k):] {
			(*k)[m.Key] = m.At
		}
	}
	at, dup := (*k)[key]
	return at, dup
}

// Duplicate returns the error of a key that is there already.
func Duplicate(file, key string, first Place) *Error {
	return &Error{File: file, What: "key", Value: key, Got: "it is already at " + first.String(), Want: "each key once", Cause: ErrDuplicate}
}
