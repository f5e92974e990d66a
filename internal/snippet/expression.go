package snippet

import (
	"regexp"
	"strings"

	"github.com/hopgrant/hopgrant/internal/snippet/heading"
	"github.com/hopgrant/hopgrant/internal/text"
)

// An expression is a string in a template: a literal, or one that CloudFormation's intrinsic functions make at
// deployment.
type expression struct {
	kind      expressionKind
	text      string // the literal, the text of Fn::Sub, or the resource or parameter
	attribute string // getAtt
	variables []variable
}

type expressionKind int

const (
	literal expressionKind = iota
	ref                    // Ref text
	getAtt                 // Fn::GetAtt text.attribute
	sub                    // Fn::Sub text, with the variables
)

// A variable is one part of an ARN that a parameter of the template holds.
type variable struct {
	name      string
	parameter string
	index     int // the index of the part, from 0
}

var (
	subVariable = regexp.MustCompile(`^[A-Za-z0-9]+(\.[A-Za-z0-9.]+)?$|^AWS::[A-Za-z]+$|^![^{}]+$`)
	// dynamicReference matches a dynamic reference, behind the account and Region in which it is resolved.
	//
	// [Dynamic references]: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
	dynamicReference = regexp.MustCompile(`^(?:.*/)?(resolve:[a-z-]+:[^{}]+)$`)
	urlSuffix        = map[string]string{"aws": "amazonaws.com", "aws-cn": "amazonaws.com.cn", "aws-us-gov": "amazonaws.com"}
)

// expressionOf returns s as templates write it.
func (p *problems) expressionOf(s string) expression {
	all := pieces(s)
	var b strings.Builder
	references, dynamic := false, false
	for _, piece := range all {
		switch {
		case !piece.ref:
			b.WriteString(piece.text)
			continue
		case dynamicReference.MatchString(piece.text):
			b.WriteString(dynamicReference.ReplaceAllString(piece.text, "{{$1}}"))
			dynamic = true
			continue
		case policyVariable.MatchString(piece.text):
			b.WriteString("${!" + piece.text + "}")
			continue
		case !subVariable.MatchString(piece.text):
			p.add(s, piece.text, "${"+heading.OneLine(piece.text)+"} is no Fn::Sub variable", "one such as ${Orders.Arn} or ${AWS::AccountId}")
		}
		b.WriteString("${" + piece.text + "}")
		references = true
	}
	switch {
	case !references && dynamic:
		return expression{text: b.String()}
	case !references:
		return expression{text: s}
	case len(all) == 1 && !strings.HasPrefix(all[0].text, "!"):
		name, attribute, found := strings.Cut(all[0].text, ".")
		if found {
			return expression{kind: getAtt, text: name, attribute: attribute}
		}
		return expression{kind: ref, text: name}
	}
	return expression{kind: sub, text: b.String()}
}

// queueURL returns the URL of a queue, by which CloudFormation names the queue of a queue policy.
func (p *problems) queueURL(arn string) expression {
	e := p.expressionOf(arn)
	if e.kind == getAtt && e.attribute == "Arn" {
		return expression{kind: ref, text: e.text}
	}
	parts, ok := text.SplitARN(arn)
	if !ok {
		// The ARN is known only at deployment, so it is split there.
		name := "Queue"
		if e.kind == ref {
			name = e.text
		}
		return expression{kind: sub, text: "https://sqs.${Region}.${AWS::URLSuffix}/${Account}/${Name}", variables: []variable{
			{"Region", name, 3}, {"Account", name, 4}, {"Name", name, 5},
		}}
	}
	suffix, known := urlSuffix[parts[1]]
	if !known {
		suffix = "${AWS::URLSuffix}"
	}
	return p.expressionOf("https://sqs." + parts[3] + "." + suffix + "/" + parts[4] + "/" + parts[5])
}

// principalName returns the name of the role or user of an ARN, by which CloudFormation attaches a managed policy; ok
// is false if the name is not known.
func (p *problems) principalName(arn string) (name expression, ok bool) {
	parts, ok := text.SplitARN(arn)
	if !ok {
		e := p.expressionOf(arn)
		return expression{kind: ref, text: e.text}, e.kind == getAtt && e.attribute == "Arn"
	}
	return p.expressionOf(resourceName(parts[5])), true
}
