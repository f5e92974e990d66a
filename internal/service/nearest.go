package service

// Nearest returns the principal of the service that a misspelled principal most likely means, "" if none is like it.
func Nearest(principal string) string {
	nearest, least := "", 3
	for _, s := range services {
		if d := distance(principal, s.Principal); d < least {
			nearest, least = s.Principal, d
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
