package snippet

import (
	"fmt"
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// A subject is a policy with its names in the formats. Each name is unique among the policies rendered together.
type subject struct {
	policygen.Attachment
	file      string // the name of its file, without the extension
	logicalID string // the id in templates: letters and digits
	label     string // the name in Terraform: lower-case letters, digits and '_'
}

// subjects returns the policies with names.
func subjects(p policygen.Policies) []subject {
	all := make([]subject, len(p))
	taken := map[string]bool{}
	for i, a := range p {
		s := named(a, baseName(a))
		for n := 2; taken[s.file] || taken[s.logicalID] || taken[string(s.On)+" "+s.label]; n++ {
			s = named(a, fmt.Sprintf("%s-%d", baseName(a), n))
		}
		taken[s.file], taken[s.logicalID], taken[string(s.On)+" "+s.label] = true, true, true
		all[i] = s
	}
	return all
}

// idSuffix distinguishes the policies of one name in a template, where all kinds share the ids.
var idSuffix = map[policygen.Target]string{policygen.OnIdentity: "Policy", policygen.OnQueue: "QueuePolicy",
	policygen.OnTopic: "TopicPolicy", policygen.OnKey: "Key"}

func named(a policygen.Attachment, base string) subject {
	w := words(base)
	if c := base[0]; c >= '0' && c <= '9' {
		w = append([]string{string(a.On)}, w...)
	}
	s := subject{Attachment: a, file: string(a.On) + "-" + strings.ToLower(base), label: strings.ToLower(strings.Join(w, "_"))}
	for _, w := range w {
		s.logicalID += strings.ToUpper(w[:1]) + w[1:]
	}
	// A key that the template refers to is a resource of the template, and keeps its id.
	if _, isReference := wholeReference(string(a.Resource)); a.On != policygen.OnKey || !isReference && a.Resource != "" {
		s.logicalID += idSuffix[a.On]
	}
	return s
}

// baseName returns the name of the queue, topic, role or user, the id of the key, or the name in a reference to one of
// them, reduced to letters, digits and '-'.
func baseName(a policygen.Attachment) string {
	const most = 100 // file systems allow 255 bytes, and CloudFormation 255 characters for an id
	s, fallback := string(a.Resource), string(a.On)
	if a.On == policygen.OnIdentity {
		s, fallback = "", "caller"
		if a.Principal != nil {
			s = a.Principal.String()
		}
	}
	name := s
	if parts, ok := text.SplitARN(s); ok {
		name = resourceName(parts[5])
	}
	if ref, ok := wholeReference(name); ok {
		name = ref
		if i := strings.LastIndexByte(name, '.'); i >= 0 && strings.HasSuffix(strings.ToLower(name), "arn") {
			name = name[:i]
		}
		name = name[strings.LastIndexByte(name, '.')+1:]
	}
	name = strings.Join(words(name), "-")
	if len(name) > most {
		name = name[:most]
	}
	if name == "" {
		return fallback
	}
	return name
}

// resourceName returns the name in the last part of an ARN: the id of key/id, the name of role/path/name, and the role
// of assumed-role/role/session.
func resourceName(resource string) string {
	segments := strings.Split(resource, "/")
	if segments[0] == "assumed-role" && len(segments) == 3 {
		return segments[1]
	}
	return segments[len(segments)-1]
}

// words splits a name at everything that is not an ASCII letter or digit.
func words(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
	})
}
