package check

//go:generate go test . -run TestMarkdown -update

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

// Documentation says what a rule is about. The examples are in the rule's txtar file.
type Documentation struct {
	Title string // one line, without a period
	// Text says what happens to the messages and why, and what to do.
	Text string
	// AWS are the pages of AWS that say so; the first is the finding's.
	AWS []string
	// Basis is set where not all of it is documented by AWS, and says on what the rest rests.
	Basis string
}

// Help returns the address of the rule's documentation.
func (r *Rule) Help() string {
	return "https://github.com/hopgrant/hopgrant/blob/main/docs/rules.md#" + r.ID
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
