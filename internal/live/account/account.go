// Package account reads AWS accounts into snapshots. It only ever makes the calls of one table, all of which read.
package account

import (
	"cmp"
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/hopgrant/hopgrant/internal/live"
)

// Options say what is read, and as whom.
type Options struct {
	// Profile is a profile of the AWS configuration files; empty means the one that the environment names.
	Profile string
	// Role is the ARN of a role to assume before anything is read, with ExternalID if it is not empty.
	Role, ExternalID string
	// Account is the number that the account must have; empty means any.
	Account string
	// Regions are read side by side; none means the Region of the profile or the environment.
	Regions []string

	// Topics, Queues and Keys narrow reading to what hangs on them: ARNs, names of topics and queues, queue URLs, and ids
	// and aliases of keys. If all are empty, the whole Region is read.
	Topics, Queues, Keys []string
	// Roles has the ARN of a role to assume in each further account. What the account's resources name there is read
	// too, into scopes of its own.
	Roles map[string]string

	// Since is how far back evidence is looked for; zero means 14 days, the longest that a queue keeps a message.
	Since time.Duration
	// NoEvidence leaves out metrics, logs and events.
	NoEvidence bool
	// OwnerTag is the key of the tag that names the owner of a topic, queue or key; empty reads none.
	OwnerTag string
	// Organization also reads the service and resource control policies above the account. Only the management account, which
	// may be in Roles, and delegated administrators may do so.
	Organization bool

	// Resume is an earlier snapshot, perhaps of a reading that did not come to its end. Topics, queues and keys in it that are younger than
	// MaxAge are not read again; zero means an hour.
	Resume *live.Snapshot
	MaxAge time.Duration
	// Checkpoint, if not nil, is called about once in ten seconds with what was read so far.
	Checkpoint func(*live.Snapshot)
	// Progress, if not nil, is called about four times a second, and once at the end.
	Progress func(Progress)
}

// Progress is how far a reading has come, over all accounts and Regions.
type Progress struct {
	// Topics, Queues and Keys are how many were read, of how many that are known so far.
	Topics, TopicsOf, Queues, QueuesOf, Keys, KeysOf int
	// Calls counts requests to AWS, and Throttled those that AWS turned away for their rate.
	Calls, Throttled int
}

// Read reads accounts into a snapshot.
//
// A call that AWS refuses, or does not answer, is a gap of the snapshot and no error. If nothing can be read at all, as
// without credentials or in another account than Options.Account, the error says what to do. If ctx ends, Read returns what was
// read, together with ctx's error.
func Read(ctx context.Context, o Options) (*live.Snapshot, error) {
	cfg, err := load(ctx, o)
	if err != nil {
		return nil, err
	}
	return read(ctx, o, cfg)
}

// read reads with a configuration for AWS's clients.
func read(ctx context.Context, o Options, cfg aws.Config) (*live.Snapshot, error) {
	o.Since = cmp.Or(o.Since, 14*24*time.Hour)
	o.MaxAge = cmp.Or(o.MaxAge, time.Hour)
	if len(o.Regions) == 0 {
		o.Regions = []string{cfg.Region}
	}
	r := &reader{o: o, sessions: map[string]*session{}, regions: map[place]*regional{}, elsewhere: map[string]bool{}}
	if err := r.start(ctx, cfg); err != nil {
		return nil, err
	}
	stop := r.tell()
	r.readAll(ctx)
	stop()
	return r.snapshot(), ctx.Err()
}
