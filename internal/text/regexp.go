package text

import (
	"regexp"
	"sync"
)

// WhenUsed returns a regular expression that is compiled the first time that it is used: most runs of the program need few of them,
// and its start is a large part of a small check.
func WhenUsed(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}
