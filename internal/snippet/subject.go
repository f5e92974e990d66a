package snippet

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// A subject is a policy with the names by which the formats call it, each unique among the policies rendered together.
type subject struct {
	policygen.Attachment
	file      string // of its own file, without the extension
	logicalID string // in templates: letters and digits
	label     string // in Terraform: lower case letters, digits and '_'
}

// subjects returns the policies with their names.
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

// idSuffix tells the policies of one name apart in a template, where all kinds share the ids.
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
	// A key that the template names already is that very resource: it keeps its id.
	if _, isReference := wholeReference(string(a.Resource)); a.On != policygen.OnKey || !isReference && a.Resource != "" {
		s.logicalID += idSuffix[a.On]
	}
	return s
}

// baseName returns the name of the queue, topic, role or user, the key's id, or the name that a reference to it uses, in
// letters, digits and '-'.
func baseName(a policygen.Attachment) string {
	const most = 100 // file systems take 255 bytes, CloudFormation's ids are of up to 255 characters
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

// resourceName returns the name in the last part of an ARN: of key/id the id, of role/path/name the name, of
// assumed-role/role/session the role.
func resourceName(resource string) string {
	segments := strings.Split(resource, "/")
	if segments[0] == "assumed-role" && len(segments) == 3 {
		return segments[1]
	}
	return segments[len(segments)-1]
}

// words cuts a name at everything that is no ASCII letter or digit.
func words(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
	})
}

// heading returns one line that says where the policy belongs.
func (s subject) heading() string {
	where := string(s.On) + " policy"
	if s.Resource != "" {
		where += " of " + string(s.Resource)
	}
	if s.On == policygen.OnIdentity {
		switch p := s.Principal.(type) {
		case nil:
			where = "identity policy of the caller"
		case policygen.AccountID:
			return "identity policy of whoever does it in account " + oneLine(string(p))
		default:
			where = "identity policy of " + p.String()
		}
	}
	if s.Account != "" {
		where += " (account " + s.Account + ")"
	}
	return oneLine(where)
}

// oneLine keeps s within a comment or the line of an error.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, strings.Join(strings.Fields(s), " "))
}
