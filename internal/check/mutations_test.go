package check_test

import (
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/value"
)

// A node is a part of a template that a mutation looks at.
type node struct {
	value.Value
	path []string // the keys from the template to the part; "" for an item of a list
	in   *deployment
}

func (n *node) key() string { return n.up(0) }

// up returns the key of the part, or of what it is in, by that many levels.
func (n *node) up(levels int) string {
	if len(n.path) <= levels {
		return ""
	}
	return n.path[len(n.path)-1-levels]
}

// resourceType returns the type of the resource that the part belongs to.
func (n *node) resourceType() string { return n.in.typeOf(n.path[0]) }

// ofTrust reports whether the part is of the trust policy of a role.
func (n *node) ofTrust() bool { return slices.Contains(n.path, "AssumeRolePolicyDocument") }

// A mutation breaks a template in one way, wherever it finds what it breaks.
type mutation struct {
	name string
	// of returns what a part may become: an absent value drops it.
	of func(n *node) []value.Value
}

var mutations = []mutation{
	{"drop a part", func(n *node) []value.Value { return []value.Value{{}} }},
	{"make a list of nothing", func(n *node) []value.Value {
		if n.Kind != value.List {
			return nil
		}
		return []value.Value{value.NewList(n.At)}
	}},
	{"alter a text", func(n *node) []value.Value {
		if n.Kind != value.Text {
			return nil
		}
		return texts(n.Text+"x", "x"+n.Text, strings.ToUpper(n.Text), "*", "?"+n.Text, "${aws:username}", strings.Replace(n.Text, "${AWS::AccountId}", stranger, 1),
			strings.Replace(n.Text, "${AWS::Region}", elsewhere, 1), strings.Replace(n.Text, "arn:aws:", "arn:aws-cn:", 1))
	}},
	{"turn a flag", func(n *node) []value.Value {
		if n.Kind != value.Boolean && n.Text != "true" && n.Text != "false" {
			return nil
		}
		return parsed(`true`, `false`, `"true"`, `"false"`)
	}},
	{"refer to another resource", anotherResource},
	{"deny what was allowed", func(n *node) []value.Value {
		if n.key() != "Effect" {
			return nil
		}
		return texts("Deny")
	}},
	{"swap a condition's operator", func(n *node) []value.Value {
		if n.key() != "Condition" || n.Kind != value.Object {
			return nil
		}
		return renamed(n, operators...)
	}},
	{"swap a condition's key", func(n *node) []value.Value {
		if n.up(1) != "Condition" || n.Kind != value.Object {
			return nil
		}
		return renamed(n, conditionKeys...)
	}},
	{"alter a condition's value", func(n *node) []value.Value {
		if n.up(2) != "Condition" {
			return nil
		}
		return parsed(append(anotherARN(n), `"`+stranger+`"`, `"*"`, `""`, `"true"`, `"false"`, `[]`, `"arn:*"`, `"sqs.`+region+`.amazonaws.com"`, `{"Ref": "AWS::Region"}`)...)
	}},
	{"admit others", func(n *node) []value.Value {
		if n.key() != "Principal" {
			return nil
		}
		return parsed(`"*"`, `{"AWS": "*"}`, `{"AWS": "`+stranger+`"}`, `{"AWS": "arn:aws:iam::`+stranger+`:root"}`, `{"AWS": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:root"}}`,
			`{"AWS": {"Ref": "AWS::AccountId"}}`, `{"AWS": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:role/other"}}`, `{"AWS": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:user/other"}}`,
			`{"Service": "sns.amazonaws.com"}`, `{"Service": "sqs.amazonaws.com"}`, `{"Service": "sns.eu-west-1.amazonaws.com"}`, `{"Service": "events.amazonaws.com"}`,
			`{"Service": "*"}`, `{"Service": "SNS.amazonaws.com"}`, `{"Federated": "cognito-identity.amazonaws.com"}`, `{"CanonicalUser": "x"}`)
	}},
	{"trust others", func(n *node) []value.Value {
		switch {
		case !n.ofTrust():
			return nil
		case n.key() == "Principal":
			return parsed(`{"Service": "ec2.amazonaws.com"}`, `{"Service": "lambda.amazonaws.com"}`, `{"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"]}`, `{"Service": "pipes.amazonaws.com"}`,
				`{"Service": "lambda.`+region+`.amazonaws.com"}`, `{"Service": "lambda.`+elsewhere+`.amazonaws.com"}`, `{"Service": "lambda.amazonaws.com.cn"}`, `{"Service": "edgelambda.amazonaws.com"}`,
				`{"Service": {"Fn::Sub": "lambda.${AWS::URLSuffix}"}}`, `{"Federated": "lambda.amazonaws.com"}`, `{"AWS": "lambda.amazonaws.com"}`)
		case n.key() == "Action":
			return parsed(`"sts:*"`, `"STS:assumerole"`, `"sts:AssumeRoleWithWebIdentity"`, `"sts:TagSession"`, `"sts:Assume"`, `["sts:TagSession", "sts:AssumeRole"]`)
		}
		return nil
	}},
	{"allow other actions", func(n *node) []value.Value {
		if n.key() != "Action" {
			return nil
		}
		return parsed(`"sqs:SendMessage"`, `"SQS:sendmessage"`, `"sqs:SendMessageBatch"`, `"sqs:Send"`, `"sqs:Send*"`, `"sqs:ReceiveMessage"`, `"sqs:?eceiveMessage"`, `"sns:Publish"`, `"SNS:*"`,
			`"kms:Decrypt"`, `"kms:GenerateDataKey"`, `"kms:GenerateDataKeyPair"`, `"kms:Encrypt"`, `"kms:*"`, `"sqs:*"`, `"*"`, `["sqs:DeleteMessage", "sqs:ReceiveMessage"]`)
	}},
	{"turn an element into its opposite", func(n *node) (all []value.Value) {
		for i, m := range n.Members {
			if n.Has("Effect") && slices.Contains([]string{"Action", "Resource", "Principal"}, m.Key) {
				members := slices.Clone(n.Members)
				members[i].Key = "Not" + m.Key
				all = append(all, value.NewObject(n.At, members...))
			}
		}
		return all
	}},
	{"add a denial", addDenial},
	{"write another version", func(n *node) []value.Value {
		if n.key() != "Version" {
			return nil
		}
		return parsed(`"2008-10-17"`, `"2012-10-18"`, `""`)
	}},
	{"set a property", func(n *node) (all []value.Value) {
		if n.key() != "Properties" || len(n.path) != 2 {
			return nil
		}
		for name, settings := range properties[n.resourceType()] {
			for _, v := range parsed(settings...) {
				all = append(all, n.With(name, v))
			}
		}
		return all
	}},
}

