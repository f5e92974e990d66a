package account

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/hopgrant/hopgrant/internal/live"
	"github.com/hopgrant/hopgrant/internal/region"
	"github.com/hopgrant/hopgrant/internal/text"
)

// A reader reads one account, and what that names in other accounts and Regions.
type reader struct {
	o     Options
	home  *session
	tally tally

	mu        sync.Mutex
	sessions  map[string]*session // by account; nil if its role cannot be assumed
	scopes    []*scope
	regions   map[place]*regional
	elsewhere map[string]bool // ARNs in places that are not read yet
	progress  Progress
}

// start finds out whose credentials the configuration has, and what is to be read first.
func (r *reader) start(ctx context.Context, cfg aws.Config) (err error) {
	if err := r.o.validate(); err != nil {
		return err
	}
	if r.home, err = r.signIn(ctx, cfg); err != nil {
		return err
	}
	if r.o.Role != "" {
		if r.home, err = r.home.as(ctx, r.o.Role, r.o.ExternalID); err != nil {
			return err
		}
	}
	if r.o.Account != "" && r.home.account != r.o.Account {
		return fmt.Errorf("account %s: the credentials are of account %s, want a profile or role of the first", r.o.Account, r.home.account)
	}
	r.addSession(r.home)
	topics, err := r.home.named("sns", "topic", r.o.Topics, r.o.Regions)
	if err != nil {
		return err
	}
	queues, err := r.home.named("sqs", "queue", r.o.Queues, r.o.Regions)
	if err != nil {
		return err
	}
	whole := len(topics)+len(queues)+len(r.o.Keys) == 0
	if whole || len(r.o.Keys) > 0 {
		for _, name := range r.o.Regions {
			r.addRegion(r.home, place{r.home.account, name}, whole).keys = r.o.Keys
		}
	}
	for _, arn := range slices.Concat(topics, queues) {
		at, _, _ := placeOf(arn)
		g := r.regionAt(at)
		if g == nil {
			g = r.addRegion(r.home, at, false)
		}
		g.seeds = g.seeds || slices.Contains(queues, arn)
		g.add(visit{arn, byName})
	}
	return nil
}

// validate returns all that is wrong with the options.
func (o Options) validate() error {
	var errs []error
	for _, name := range o.Regions {
		if !region.Is(name) {
			errs = append(errs, fmt.Errorf("region %q: want a Region's code, such as eu-west-1", name))
		}
	}
	for account, role := range o.Roles {
		if parts, ok := text.SplitARN(role); !ok || parts[2] != "iam" || parts[4] != account {
			errs = append(errs, fmt.Errorf("role %q: want the ARN of a role in account %s", role, account))
		}
	}
	return errors.Join(errs...)
}

// readAll reads topics, queues and their surroundings until nothing that they name is unread, then keys, then evidence.
func (r *reader) readAll(ctx context.Context) {
	together(
		func() { r.readAccounts(ctx) },
		func() {
			r.everywhere(func(g *regional) {
				g.begin(ctx)
				g.readMessaging(ctx)
			})
			for r.more(ctx) && ctx.Err() == nil {
				r.everywhere(func(g *regional) {
					g.readMessaging(ctx)
					if !g.surrounded {
						g.surrounded = true
						g.readAround(ctx)
					}
					g.readKeys(ctx)
				})
			}
			r.everywhere(func(g *regional) {
				if !r.o.NoEvidence {
					g.readEvidence(ctx)
				}
				if r.o.OwnerTag != "" {
					g.readOwners(ctx)
				}
			})
		},
	)
	// Roles of other accounts may have been assumed since.
	r.readAccounts(ctx)
	r.end(ctx)
}

// everywhere calls do for every Region that is read, all at once. No generic function may have *regional as its type: its descriptor
// would then reach the clients, of which the linker would keep every method, a dozen megabytes.
func (r *reader) everywhere(do func(*regional)) {
	r.mu.Lock()
	var all []func()
	for _, g := range r.regions {
		all = append(all, func() { do(g) })
	}
	r.mu.Unlock()
	together(all...)
}

// more reports whether anything is unread, after it has found who may read it.
func (r *reader) more(ctx context.Context) bool {
	r.mu.Lock()
	arns := sorted(r.elsewhere)
	r.elsewhere = map[string]bool{}
	r.mu.Unlock()
	for _, arn := range arns {
		at, _, _ := placeOf(arn)
		s, err := r.session(ctx, at.account)
		if err != nil || s == nil {
			continue
		}
		g := r.regionAt(at)
		if g == nil {
			g = r.addRegion(s, at, false)
		}
		g.visitReferred(arn)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, g := range r.regions {
		if !g.surrounded || g.unread() {
			return true
		}
	}
	return false
}

func (r *reader) addRegion(s *session, at place, whole bool) *regional {
	g := newRegion(r, s, at, whole)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.regions[at] = g
	r.scopes = append(r.scopes, g.scope)
	return g
}

func (r *reader) regionAt(at place) *regional {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.regions[at]
}

// refer notes a topic, queue or key that a resource names, to be read if it is in the account or in one that there is a role for.
func (r *reader) refer(arn string) {
	at, _, ok := placeOf(arn)
	if !ok {
		return
	}
	if g := r.regionAt(at); g != nil {
		g.visitReferred(arn)
		return
	}
	if at.account != r.home.account && r.o.Roles[at.account] == "" {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.elsewhere[arn] = true
}

// readAccounts reads what accounts have once: identities, and the organization's policies.
func (r *reader) readAccounts(ctx context.Context) {
	r.mu.Lock()
	var fresh []*session
	for _, account := range sorted(r.sessions) {
		if s := r.sessions[account]; s != nil && !s.identities {
			s.identities = true
			fresh = append(fresh, s)
		}
	}
	r.mu.Unlock()
	each(fresh, func(s *session) {
		once := newScope(s, "", r.o)
		r.mu.Lock()
		r.scopes = append(r.scopes, once)
		r.mu.Unlock()
		once.readIdentities(ctx, iam.NewFromConfig(s.config(s.cfg.Region)))
		if r.o.Organization {
			if who := r.organizationSession(ctx, once); who != nil {
				once.readOrganization(ctx, organizations.NewFromConfig(who.config(who.cfg.Region)))
			}
		}
	})
}

// end closes the scopes, unless the reading was interrupted. A Region in which nothing could be read says so once.
func (r *reader) end(ctx context.Context) {
	r.everywhere(func(g *regional) {
		if s := g.guard.stopped.Load(); s != nil && s.region {
			g.mu.Lock()
			g.gaps = map[live.Gap]bool{{Reason: s.reason}: true}
			g.mu.Unlock()
		}
	})
	if ctx.Err() != nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range r.scopes {
		s.mu.Lock()
		s.ended = time.Now().UTC()
		s.mu.Unlock()
	}
}

// snapshot returns what was read so far.
func (r *reader) snapshot() *live.Snapshot {
	r.mu.Lock()
	scopes := slices.Clone(r.scopes)
	r.mu.Unlock()
	out := &live.Snapshot{Version: live.Version}
	for _, s := range scopes {
		out.Scopes = append(out.Scopes, s.scope())
	}
	slices.SortFunc(out.Scopes, func(a, b live.Scope) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Region, b.Region))
	})
	return out
}
