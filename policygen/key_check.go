package policygen

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/text"
)

// key checks the key of a queue or topic.
func (c *hopCheck) key(what, key string, of ARN, user string) {
	if key == "" {
		return
	}
	if owner, ok := service.ManagedKey(key); ok {
		c.managedKey(what, key, owner, of, user)
		return
	}
	if strings.HasPrefix(key, "alias/") || strings.Contains(key, ":alias/") {
		c.add(ErrAlias, what, key, "an alias", "the key's ARN, arn:aws:kms:region:account:key/id",
			"IAM compares Resource with the key's ARN and never with an alias")
		return
	}
	if !strings.HasPrefix(key, "arn:") && !text.Unresolved(key) {
		c.add(ErrAlias, what, key, "no ARN", "the key's ARN, arn:aws:kms:region:account:key/id", "IAM does not match key ids")
		return
	}
	if err := c.arn(&keyForm, key, c.patterns); err != nil {
		c.err(err)
		return
	}
	k := ARN(key)
	if a, b := k.part(text.Partition), of.part(text.Partition); a != "" && b != "" && a != b {
		c.add(ErrKeyRegion, what, key, "its partition is "+a, b+", that of "+string(of), "")
	} else if a, b := k.Region(), of.Region(); a != "" && b != "" && a != b && !text.IsPattern(a+b) {
		c.add(ErrKeyRegion, what, key, "its Region is "+a, b+", that of "+string(of), "a key is used in its own Region only")
	}
}

// managedKey checks that an AWS managed key is the one of the resource's service and that it admits the caller.
func (c *hopCheck) managedKey(what, key, owner string, of ARN, user string) {
	caller := c.hop.caller()
	alternatives := "use SSE-SQS or a customer managed key"
	if user == "sns" {
		alternatives = "use a customer managed key, or no key"
	}
	switch {
	case owner != user:
		c.add(ErrAWSManagedKey, what, key, "it is the AWS managed key of "+owner, "alias/aws/"+user+" or a customer managed key", "")
	case IsService(caller):
		c.add(ErrAWSManagedKey, what, key, "an AWS managed key never admits "+caller.String()+", and its policy cannot be edited",
			"no AWS managed key", alternatives)
	case crossAccount(caller, of):
		c.add(ErrAWSManagedKey, what, key, "an AWS managed key admits only its own account, not "+AccountOf(caller),
			"no AWS managed key", alternatives)
	}
}

func (c *hopCheck) sourceKeys() {
	for _, k := range c.hop.SourceKeys {
		c.key("source key", string(k), ARN(c.hop.Queue.ARN), "sqs")
	}
}