const (
	account   = "123456789012"
	stranger  = "999999999999"
	region    = "eu-west-1"
	elsewhere = "eu-west-3"
)

var operators = []string{"StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase", "ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike",
	"ArnLikeIfExists", "StringNotEqualsIfExists", "Null", "Bool", "BoolIfExists", "NumericEquals", "DateGreaterThan", "IpAddress", "NotIpAddress", "BinaryEquals",
	"ForAllValues:StringEquals", "ForAnyValue:StringEquals", "ForAnyValue:ArnLike", "ForAllValues:StringNotEquals", "stringequals", "StringIs"}

var conditionKeys = []string{"aws:SourceArn", "aws:sourcearn", "aws:SourceAccount", "aws:SourceOwner", "aws:PrincipalArn", "aws:PrincipalAccount", "aws:PrincipalOrgID", "aws:SourceOrgID",
	"aws:PrincipalIsAWSService", "aws:PrincipalServiceName", "aws:SourceIp", "aws:SourceVpce", "aws:SecureTransport", "aws:ViaAWSService", "aws:CalledVia", "kms:ViaService", "kms:CallerAccount",
	"kms:EncryptionContext:aws:sqs:arn", "kms:EncryptionContext:aws:sns:topicArn", "kms:GranteePrincipal", "sns:Endpoint", "aws:ResourceAccount", "aws:RequestedRegion", "aws:SourceAr", "aws:UserAgent"}

