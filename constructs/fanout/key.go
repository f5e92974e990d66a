package fanout

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/policygen"
)

// NewKey makes a customer managed key for topics and queues: rotated every year, with an alias made of the construct's
// path, and kept when the stack is deleted, since messages may still be encrypted under it.
//
// The key's policy lets the account manage the key. What SNS, other AWS services and other accounts need is added where
// topics and queues use the key. Props may be nil; what it sets wins.
func NewKey(scope constructs.Construct, id *string, props *awskms.KeyProps) awskms.Key {
	needID(scope, id)
	p := value(props)
	p.RemovalPolicy = cmp.Or(p.RemovalPolicy, awscdk.RemovalPolicy_RETAIN)
	return finish(awskms.NewKey(scope, id, &p), p)
}

// finish sets what the props leave open, also of a key that the CDK made for a queue.
func finish(key awskms.Key, p awskms.KeyProps) awskms.Key {
	path, l1 := *key.Node().Path(), key.Node().DefaultChild().(awskms.CfnKey)
	if p.EnableKeyRotation == nil {
		l1.SetEnableKeyRotation(jsii.Bool(true))
	}
	if p.Description == nil {
		l1.SetDescription(jsii.String("Messages of " + path))
	}
	if p.Alias == nil {
		key.AddAlias(jsii.String(aliasOf(key, path)))
	}
	return key
}

// aliasOf returns an alias made of the path of a key: of the stack's name, which tells the same construct of several
// deployments apart, and of the path within the stack.
func aliasOf(key awskms.Key, path string) string {
	stack, _ := outermost(awscdk.Stack_Of(key))
	name := unfit.ReplaceAllString(*stack.StackName()+strings.TrimPrefix(path, *stack.Node().Path()), "-")
	return "alias/" + name[max(0, len(name)-250):]
}

// unfit is what may not stand in an alias.
var unfit = regexp.MustCompile("[^a-zA-Z0-9/_-]")

// keyOf returns the customer managed key behind key, which may be an alias.
func keyOf(key awskms.IKey) (*resource, error) {
	r := registryOf(key)
	if p, ok := r.keys[key]; ok {
		return p, nil
	}
	alias, isAlias := key.(awskms.IAlias)
	arn := *key.KeyArn()
	if isAlias {
		arn = *alias.AliasName()
	}
	if _, ok := service.ManagedKey(arn); ok {
		return nil, managedKey(arn)
	}
	if isAlias {
		if target := aliasTarget(alias); target != nil {
			return keyOf(target)
		}
	}
	if isAlias || strings.Contains(arn, ":alias/") {
		return nil, because(policygen.ErrAlias, bad("key", arn, "an alias", "the key's ARN",
			"import the key with awskms.Key_FromKeyArn; IAM compares Resource with the key's ARN and never with an alias"))
	}
	for _, p := range r.resources { // the same imported key may come as several constructs
		if p.on == policygen.OnKey && p.text == arn {
			r.keys[key] = p
			return p, nil
		}
	}
	e := r.whereIs(key)
	_, made := key.(awskms.Key)
	p := r.add(&resource{on: policygen.OnKey, text: arn, arn: standIn(arn, "kms", e.region, e.account, "key/#"), env: e, made: made,
		add: func(s awsiam.PolicyStatement) *awsiam.AddToResourcePolicyResult {
			return key.AddToResourcePolicy(s, jsii.Bool(true))
		}})
	r.keys[key] = p
	return p, nil
}

// aliasTarget returns nil for an alias of which only the name is known.
func aliasTarget(alias awskms.IAlias) (target awskms.IKey) {
	defer func() { _ = recover() }() // the CDK throws
	return alias.AliasTargetKey()
}

// managedKey says why an AWS managed key cannot serve a fan-out, and what can.
func managedKey(name string) error {
	service, _ := service.ManagedKey(name)
	fix := "use SSE-SQS (leave the encryption out) or a customer managed key (fanout.NewKey)"
	if service == "sns" {
		fix = "use a customer managed key (fanout.NewKey), or no key"
	}
	return because(policygen.ErrAWSManagedKey, bad("key", name, "an AWS managed key never admits SNS or another AWS service, and its policy cannot be edited", "", fix))
}
