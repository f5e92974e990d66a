package check

//go:generate go test . -run TestPages -update

import "slices"

// A Rule finds one kind of problem in the judged hops and documents of a topology. It is a pure function.
type Rule struct {
	// ID is kebab-case and never changes.
	ID string
	// Severity is that of its findings at worst. What rests on a fact that AWS's pages leave open only warns.
	Severity Severity
	// Documentation is the rule's, beside its code.
	Documentation
	check func(*subject, *Rule) []Finding
}

// Rules returns every rule, in the order in which findings are made: errors, then warnings.
func Rules() []*Rule { return slices.Clone(rules) }

// LookUp returns the rule of that id.
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
	ruleRegionalPrincipal,
	ruleKeyStatementResource,
	ruleServiceKeyCondition,
	ruleKeyAlias,
	ruleDisabledKey,
	rulePolicyLimit,

	rulePolicyOverwritten,
	ruleUnseenPolicy,
	ruleDeadLetterKey,
	ruleOpenKey,
	ruleOpenQueue,
	ruleOpenTopic,
	ruleExcessActions,
	ruleDecryptAnyKey,
	ruleNoDeadLetterQueue,
	ruleNoTLSPolicy,
	ruleUnencryptedQueue,
	ruleVisibilityTimeout,
	ruleDeadLetterRetention,
	ruleFailuresNotLogged,
	ruleBatchAction,
	ruleUndecided,
}
