package fanout

import (
	"github.com/hopgrant/hopgrant/constructs/internal/cdkcalls"
	"github.com/hopgrant/hopgrant/internal/service"
)

// managed returns what is wrong with the queues that were given the AWS managed key after they were made.
func (l *ledger) managed() []error {
	var all []error
	for _, key := range cdkcalls.MasterKeys(l) {
		if _, ok := service.ManagedKey(key.ID); ok {
			all = append(all, misuse(key.Owner, managedKey(key.ID)))
		}
	}
	return all
}