// denials are added to documents: as they are to those of a role, with everybody as the principal to those of a resource.
var denials = []string{
	``,
	`"Bool": {"aws:SecureTransport": "false"}`, `"Bool": {"aws:SecureTransport": "true"}`,
	`"StringNotEquals": {"aws:PrincipalAccount": {"Ref": "AWS::AccountId"}}`, `"StringNotEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}`,
	`"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}`, `"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}`, `"StringNotEquals": {"aws:ResourceAccount": "999999999999"}`,
	`"ArnNotLike": {"aws:SourceArn": "arn:aws:sns:*:999999999999:*"}`, `"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*"}`, `"Null": {"aws:PrincipalArn": "true"}`, `"Null": {"aws:SourceArn": "true"}`,
	`"Bool": {"aws:PrincipalIsAWSService": "true"}`, `"Bool": {"aws:PrincipalIsAWSService": "false"}`, `"BoolIfExists": {"aws:ViaAWSService": "false"}`, `"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}`,
	`"StringNotEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}`, `"StringNotEquals": {"kms:ViaService": "sqs.eu-west-1.amazonaws.com"}`, `"StringEquals": {"aws:RequestedRegion": {"Ref": "AWS::Region"}}`,
	`"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}`, `"StringLike": {"aws:userid": "*:*"}`, `"ForAllValues:StringEquals": {"aws:CalledVia": "sqs.amazonaws.com"}`,
}

// properties are set on the resources of a type.
var properties = map[string]map[string][]string{
	"AWS::SQS::Queue": {
		"KmsMasterKeyId":     {`"alias/aws/sqs"`, `"alias/other"`, `"1234abcd-12ab-34cd-56ef-1234567890ab"`, `"arn:aws:kms:eu-west-1:999999999999:key/1234abcd-12ab-34cd-56ef-1234567890ab"`, `{"Fn::Sub": "arn:aws:kms:eu-west-3:${AWS::AccountId}:alias/aws/sqs"}`},
		"FifoQueue":          {`true`, `"true"`},
		"QueueName":          {`"other"`, `"other.fifo"`},
		"RedriveAllowPolicy": {`{"redrivePermission": "denyAll"}`, `{"redrivePermission": "byQueue", "sourceQueueArns": []}`, `{"redrivePermission": "byQueue", "sourceQueueArns": ["arn:aws:sqs:eu-west-1:999999999999:other"]}`},
		"RedrivePolicy":      {`{"deadLetterTargetArn": "arn:aws:sqs:eu-west-1:999999999999:other", "maxReceiveCount": 3}`},
	},
	"AWS::SNS::Topic": {
		"KmsMasterKeyId": {`"alias/aws/sns"`, `"alias/other"`, `"1234abcd-12ab-34cd-56ef-1234567890ab"`, `"arn:aws:kms:eu-west-3:999999999999:key/1234abcd-12ab-34cd-56ef-1234567890ab"`},
		"FifoTopic":      {`true`, `"true"`},
		"TopicName":      {`"other"`, `"other.fifo"`},
	},
	"AWS::KMS::Key": {
		"Enabled":  {`false`, `"false"`},
		"KeyUsage": {`"SIGN_VERIFY"`, `"GENERATE_VERIFY_MAC"`},
		"KeySpec":  {`"RSA_2048"`, `"HMAC_256"`, `"ECC_NIST_P256"`},
	},
	"AWS::IAM::Role": {
		"PermissionsBoundary": {`"arn:aws:iam::999999999999:policy/boundary"`, `{"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:policy/boundary"}`},
		"Path":                {`"/team/"`},
		"RoleName":            {`"other"`},
		"Policies":            {`[]`},
	},
	"AWS::SNS::Subscription": {
		"Protocol": {`"email"`, `"https"`, `"lambda"`, `"SQS"`},
		"Region":   {`"eu-west-3"`, `"ap-east-1"`, `{"Ref": "AWS::Region"}`},
		"Endpoint": {`"arn:aws:sqs:eu-west-1:999999999999:other"`, `"https://sqs.eu-west-1.amazonaws.com/123456789012/other"`},
		"TopicArn": {`"arn:aws:sns:eu-west-1:999999999999:other"`},
	},
	"AWS::Lambda::EventSourceMapping": {"Enabled": {`false`, `"false"`}, "EventSourceArn": {`"arn:aws:sqs:eu-west-1:999999999999:other"`}},
	"AWS::SQS::QueuePolicy":           {"Queues": {`[]`, `["https://sqs.eu-west-1.amazonaws.com/999999999999/other"]`}},
	"AWS::SNS::TopicPolicy":           {"Topics": {`[]`, `["arn:aws:sns:eu-west-1:999999999999:other"]`}},
}

