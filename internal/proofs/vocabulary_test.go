package proofs

import (
	"regexp"
	"slices"

	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
	"pgregory.net/rapid"
)

// The vocabulary of random documents and requests, which is small so that documents often match requests.
var (
	someActions   = []string{"sqs:SendMessage", "sqs:*", "*", "kms:Decrypt", "kms:*", "sns:Publish"}
	someResources = []string{"*", "arn:aws:sqs:us-east-1:111111111111:a", "arn:aws:sqs:*:111111111111:*", "arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab", "arn:aws:sqs:us-east-1:111111111111:${Queue}", "arn:aws:sqs:us-east-1:111111111111:${aws:PrincipalTag/queue}",
		"arn:aws:sqs:us-east-1:${Account}:a", "${Any}"}
	someAWS = []string{"*", "111111111111", "222222222222", "arn:aws:iam::111111111111:role/app", "arn:aws:iam::222222222222:user/dev", "arn:aws:sts::111111111111:assumed-role/app/s1", "arn:aws:iam::111111111111:role/${Role}",
		"arn:aws:iam::${Account}:root", "${Account}", "arn:aws:iam::${Account}:role/app", "${Anybody}"}
	someServices   = []string{"sns.amazonaws.com", "s3.amazonaws.com"}
	someOperators  = []string{"StringEquals", "StringNotEquals", "StringLike", "StringEqualsIfExists", "ArnLike", "ArnNotEquals", "Bool", "BoolIfExists", "Null", "ForAnyValue:StringEquals", "ForAllValues:StringLike", "NumericLessThan", "IpAddress"}
	someKeys       = []string{"aws:SourceArn", "aws:SourceAccount", "kms:ViaService", "aws:SecureTransport", "aws:PrincipalTag/queue", "AWS:sourcearn"}
	someValues     = []string{"arn:aws:sns:us-east-1:111111111111:t", "arn:aws:sns:us-east-1:111111111111:*", "arn:aws:sns:us-east-1:111111111111:${Topic}", "${Any}", "${Account}", "111111111111", "sqs.us-east-1.amazonaws.com", "true", "false", "a", "*", "${aws:SourceAccount}", "7", "10.0.0.0/8"}
	somePrincipals = []policygen.Principal{policygen.RoleARN("arn:aws:iam::111111111111:role/app"), policygen.UserARN("arn:aws:iam::222222222222:user/dev"),
		policygen.SessionARN("arn:aws:sts::111111111111:assumed-role/app/s1"), policygen.ServicePrincipal("sns.amazonaws.com"), policygen.AccountID("111111111111"),
		policygen.Anyone{}, policygen.RoleARN("arn:aws:iam::111111111111:role/${Role}"), policygen.RoleARN("arn:aws:iam::${Account}:role/app"),
		policygen.RoleARN("${Anybody}")}
	askedActions   = []string{"sqs:SendMessage", "kms:Decrypt", "sns:Publish"}
	askedResources = []string{"arn:aws:sqs:us-east-1:111111111111:a", "arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab", "arn:aws:sqs:us-east-1:111111111111:${Queue}",
		"arn:aws:sqs:us-east-1:${Account}:a"}
	contextValues  = []string{"arn:aws:sns:us-east-1:111111111111:t", "111111111111", "sqs.us-east-1.amazonaws.com", "true", "false", "a", "7", "10.1.2.3", "${Account}", "arn:aws:sns:us-east-1:${Account}:t"}
	resolvedValues = contextValues[:8]
	typedValues    = append(slices.Clone(resolvedValues), "10.0.0.0/8", "*")
	typedOperators = []string{"Bool", "BoolIfExists", "Null", "NumericLessThan", "IpAddress"}
)

func few(t *rapid.T, what string, of []string) []string {
	return rapid.SliceOfN(rapid.SampledFrom(of), 1, 2).Draw(t, what)
}

