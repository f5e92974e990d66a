package organization

import (
	"context"
	"errors"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/hopgrant/hopgrant/internal/live"
)

// A Reading is what became of the accounts that were to be read. Each account in each of its Regions is either in Read or in Failed, once.
type Reading struct {
	// Read are the places of which the folder has a snapshot, ordered; with those without a Region.
	Read []Place
	// Reused counts the places with a Region whose snapshot was there and fresh.
	Reused int
	// Failed are the places that could not be read, ordered; with those without a Region.
	Failed []Failure
}

// Read reads the accounts, some of them at once, into the folder. What is there and fresh is not read again, and what was begun is gone on
// with. If ctx ends, the accounts that were not read say so. The error is that the folder cannot be written.
func Read(ctx context.Context, targets []Target, o Options) (Reading, error) {
	var (
		all   Reading
		errs  []error
		mu    sync.Mutex
		group errgroup.Group
		done  int
	)
	group.SetLimit(max(1, o.Parallel))
	for _, t := range targets {
		group.Go(func() error {
			one, err := o.read(ctx, t)
			mu.Lock()
			defer mu.Unlock()
			all.Read, all.Failed, all.Reused = append(all.Read, one.Read...), append(all.Failed, one.Failed...), all.Reused+one.Reused
			if err != nil {
				errs = append(errs, err)
			}
			if done++; o.Progress != nil {
				o.Progress(done, len(targets))
			}
			return nil
		})
	}
	_ = group.Wait()
	slices.SortFunc(all.Read, Place.compare)
	slices.SortFunc(all.Failed, func(a, b Failure) int { return a.compare(b.Place) })
	return all, errors.Join(errs...)
}

// read reads what of one account is not there yet.
func (o *Options) read(ctx context.Context, t Target) (Reading, error) {
	there := map[string]*live.Scope{}
	var earlier []*live.Snapshot
	var wanted []string
	for _, r := range append([]string{""}, t.Regions...) {
		s := o.Folder.scope(Place{t.Account, r})
		if there[r] = s; s != nil {
			earlier = append(earlier, &live.Snapshot{Scopes: []live.Scope{*s}})
		}
		if r != "" && !fresh(s, o.MaxAge) {
			wanted = append(wanted, r)
		}
	}
	if len(wanted) == 0 && !fresh(there[""], o.MaxAge) {
		wanted = t.Regions[:1] // what an account has once is read with a Region
	}
	one := Reading{Reused: len(t.Regions) - len(wanted)}
	var failure string
	var saveErr error
	if len(wanted) > 0 {
		failure, saveErr = o.readAccount(ctx, t, wanted, there, live.Join(earlier...))
	}
	for _, r := range append([]string{""}, t.Regions...) {
		at, s := Place{t.Account, r}, there[r]
		if failure != "" {
			s = o.Folder.scope(at) // it may be there nevertheless, and may not be whole any more
		}
		switch {
		case failure != "" && !fresh(s, o.MaxAge):
			one.Failed = append(one.Failed, Failure{at, failure})
		case s == nil:
			one.Failed = append(one.Failed, Failure{at, "it was not read"})
		case unread(s) != "":
			one.Failed = append(one.Failed, Failure{at, unread(s)})
		default:
			one.Read = append(one.Read, at)
		}
	}
	return one, saveErr
}

const interrupted = "reading was interrupted"

// readAccount reads an account in some Regions into the folder, and into there. A failure is one of all of them.
func (o *Options) readAccount(ctx context.Context, t Target, regions []string, there map[string]*live.Scope, earlier *live.Snapshot) (failure string, saveErr error) {
	if ctx.Err() != nil {
		return interrupted, nil
	}
	save := func(s *live.Snapshot) { saveErr = o.Folder.save(t.Account, s) }
	s, err := o.Read(ctx, Request{Target{t.Account, regions}, o.role(t), earlier, o.MaxAge, save})
	if s != nil {
		save(s)
	}
	switch {
	case saveErr != nil:
		return oneLine(saveErr), saveErr
	case ctx.Err() != nil:
		return interrupted, nil
	case err != nil:
		return oneLine(err), nil
	}
	delete(there, "")
	for _, r := range regions {
		delete(there, r)
	}
	for i := range s.Scopes {
		if scope := &s.Scopes[i]; scope.Account == t.Account {
			there[scope.Region] = scope
		}
	}
	return "", nil
}