func addDenial(n *node) (all []value.Value) {
	if n.key() != "Statement" {
		return nil
	}
	principal, action, resource := `"Principal": "*", `, "sqs:*", `"Resource": "*", `
	switch n.resourceType() {
	case "AWS::SNS::TopicPolicy":
		action = "sns:Publish"
	case "AWS::KMS::Key":
		action = "kms:*"
	case "AWS::SQS::QueuePolicy":
	default:
		principal, action = "", "*"
	}
	if n.ofTrust() {
		principal, action, resource = `"Principal": "*", `, "sts:*", ""
	}
	for _, condition := range denials {
		for _, v := range parsed(`{"Effect": "Deny", ` + principal + `"Action": "` + action + `", ` + resource + `"Condition": {` + condition + `}}`) {
			all = append(all, value.NewList(n.At, append(slices.Clone(n.OneOrMany()), v)...))
		}
	}
	return all
}

// anotherResource returns references to up to three other resources of the type, and ARNs of strangers.
func anotherResource(n *node) (all []value.Value) {
	if n.Kind != value.Object || len(n.Members) != 1 {
		return nil
	}
	function, arg := n.Members[0].Key, n.Members[0].Value
	id, _, _ := strings.Cut(arg.Text, ".")
	if len(arg.Items) == 2 {
		id = arg.Items[0].Text
	}
	own := n.in.typeOf(id)
	if function != "Ref" && function != "Fn::GetAtt" || own == "" {
		return nil
	}
	for _, m := range n.in.resources.Members {
		switch t := n.in.typeOf(m.Key); {
		case m.Key == id || t != own || len(all) == 3:
		case function == "Ref":
			all = append(all, parsed(`{"Ref": "`+m.Key+`"}`)...)
		default:
			all = append(all, parsed(`{"Fn::GetAtt": ["`+m.Key+`", "Arn"]}`)...)
		}
	}
	return append(all, parsed(anotherARN(n)...)...)
}

// anotherARN returns what the part is in the deployment, and the same in another account, Region or partition, as JSON.
func anotherARN(n *node) (all []string) {
	defer func() {
		if _, ok := recover().(unjudged); ok {
			all = nil
		}
	}()
	arn := n.in.resolve(n.Value)
	for _, s := range []string{arn, strings.ReplaceAll(arn, account, stranger), strings.ReplaceAll(arn, region, elsewhere), strings.Replace(arn, "arn:aws:", "arn:aws-cn:", 1), arn + "*", strings.ReplaceAll(arn, account, "*")} {
		all = append(all, `"`+s+`"`)
	}
	return all
}

func texts(all ...string) (values []value.Value) {
	for _, s := range all {
		values = append(values, value.NewText(value.Place{}, s))
	}
	return values
}

func parsed(all ...string) (values []value.Value) {
	for _, s := range all {
		v, err := value.ParseJSON("mutation", []byte(s))
		if err != nil {
			panic(s + ": " + err.Error())
		}
		values = append(values, v)
	}
	return values
}

// renamed returns the object with each of its keys renamed to each of the names.
func renamed(n *node, names ...string) (all []value.Value) {
	for i := range n.Members {
		for _, name := range names {
			if !n.Has(name) {
				members := slices.Clone(n.Members)
				members[i].Key = name
				all = append(all, value.NewObject(n.At, members...))
			}
		}
	}
	return all
}