func drawStatement(t *rapid.T, withPrincipal bool) policygen.Statement {
	s := policygen.Statement{Effect: pick(t, "effect", []policygen.Effect{policygen.Allow, policygen.Allow, policygen.Deny})}
	if actions := few(t, "actions", someActions); rapid.IntRange(0, 5).Draw(t, "NotAction") == 0 {
		s.NotAction = actions
	} else {
		s.Action = actions
	}
	if resources := few(t, "resources", someResources); rapid.IntRange(0, 5).Draw(t, "NotResource") == 0 {
		s.NotResource = resources
	} else {
		s.Resource = resources
	}
	if withPrincipal {
		p := &policygen.Principals{Anyone: true}
		switch rapid.IntRange(0, 3).Draw(t, "principals") {
		case 0, 1:
			p = &policygen.Principals{AWS: few(t, "AWS", someAWS)}
		case 2:
			p = &policygen.Principals{Service: few(t, "services", someServices)}
		}
		if s.Effect == policygen.Deny && rapid.IntRange(0, 3).Draw(t, "NotPrincipal") == 0 {
			s.NotPrincipal = p
		} else {
			s.Principal = p
		}
	}
	for range rapid.IntRange(0, 2).Draw(t, "conditions") {
		if s.Condition == nil {
			s.Condition = policygen.Condition{}
		}
		op, values := pick(t, "operator", someOperators), someValues
		if slices.Contains(typedOperators, op) {
			values = typedValues // values of the wrong type are not tested here
		}
		s.Condition[op] = map[string][]string{pick(t, "key", someKeys): few(t, "values", values)}
	}
	return s
}

func drawDocument(t *rapid.T, withPrincipal bool) policygen.Document {
	d := policygen.Document{Version: pick(t, "version", []string{"2012-10-17", "2012-10-17", "2008-10-17", ""})}
	for range rapid.IntRange(0, 3).Draw(t, "statements") {
		d.Statements = append(d.Statements, drawStatement(t, withPrincipal))
	}
	return d
}

func drawDocuments(t *rapid.T, most int, withPrincipal bool) []policygen.Document {
	var all []policygen.Document
	for range rapid.IntRange(0, most).Draw(t, "documents") {
		all = append(all, drawDocument(t, withPrincipal))
	}
	return all
}

func drawPolicies(t *rapid.T) eval.Policies {
	p := eval.Policies{Identity: drawDocuments(t, 2, false)}
	if rapid.IntRange(0, 3).Draw(t, "resource policy") > 0 {
		d := drawDocument(t, true)
		p.Resource = &d
	}
	if rapid.IntRange(0, 3).Draw(t, "boundary") == 0 {
		d := drawDocument(t, false)
		p.Boundary = &d
	}
	if rapid.IntRange(0, 3).Draw(t, "session policies") == 0 {
		p.Session = drawDocuments(t, 2, false)
	}
	if rapid.IntRange(0, 3).Draw(t, "service control policies") == 0 {
		for range rapid.IntRange(1, 2).Draw(t, "levels") {
			p.ServiceControl = append(p.ServiceControl, drawDocuments(t, 2, false))
		}
	}
	if rapid.IntRange(0, 3).Draw(t, "resource control policies") == 0 {
		for range rapid.IntRange(1, 2).Draw(t, "levels") {
			p.ResourceControl = append(p.ResourceControl, drawDocuments(t, 2, true))
		}
	}
	return p
}

// valuesOf returns the values that a request of AWS can have under the key. A tag may have any value.
func valuesOf(key string, values []string) []string {
	fits := map[string]*regexp.Regexp{
		"aws:SourceArn": regexp.MustCompile(`^arn:`), "aws:SourceAccount": regexp.MustCompile(`^(\d{12}|\$\{Account\})$`),
		"kms:ViaService": regexp.MustCompile(`\.amazonaws\.com$`), "aws:SecureTransport": regexp.MustCompile(`^(true|false)$`),
		"aws:PrincipalTag/queue": regexp.MustCompile(``),
	}[key]
	return slices.DeleteFunc(slices.Clone(values), func(v string) bool { return !fits.MatchString(v) })
}

func drawRequest(t *rapid.T) eval.Request {
	r := eval.Request{Principal: pick(t, "principal", somePrincipals), Action: pick(t, "action", askedActions),
		Resource: policygen.ARN(pick(t, "resource", askedResources)), Context: map[string][]string{}}
	for _, key := range []string{"aws:SourceArn", "aws:SourceAccount", "kms:ViaService", "aws:SecureTransport", "aws:PrincipalTag/queue"} {
		switch rapid.IntRange(0, 3).Draw(t, key) {
		case 0: // unknown
		case 1:
			r.Context[key] = nil
		default:
			r.Context[key] = []string{pick(t, "value", valuesOf(key, contextValues))}
		}
	}
	return r
}
