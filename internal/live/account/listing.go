package account

import (
	"context"
	"errors"

	"golang.org/x/sync/errgroup"
)

// A page is one answer to a call that lists: its items, and the token of the next page, if there is one.
type page[T any] struct {
	items []T
	next  *string
}

var errRepeatedToken = errors.New("the pages repeat themselves")

// list returns the items of all pages. A listing whose token went stale is begun again, once. What fails after that is a gap of the
// resource, or of the scope if id is empty; list then returns the items that were read and the error.
func list[T any](ctx context.Context, s *scope, id string, ask func(token *string) (page[T], error)) ([]T, error) {
	items, further, err := pages(ask)
	if further && err != nil && staleToken(err) {
		items, _, err = pages(ask)
	}
	if err != nil {
		s.failed(ctx, id, err)
	}
	return items, err
}

// pages asks for one page after the other; further is true if it was not the first that failed.
func pages[T any](ask func(token *string) (page[T], error)) (items []T, further bool, err error) {
	for token := (*string)(nil); ; further = true {
		p, err := ask(token)
		if err != nil {
			return items, further, err
		}
		items = append(items, p.items...)
		if p.next == nil || *p.next == "" {
			return items, further, nil
		}
		if token != nil && *token == *p.next {
			return items, further, errRepeatedToken
		}
		token = p.next
	}
}

// workers is how many resources of a Region are read at once. The pace of operations is what limits a reading; this bounds its
// memory.
const workers = 16

// each calls do for all items, some of them at once, and returns when all are done.
func each[T any](items []T, do func(T)) {
	var g errgroup.Group
	g.SetLimit(workers)
	for _, item := range items {
		g.Go(func() error {
			do(item)
			return nil
		})
	}
	g.Wait() // do returns no error
}

// together calls all functions at once and returns when all are done.
func together(all ...func()) {
	each(all, func(do func()) { do() })
}
