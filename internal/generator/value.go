package generator

import (
	"cmp"
	"strings"

	"github.com/hopgrant/hopgrant/internal/region"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// The values of a form, with ARNs in place of names.
type values struct {
	role     string
	language *Language
	fields   []string // the names that the role knows
	of       map[string][]string
}

// prefixes are what makes ARNs of names: the service, and what stands before the name.
var prefixes = map[string]struct{ service, before string }{
	"queue": {"sqs", ""}, "dead-letter-queue": {"sqs", ""}, "destination": {"sqs", ""}, "topic": {"sns", ""},
	"key": {"kms", "key/"}, "source-key": {"kms", "key/"}, "destination-key": {"kms", "key/"}, "principal": {"iam", "role/"},
}

// values returns what the form says in the fields of the role. White space around a value, and empty values, do not count.
func (f *Form) values(r *role, l *Language) (*values, []error) {
	v := &values{role: f.Role, language: l, fields: r.fields, of: map[string][]string{}}
	var errs []error
	missing := map[string]bool{}
	account, code := strings.TrimSpace(f.Account), strings.TrimSpace(f.Region)
	for _, name := range r.fields {
		given := f.Fields[name]
		if f.Role == accountWide && name == "account" {
			given = []string{account}
		} else if f.Role == accountWide && name == "region" {
			given = []string{code}
		}
		for _, s := range given {
			if s = strings.TrimSpace(s); s == "" {
				continue
			}
			if p, ok := prefixes[name]; ok && isName(name, s) {
				where := code
				if p.service == "iam" {
					where = ""
				}
				missing["account"] = missing["account"] || account == ""
				missing["region"] = missing["region"] || where == "" && p.service != "iam"
				s = "arn:" + region.Partition(code) + ":" + p.service + ":" + where + ":" + account + ":" + p.before + s
			} else if ok && l.Reference != nil {
				s = l.Reference(s)
			}
			v.of[name] = append(v.of[name], s)
		}
	}
	for _, name := range []string{"account", "region"} {
		if missing[name] {
			errs = append(errs, &fieldError{name, name + ": it is missing, and a name alone does not tell it; fill it in, or write ARNs"})
		}
	}
	return v, errs
}

// isName reports whether s is only the name of what the field is about: neither an ARN, nor a reference, nor an alias of a key, nor
// a principal that is no role.
func isName(field, s string) bool {
	if strings.ContainsAny(s, ":$ ") || strings.HasPrefix(s, "alias/") {
		return false
	}
	// A dot is in references of Terraform and in principals of services.
	if strings.Contains(s, ".") && !strings.HasSuffix(s, ".fifo") {
		return false
	}
	return field != "principal" || s != "*" && strings.Trim(s, "0123456789") != ""
}

// one returns the first value of a field, or "".
func (v *values) one(field string) string {
	if all := v.of[field]; len(all) > 0 {
		return all[0]
	}
	return ""
}

func (v *values) is(field string) bool { return v.one(field) == "true" }

func (v *values) keys(field string) []policygen.KeyARN {
	var list []policygen.KeyARN
	for _, s := range v.of[field] {
		list = append(list, policygen.KeyARN(s))
	}
	return list
}

// key returns the key of the i-th topic or queue: the only key, or the i-th.
func (v *values) key(i int) policygen.KeyARN {
	keys := v.keys("key")
	switch {
	case len(keys) == 1:
		return keys[0]
	case i < len(keys):
		return keys[i]
	}
	return ""
}

// checkKeys returns an error if there is more than one key, but not one for each of n.
func (v *values) checkKeys(n int) error {
	if keys := v.of["key"]; len(keys) > 1 && len(keys) != n {
		return &fieldError{"key", "key: want one for all, or one for each in the same order"}
	}
	return nil
}

func (v *values) queues() ([]policygen.Queue, error) {
	var list []policygen.Queue
	for i, s := range v.of["queue"] {
		list = append(list, policygen.Queue{ARN: policygen.QueueARN(s), Key: v.key(i)})
	}
	return list, v.checkKeys(len(list))
}

func (v *values) queue(field, key string) policygen.Queue {
	return policygen.Queue{ARN: policygen.QueueARN(v.one(field)), Key: policygen.KeyARN(v.one(key))}
}

// topics returns the topics, with their keys if the keys are theirs.
func (v *values) topics(keys bool) ([]policygen.Topic, error) {
	var list []policygen.Topic
	for i, s := range v.of["topic"] {
		t := policygen.Topic{ARN: policygen.TopicARN(s)}
		if keys {
			t.Key = v.key(i)
		}
		list = append(list, t)
	}
	if !keys {
		return list, nil
	}
	return list, v.checkKeys(len(list))
}

// caller returns the principal or organization of the form, or nil if it names neither.
func (v *values) caller() (policygen.Principal, error) {
	who, org := v.one("principal"), v.one("org")
	switch {
	case org != "" && who != "":
		return nil, &fieldError{"org", "org: the principal says who it is, want one of them"}
	case org != "":
		return policygen.OrganizationID(org), nil
	case who != "":
		return policygen.ParsePrincipal(who)
	}
	return nil, nil
}

// keyAccount returns the account of keys whose ARN does not tell. In a template that is the account that it is deployed to.
func (v *values) keyAccount() string { return cmp.Or(v.one("key-account"), v.language.Account) }

// wide returns the account-wide policy as that of the form's key.
func (v *values) wide(all policygen.Policies) policygen.Policies {
	a := all.On(policygen.OnKey)[0]
	a.Resource, a.Account = policygen.ARN(v.one("key")), v.one("account")
	return policygen.Policies{a}
}

// command returns the words of the command that prints the same.
func (v *values) command(name, format string) []string {
	words := []string{"hopgrant", "policy", name}
	for _, field := range v.fields {
		for _, s := range v.of[field] {
			words = append(words, "--"+field)
			if s != "true" {
				words = append(words, s)
			}
		}
	}
	if format != "json" {
		words = append(words, "--format", format)
	}
	return words
}

// resource returns the last part of an ARN, or the text if it is none.
func resource(arn string) string {
	if parts, ok := text.SplitARN(arn); ok {
		return parts[text.Resource]
	}
	return arn
}
