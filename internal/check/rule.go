package check

//go:generate go test . -run TestPages -update

import (
	"slices"

	"github.com/hopgrant/hopgrant/internal/topology"
)

// A Rule finds one kind of problem in the judged hops and documents of a topology.
type Rule struct {
	// ID is kebab-case and never changes.
	ID string
	// Severity is the worst severity of its findings. A finding that rests on what AWS's pages leave open is a warning.
	Severity Severity
	Documentation
	// undecided is set on rules about hops that could not be decided.
	undecided bool
	// check is a pure function.
	check func(*subject, *Rule) []Finding
}

// report returns the check of a rule that reports every hop with calls denied in this way.
func (d denial) report(message func(*Hop, []*Call) string, at func(*Hop, []*Call) topology.Position) func(*subject, *Rule) []Finding {
	return func(s *subject, r *Rule) []Finding { return s.denied(r, d, message, at) }
}

// Rules returns every rule in order: first errors, then warnings, then infos.
func Rules() []*Rule { return slices.Clone(rules) }

// RuleIDs returns the id of every rule, in the order of [Rules].
func RuleIDs() []string {
	var ids []string
	for _, r := range rules {
		ids = append(ids, r.ID)
	}
	return ids
}

// LookUp returns the rule with the given id.
func LookUp(id string) (*Rule, bool) {
	for _, r := range rules {
		if r.ID == id {
			return r, true
		}
	}
	return nil, false
}

var rules = []*Rule{
	ruleAWSManagedKey,
	ruleKeyPolicySNS,
	ruleKeyPolicyService,
	ruleKeyPolicyConsumer,
	ruleKeyPolicyProducer,
	ruleKeyPolicyPublisher,
	ruleQueuePolicy,
	ruleTopicPolicy,
	ruleConsumerDecrypt,
	ruleDeadLetterDecrypt,
	ruleCallerKeyAccess,
	ruleCallerPermission,
	ruleSubscriptionDeadLetter,
	ruleRedriveDenied,
	ruleExplicitDeny,
	ruleFIFOMismatch,
	ruleKeyRegion,
	ruleKeyCannotEncrypt,
	ruleRoleTrust,
	ruleRedriveRefused,
	ruleDeadLetterElsewhere,
	ruleBucketToFIFO,
	ruleFIFOTarget,
	rulePolicyTooLate,
	ruleSubscriptionRegion,
	ruleEndpointURL,
	ruleEndpointARN,
	ruleSubscriptionProtocol,
	ruleSubscriptionState,
	ruleDoesNotExist,
	ruleDuplicateSubscription,
	ruleLargeTopic,
	ruleRegionalPrincipal,
	ruleKeyStatementResource,
	ruleServiceKeyCondition,
	ruleKeyAlias,
	ruleDisabledKey,
	rulePolicyLimit,

	rulePolicyOverwritten,
	ruleDeadLetterKey,
	ruleOpenKey,
	ruleOpenQueue,
	ruleOpenTopic,
	ruleExcessActions,
	ruleDecryptAnyKey,
	ruleUnencryptedQueue,
	ruleVisibilityTimeout,
	ruleDeadLetterRetention,
	ruleBatchAction,
	ruleSuppression,
	ruleUnexplainedFailure,

	ruleUndecided,
	ruleUnseenPolicy,
	ruleNoDeadLetterQueue,
	ruleNoTLSPolicy,
	ruleFailuresNotLogged,
	ruleEmptyThoughOK,
}
