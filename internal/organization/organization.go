// Package organization reads many accounts side by side into a folder of snapshots, and judges what is in the folder. What
// crosses accounts is judged with both sides known.
package organization

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hopgrant/hopgrant/internal/live"
	"github.com/hopgrant/hopgrant/internal/region"
)

// A Target is an account that is to be read, in one or more Regions.
type Target struct {
	Account string
	Regions []string
}

// Options say how accounts are read.
type Options struct {
	// Role is the name of the role that is assumed in each account, perhaps with a path.
	Role string
	// Folder is where snapshots and findings are.
	Folder Folder
	// MaxAge is how old a snapshot may be that is not read again.
	MaxAge time.Duration
	// Parallel is how many accounts are read at once; it bounds the memory of a reading.
	Parallel int
	// Progress, if not nil, is called after each account with how many are done. Calls are never at the same time.
	Progress func(done, total int)

	// Read reads one account. A call that AWS does not answer is a gap of the snapshot; the error says why nothing could be read. If ctx
	// ends, there is a snapshot of what was read.
	Read func(context.Context, Request) (*live.Snapshot, error)
}

// A Request says what is read of one account.
type Request struct {
	Target
	// Role is the ARN of the role that is assumed.
	Role string
	// Resume is what an earlier reading has, of which nothing that is younger than MaxAge is read again. It has no scopes if there was none.
	Resume *live.Snapshot
	MaxAge time.Duration
	// Checkpoint is to be called from time to time with what was read so far.
	Checkpoint func(*live.Snapshot)
}

// A Place is an account in one Region, or what the account has once if Region is empty.
type Place struct {
	Account string `json:"account"`
	Region  string `json:"region,omitempty"`
}

// String returns the place as positions of findings have it.
func (p Place) String() string {
	if p.Region == "" {
		return p.Account
	}
	return p.Account + "/" + p.Region
}

// placeOf returns the place that a position of a finding is in.
func placeOf(position string) Place {
	account, region, _ := strings.Cut(position, "/")
	return Place{account, region}
}

// A Failure is a place that could not be read, and why.
type Failure struct {
	Place
	Reason string `json:"reason"`
}

// role returns the ARN of the role that is assumed in an account.
func (o *Options) role(t Target) string {
	return fmt.Sprintf("arn:%s:iam::%s:role/%s", region.Partition(t.Regions[0]), t.Account, strings.TrimPrefix(o.Role, "/"))
}

// oneLine returns an error's text without line breaks.
func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

func (p Place) compare(q Place) int {
	return cmp.Or(cmp.Compare(p.Account, q.Account), cmp.Compare(p.Region, q.Region))
}
