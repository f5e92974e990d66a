package account

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
)

// A Member is an account of an organization.
type Member struct {
	// Account is the account's number of twelve digits.
	Account string
	// State is the account's state, such as "ACTIVE" or "SUSPENDED"; empty if AWS did not say.
	State string
}

// Active reports whether roles of the account can be assumed.
//
// [Account states]
//
// [Account states]: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_account_state.html
func (m Member) Active() bool {
	return m.State == "" || m.State == string(types.AccountStateActive)
}

// Members returns the accounts of the organization that the options' profile belongs to, each once, in the order in which AWS lists
// them. Only the management account and delegated administrators may ask. Without all of them there is an error.
//
// [ListAccounts]
//
// [ListAccounts]: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html
func Members(ctx context.Context, o Options) ([]Member, error) {
	cfg, err := load(ctx, o)
	if err != nil {
		return nil, err
	}
	return members(ctx, o, cfg)
}

func members(ctx context.Context, o Options, cfg aws.Config) ([]Member, error) {
	if len(o.Regions) == 0 {
		o.Regions = []string{cfg.Region}
	}
	s, err := (&reader{o: o}).signIn(ctx, cfg)
	if err != nil {
		return nil, err
	}
	client := organizations.NewFromConfig(s.config(s.cfg.Region))
	all, _, err := pages(func(token *string) (page[types.Account], error) {
		out, err := client.ListAccounts(ctx, &organizations.ListAccountsInput{NextToken: token})
		if err != nil {
			return page[types.Account]{}, err
		}
		return page[types.Account]{out.Accounts, out.NextToken}, nil
	})
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case code(err) == "AWSOrganizationsNotInUseException":
		return nil, fmt.Errorf("organization: account %s is in none, want a file of accounts", s.account)
	case errors.Is(err, errRepeatedToken):
		return nil, fmt.Errorf("organization: organizations:ListAccounts: %w", err)
	case err != nil:
		return nil, fmt.Errorf("organization: organizations:ListAccounts was not answered to account %s, want the management account, a delegated administrator, or a file of accounts: %s", s.account, reason(err))
	}
	var found []Member
	seen := map[string]bool{}
	for _, a := range all {
		if id := str(a.Id); !seen[id] {
			seen[id] = true
			found = append(found, Member{id, string(a.State)})
		}
	}
	return found, nil
}
