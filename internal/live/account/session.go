package account

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/hopgrant/hopgrant/internal/live"
	"github.com/hopgrant/hopgrant/internal/text"
)

// A session is an account as somebody who may read it.
type session struct {
	cfg                aws.Config
	account, partition string
	tally              *tally

	mu     sync.Mutex
	guards map[string]*guard // by Region

	identities bool // its users, groups and roles are read, or being so
}

// attempts is how often a call is sent before it counts as not answered.
const attempts = 6

// load returns the configuration of the AWS command line, as the environment, the configuration files and the options have it.
func load(ctx context.Context, o Options) (aws.Config, error) {
	with := []func(*config.LoadOptions) error{
		config.WithSharedConfigProfile(o.Profile),
		config.WithRetryer(func() aws.Retryer {
			return retry.NewAdaptiveMode(func(a *retry.AdaptiveModeOptions) {
				a.StandardOptions = append(a.StandardOptions, func(s *retry.StandardOptions) { s.MaxAttempts = attempts })
			})
		}),
	}
	if len(o.Regions) > 0 {
		with = append(with, config.WithRegion(o.Regions[0]))
	}
	cfg, err := config.LoadDefaultConfig(ctx, with...)
	var profile config.SharedConfigProfileNotExistError
	bundle := os.Getenv("AWS_CA_BUNDLE")
	switch {
	case errors.As(err, &profile):
		return cfg, fmt.Errorf("profile %q: not in the AWS configuration files, want one that \"aws configure list-profiles\" names", profile.Profile)
	case err != nil && bundle != "":
		if _, unreadable := os.Stat(bundle); unreadable != nil {
			return cfg, fmt.Errorf("AWS_CA_BUNDLE %q: no such file, want a PEM file of certificates; unset it if there is no proxy: %w", bundle, err)
		}
		return cfg, fmt.Errorf("AWS configuration, with AWS_CA_BUNDLE %q, want a PEM file of certificates: %w", bundle, err)
	case err != nil:
		return cfg, fmt.Errorf("AWS configuration: %w", err)
	case cfg.Region == "":
		return cfg, errors.New("region: none, want one as an option, in AWS_REGION or in the profile")
	}
	return cfg, nil
}

// newSession asks whose credentials cfg has.
func newSession(ctx context.Context, cfg aws.Config, t *tally) (*session, error) {
	s := &session{cfg: cfg, tally: t, guards: map[string]*guard{}}
	who, err := sts.NewFromConfig(s.config(cfg.Region)).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return nil, unusable(err)
	}
	s.account = aws.ToString(who.Account)
	parts, ok := text.SplitARN(aws.ToString(who.Arn))
	if !ok {
		return nil, fmt.Errorf("caller %q: want an ARN", aws.ToString(who.Arn))
	}
	s.partition = parts[1]
	return s, nil
}

// unusable says what to do about credentials with which nothing can be read.
func unusable(err error) error {
	switch c := code(err); {
	case c == "ExpiredToken" || c == "ExpiredTokenException":
		return fmt.Errorf("credentials: expired, want new ones, as by \"aws sso login\": %w", err)
	case c == "InvalidClientTokenId" || c == "UnrecognizedClientException" || c == "SignatureDoesNotMatch":
		return fmt.Errorf("credentials: AWS does not know them in this Region, want an active access key or session, and a Region that the account has enabled: %w", err)
	case c != "":
		return fmt.Errorf("credentials: %w", err)
	}
	return fmt.Errorf("credentials: none that work, want a profile, AWS_ACCESS_KEY_ID or another source of the AWS command line, and a way to AWS's endpoints: %w", err)
}

// as returns the session of a role that s assumes.
func (s *session) as(ctx context.Context, role, externalID string) (*session, error) {
	parts, ok := text.SplitARN(role)
	if !ok || parts[text.Service] != "iam" || !text.IsAccount(parts[text.Account]) {
		return nil, fmt.Errorf("role %q: want an ARN as arn:aws:iam::111122223333:role/NAME", role)
	}
	provider := stscreds.NewAssumeRoleProvider(sts.NewFromConfig(s.config(s.cfg.Region)), role, func(a *stscreds.AssumeRoleOptions) {
		a.RoleSessionName = "hopgrant"
		if externalID != "" {
			a.ExternalID = &externalID
		}
	})
	cfg := s.cfg.Copy()
	cfg.Credentials = aws.NewCredentialsCache(provider)
	in, err := newSession(ctx, cfg, s.tally)
	if err != nil {
		return nil, fmt.Errorf("role %q: %w", role, err)
	}
	return in, nil
}

// signIn asks whose credentials the configuration has, in the first Region that knows them: one that the account has not enabled must
// not hide the others.
func (r *reader) signIn(ctx context.Context, cfg aws.Config) (*session, error) {
	var first error
	for _, name := range r.o.Regions {
		cfg.Region = name
		s, err := newSession(ctx, cfg, &r.tally)
		if err == nil {
			return s, nil
		}
		first = cmp.Or(first, err)
		if stop := stops(err, "SNS"); stop == nil || !stop.region {
			break
		}
	}
	return nil, first
}

// session returns who may read an account. An account whose role cannot be assumed is a scope with a gap.
func (r *reader) session(ctx context.Context, account string) (*session, error) {
	r.mu.Lock()
	s, known := r.sessions[account]
	r.mu.Unlock()
	if known {
		return s, nil
	}
	s, err := r.home.as(ctx, r.o.Roles[account], "")
	if err == nil && s.account != account {
		err = fmt.Errorf("role %q: is of account %s", r.o.Roles[account], s.account)
	}
	if err != nil {
		refused := newScope(&session{account: account, partition: r.home.partition}, "", r.o)
		refused.gap(live.Gap{Operation: "sts:AssumeRole", Resource: r.o.Roles[account], Reason: reason(err)})
		r.mu.Lock()
		defer r.mu.Unlock()
		r.sessions[account] = nil
		r.scopes = append(r.scopes, refused)
		return nil, err
	}
	r.addSession(s)
	return s, nil
}

func (r *reader) addSession(s *session) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sessions[s.account] = s
}

// guard returns the guard of a Region. The calls of all readers of a Region share it.
func (s *session) guard(region string) *guard {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.guards[region] == nil {
		s.guards[region] = newGuard(s.tally)
	}
	return s.guards[region]
}

// config returns the configuration for a Region's clients.
func (s *session) config(region string) aws.Config { return s.guard(region).config(s.cfg, region) }
