package text

import "strings"

// A sentence about a resource of the CDK names it by its logical id where a program reads it, and by its construct path where
// people do. The sentence holds both, between noncharacters, which Unicode keeps for use inside of a program.
//
// [Noncharacters]
//
// [Noncharacters]: https://www.unicode.org/faq/private_use.html#nonchar1
const (
	nameBegins = "\ufdd0"
	pathBegins = "\ufdd1"
	nameEnds   = "\ufdd2"
)

// inName replaces what no name in a sentence has: the marks, and what ends a string of JSON or a line, so that a mark in a file can
// never make one name of what lies between two strings.
var inName = strings.NewReplacer(nameBegins, "", pathBegins, "", nameEnds, "", `"`, "'", "\n", " ")

// A Name is what a resource is called: by its id, and by its path, which may be empty.
type Name struct{ ID, Path string }

// String returns the name for a sentence; [IDs] or [Paths] then makes plain text of the sentence.
func (n Name) String() string {
	if n.Path == "" || n.Path == n.ID {
		return n.ID
	}
	return nameBegins + inName.Replace(n.ID) + pathBegins + inName.Replace(n.Path) + nameEnds
}

// IDs returns the sentence with the ids of what it names.
func IDs(sentence string) string {
	return rename(sentence, func(n Name) string { return n.ID })
}

// Paths returns the sentence with the paths of what it names, and the ids of what has no path.
func Paths(sentence string) string {
	return rename(sentence, func(n Name) string { return n.Path })
}

// Names returns what the sentence names by both an id and a path, each once, in its order.
func Names(sentence string) []Name {
	var all []Name
	seen := map[Name]bool{}
	rename(sentence, func(n Name) string {
		if !seen[n] {
			seen[n] = true
			all = append(all, n)
		}
		return ""
	})
	return all
}

// rename returns the sentence with each name replaced.
func rename(sentence string, as func(Name) string) string {
	before, rest, some := strings.Cut(sentence, nameBegins)
	if !some {
		return sentence
	}
	var b strings.Builder
	for ; some; before, rest, some = strings.Cut(rest, nameBegins) {
		b.WriteString(before)
		name, after, ended := strings.Cut(rest, nameEnds)
		id, path, both := strings.Cut(name, pathBegins)
		if !ended || !both || strings.ContainsAny(name, nameBegins+"\"\n") {
			b.WriteString(nameBegins)
			continue // the file itself has a noncharacter
		}
		b.WriteString(as(Name{id, path}))
		rest = after
	}
	b.WriteString(before)
	return b.String()
}
