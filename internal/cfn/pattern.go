package cfn

import (
	"regexp"
	"sync"
)

// whenUsed compiles a regular expression the first time that it is used: most templates need few of them, and the start of
// a process is a large part of a small check.
func whenUsed(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}
