package organization

import (
	"slices"

	"github.com/hopgrant/hopgrant/internal/live"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/value"
)

// groups returns the places that are judged together: those of accounts of which one names topics, queues, keys or callers of the other,
// directly or over others. Only one account is in memory at a time.
func (f Folder) groups(places []Place) ([][]Place, error) {
	first := map[string]string{} // another account of the group, or the account itself
	for _, p := range places {
		first[p.Account] = p.Account
	}
	of := func(account string) string {
		for first[account] != account {
			first[account] = first[first[account]]
			account = first[account]
		}
		return account
	}
	for _, p := range places {
		s, err := live.ReadFile(f.Snapshot(p))
		if err != nil {
			return nil, err
		}
		for i := range s.Scopes {
			for account := range named(&s.Scopes[i]) {
				if first[account] != "" {
					a, b := of(account), of(p.Account)
					first[max(a, b)] = min(a, b)
				}
			}
		}
	}
	var all [][]Place
	index := map[string]int{}
	for _, p := range places {
		group := of(p.Account)
		i, there := index[group]
		if !there {
			i = len(all)
			index[group], all = i, append(all, nil)
		}
		all[i] = append(all[i], p)
	}
	return all, nil
}

// named returns the accounts of which the resources of a scope name topics, queues and keys; and roles and users, where it is in a policy
// of a topic, queue or key. What a role may do with a key hangs on the queue that the key is of, and whom a role trusts on no hop.
func named(s *live.Scope) map[string]bool {
	accounts := map[string]bool{}
	for i := range s.Resources {
		r := &s.Resources[i]
		v, err := value.ParseJSON("", r.Properties)
		if err != nil {
			continue // the snapshot was checked
		}
		services := []string{"sns", "sqs"}
		if s.Region != "" {
			services = append(services, "kms")
		}
		switch r.Type {
		case "AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy", "AWS::KMS::Key", "AWS::KMS::Grant":
			services = append(services, "iam")
		}
		nameAccounts(v, services, accounts)
	}
	return accounts
}

func nameAccounts(v value.Value, services []string, accounts map[string]bool) {
	if arn, ok := text.SplitARN(v.Text); ok && v.Kind == value.Text && slices.Contains(services, arn[text.Service]) && arn[text.Resource] != "root" {
		accounts[arn[text.Account]] = true
	}
	for i := range v.Members {
		nameAccounts(v.Members[i].Value, services, accounts)
	}
	for i := range v.Items {
		nameAccounts(v.Items[i], services, accounts)
	}
}
