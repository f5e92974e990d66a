package fanout

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/hopgrant/hopgrant/constructs/internal/cdkcalls"
	"github.com/hopgrant/hopgrant/policygen"
)

// watch sees to it that nobody gives the queue the AWS managed key after it was made. It would be the construct's problem.
func (l *ledger) watch(c constructs.Construct, queue awssqs.Queue) {
	cdkcalls.Watch(l, queue)
	l.watched = append(l.watched, c)
}

// managed returns what is wrong with the watched queues.
func (l *ledger) managed() []error {
	var all []error
	for i, key := range cdkcalls.MasterKeys(l) {
		if _, ok := policygen.AWSManagedKey(key); ok {
			all = append(all, misuse(l.watched[i], managedKey(key)))
		}
	}
	return all
}
