package live

import (
	"encoding/json"
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
)

// names returns what people call the resources, by their IDs: the last part of the ARN, and where several accounts or Regions were
// read, whose it is. A key is called by an alias.
func (s *Snapshot) names() map[string]string {
	names := map[string]string{}
	for i := range s.Scopes {
		scope := &s.Scopes[i]
		of := s.suffix(scope)
		aliases := scope.aliases()
		for j := range scope.Resources {
			id := scope.Resources[j].ID
			if alias := aliases[id]; alias != "" {
				names[id] = alias + of
			} else if name := nameIn(id); name != "" {
				names[id] = name + of
			}
		}
	}
	return names
}

// suffix returns what names of a scope end in, to tell them apart from those of others.
func (s *Snapshot) suffix(scope *Scope) string {
	accounts, regions := map[string]bool{}, map[string]bool{}
	for i := range s.Scopes {
		accounts[s.Scopes[i].Account] = true
		if s.Scopes[i].Region != "" {
			regions[s.Scopes[i].Region] = true
		}
	}
	switch {
	case len(accounts) > 1:
		return " (" + scope.name() + ")"
	case len(regions) > 1 && scope.Region != "":
		return " (" + scope.Region + ")"
	}
	return ""
}

// foreignName returns what people call something of a scope, or of none that was read, by its ARN; "" if that has no name.
func (w *world) foreignName(arn string, s *Scope) string {
	name := nameIn(arn)
	switch {
	case name == "" || text.Unresolved(arn):
		return ""
	case s != nil:
		return name + w.suffix(s)
	}
	of := Scope{Account: text.Known(arn, text.Account), Region: text.Known(arn, text.Region)}
	return name + " (" + of.name() + ")"
}

// nameIn returns the name in an ARN; "" if the text is none.
func nameIn(id string) string {
	arn, ok := text.SplitARN(id)
	if !ok {
		return ""
	}
	name := arn[text.Resource]
	switch arn[text.Service] {
	case "sns", "sqs", "s3":
	case "iam":
		name = name[strings.LastIndexByte(name, '/')+1:]
	default:
		name = name[strings.IndexAny(name, ":/")+1:]
	}
	return name
}

// aliases returns the first alias of each key, by its ARN.
func (s *Scope) aliases() map[string]string {
	all := map[string]string{}
	for i := range s.Resources {
		r := &s.Resources[i]
		var alias struct{ AliasName, TargetKeyId string }
		if r.Type != "AWS::KMS::Alias" || json.Unmarshal(r.Properties, &alias) != nil {
			continue
		}
		arn := alias.TargetKeyId
		if _, ok := text.SplitARN(arn); !ok {
			arn = s.key(arn)
		}
		if all[arn] == "" {
			all[arn] = alias.AliasName
		}
	}
	return all
}
