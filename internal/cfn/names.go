package cfn

import (
	"strings"

	"github.com/hopgrant/hopgrant/policygen"
)

// names finds the resources of the templates by ARNs that are written out: a literal ARN with the name of a resource, and
// with its partition, Region and account or where these are not known, is that resource's.
type names struct {
	byResource map[string][]string // "service:resource" → ARNs
}

// add makes an ARN known.
func (n *names) add(arn string) {
	p, ok := arnParts(arn)
	if !ok {
		return
	}
	if n.byResource == nil {
		n.byResource = map[string][]string{}
	}
	key := p[2] + ":" + p[5]
	n.byResource[key] = append(n.byResource[key], arn)
}

// canonical returns the ARN that a resource of the templates has, where the text is another spelling of it, else the text.
func (n *names) canonical(arn string) string {
	if !strings.HasPrefix(arn, "arn:") || strings.ContainsAny(arn, "*?") {
		return arn
	}
	p, ok := arnParts(arn)
	if !ok {
		return arn
	}
	found := ""
	for _, candidate := range n.byResource[p[2]+":"+p[5]] {
		if candidate == arn {
			return arn
		}
		c, _ := arnParts(candidate)
		if fits(p[1], c[1]) && fits(p[3], c[3]) && fits(p[4], c[4]) {
			if found != "" && found != candidate {
				return arn
			}
			found = candidate
		}
	}
	if found == "" {
		return arn
	}
	return found
}

// fits reports whether a part of an ARN may be the part of a resource's ARN: the same, or not known of the resource.
func fits(written, known string) bool {
	return written == known || strings.HasPrefix(known, "${AWS::") && !policygen.Unresolved(written)
}

// arnParts cuts an ARN at its first five colons that stand outside of ${…}.
func arnParts(s string) (p [6]string, ok bool) {
	n, depth, start := 0, 0, 0
	for i := 0; i < len(s) && n < 5; i++ {
		switch c := s[i]; {
		case c == '{':
			depth++
		case c == '}' && depth > 0:
			depth--
		case c == ':' && depth == 0:
			p[n] = s[start:i]
			n++
			start = i + 1
		}
	}
	if n < 5 || p[0] != "arn" {
		return p, false
	}
	p[5] = s[start:]
	return p, true
}
