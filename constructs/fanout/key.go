package fanout

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// NewKey makes a customer managed key for topics and queues: rotated every year, with an alias made of the construct's
// path, and kept when the stack is deleted, since messages may still be encrypted under it.
//
// The key's policy lets the account manage the key. What SNS, other AWS services and other accounts need is added where
// topics and queues use the key. Props may be nil; what it sets wins.
func NewKey(scope constructs.Construct, id *string, props *awskms.KeyProps) awskms.Key {
	p := awskms.KeyProps{}
	if props != nil {
		p = *props
	}
	if p.EnableKeyRotation == nil {
		p.EnableKeyRotation = jsii.Bool(true)
	}
	if p.RemovalPolicy == "" {
		p.RemovalPolicy = awscdk.RemovalPolicy_RETAIN
	}
	path := *scope.Node().Path() + "/" + *id
	if p.Alias == nil {
		p.Alias = jsii.String("alias/" + aliasName(path))
	}
	if p.Description == nil {
		p.Description = jsii.String("Messages of " + path)
	}
	return awskms.NewKey(scope, id, &p)
}

// aliasName keeps what may stand in an alias.
func aliasName(path string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '/', r == '_', r == '-':
			return r
		}
		return '-'
	}, path)
	if len(name) > 250 {
		name = name[len(name)-250:]
	}
	return name
}

// keyOf returns the customer managed key behind key, which may be an alias. The service, "sqs" or "sns", is whose AWS
// managed key it must not be.
func (l *ledger) keyOf(key awskms.IKey) (*party, error) {
	if p, ok := l.byValue[key]; ok {
		return p, nil
	}
	if alias, ok := key.(awskms.IAlias); ok {
		name := *alias.AliasName()
		if _, ok := service.ManagedKey(name); ok {
			return nil, managedKey(name)
		}
		target := aliasTarget(alias)
		if target == nil {
			return nil, aliasError(name)
		}
		p, err := l.keyOf(target)
		if err == nil {
			l.byValue[key] = p
		}
		return p, err
	}
	arn := *key.KeyArn()
	if _, ok := service.ManagedKey(arn); ok {
		return nil, managedKey(arn)
	}
	if strings.Contains(arn, ":alias/") {
		return nil, aliasError(arn)
	}
	for _, p := range l.parties { // the same imported key may come as several constructs
		if p.on == policygen.OnKey && p.token() == arn {
			l.byValue[key] = p
			return p, nil
		}
	}
	p := l.newParty(key, policygen.OnKey, arn, *l.envOf(key), "key/#")
	if where := key.Env(); where != nil {
		p.env.account, p.env.region = *where.Account, *where.Region
	}
	p.made = text.Unresolved(arn)
	p.add = func(s awsiam.PolicyStatement) *awsiam.AddToResourcePolicyResult {
		return key.AddToResourcePolicy(s, jsii.Bool(true))
	}
	return p, nil
}

// aliasTarget returns nil for an alias of which only the name is known.
func aliasTarget(alias awskms.IAlias) (target awskms.IKey) {
	defer func() {
		if recover() != nil {
			target = nil
		}
	}()
	return alias.AliasTargetKey()
}

func aliasError(name string) error {
	e := bad("key", name, "an alias", "the key's ARN", "import the key with awskms.Key_FromKeyArn; IAM compares Resource with the key's ARN and never with an alias")
	e.Cause = policygen.ErrAlias
	return e
}

// managedKey says why an AWS managed key cannot serve a fan-out, and what can.
func managedKey(name string) error {
	service, _ := service.ManagedKey(name)
	e := bad("key", name, "an AWS managed key never admits SNS or another AWS service, and its policy cannot be edited", "", "")
	e.Cause = policygen.ErrAWSManagedKey
	if service == "sns" {
		e.Fix = "use a customer managed key (fanout.NewKey), or no key"
	} else {
		e.Fix = "use SSE-SQS (leave the encryption out) or a customer managed key (fanout.NewKey)"
	}
	return e
}

// use notes how IAM principals get access to the key. The zero value leaves it to the key's other users.
func (p *party) use(access policygen.KeyAccess) error {
	switch {
	case access == policygen.ByIdentityPolicy:
		return nil
	case access != policygen.ByKeyPolicy && access != policygen.AccountWide:
		return bad("key access", string(access), "unknown", `"key-policy", "account" or none`, "")
	case p.access != policygen.ByIdentityPolicy && p.access != access:
		return bad("key access", string(access), `the same key has key access "`+string(p.access)+`" elsewhere`, "the same",
			"choose one for all queues and topics of the key")
	}
	p.access = access
	return nil
}
