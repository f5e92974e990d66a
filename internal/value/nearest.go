package value

// Nearest returns the name among those known that a misspelled name most likely means, "" if none is like it: at most two letters,
// and at most half of them, differ.
func Nearest(name string, known []string) string {
	nearest, least := "", min(2, len(name)/2)+1
	for _, k := range known {
		if d := distance(name, k); d < least {
			nearest, least = k, d
		}
	}
	return nearest
}

// distance returns how many letters must be added, removed or changed to make b of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		before := row[0]
		row[0] = i + 1
		for j := range b {
			changed := before
			if a[i] != b[j] {
				changed++
			}
			before = row[j+1]
			row[j+1] = min(changed, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
