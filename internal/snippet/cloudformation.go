package snippet

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/hopgrant/hopgrant/internal/snippet/heading"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// writeTemplates writes one template for each stack, as YAML documents of one stream.
//
// A queue policy names its queue by URL, and a managed policy names its roles and users by name. CloudFormation has no
// resource for a key policy: it is a property of the key, and is written as part of a key that is to be merged into the
// existing one.
//
// [AWS::SQS::QueuePolicy], [AWS::SNS::TopicPolicy], [AWS::IAM::ManagedPolicy], [AWS::KMS::Key]
//
// [AWS::SQS::QueuePolicy]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queuepolicy.html
// [AWS::SNS::TopicPolicy]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topicpolicy.html
// [AWS::IAM::ManagedPolicy]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-managedpolicy.html
// [AWS::KMS::Key]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html
func writeTemplates(all []subject) ([]byte, error) {
	var (
		b bytes.Buffer
		t template
	)
	list := stacks(all)
	for i, p := range list {
		if i > 0 {
			b.WriteString("---\n")
		}
		if len(list) > 1 {
			b.WriteString("# " + heading.OneLine("Template for "+p.name()) + "\n")
		}
		resources := mapping()
		for _, s := range p.subjects {
			key := scalar(s.logicalID)
			key.HeadComment = "# " + heading.Of(s.Attachment)
			if s.On == policygen.OnKey {
				key.HeadComment += "\n# CloudFormation sets it with the key itself: merge KeyPolicy into the key's own resource"
			}
			resources.Content = append(resources.Content, key, t.resource(s))
		}
		b.Write(encode(mapping(scalar("Resources"), resources)))
	}
	return b.Bytes(), t.err()
}

func writeTemplateStatements(statements value.Value) ([]byte, error) {
	var t template
	return encode(t.value(statements)), t.err()
}

// writeFullStatements writes the full names of functions, whose arguments are then a list.
func writeFullStatements(statements value.Value) ([]byte, error) {
	v, err := TemplateValue(statements, true)
	return encode(plainNode(v)), err
}

// plainNode returns a value as it is.
func plainNode(v value.Value) *yaml.Node {
	n := scalar(v.Text)
	switch v.Kind {
	case value.List:
		n = sequence()
		for _, item := range v.Items {
			n.Content = append(n.Content, plainNode(item))
		}
	case value.Object:
		n = mapping()
		for _, m := range v.Members {
			n.Content = append(n.Content, scalar(m.Key), plainNode(m.Value))
		}
	}
	return n
}

func writeTemplateJSON(statements value.Value) ([]byte, error) {
	v, err := TemplateValue(statements, true)
	if err != nil {
		return nil, err
	}
	return writeJSONStatements(v)
}

// TemplateValue returns a part of a document as a template has it: texts with references are calls of intrinsic functions. The
// arguments of Fn::GetAtt are a list, as JSON has them, or one text with a dot. The error is that of [Render].
func TemplateValue(part value.Value, list bool) (value.Value, error) {
	var t template
	var call func(v value.Value) value.Value
	call = func(v value.Value) value.Value {
		switch v.Kind {
		case value.List:
			items := make([]value.Value, len(v.Items))
			for i, item := range v.Items {
				items[i] = call(item)
			}
			return value.NewList(v.At, items...)
		case value.Object:
			members := make([]value.Member, len(v.Members))
			for i, m := range v.Members {
				members[i] = value.Pair(m.Key, call(m.Value))
			}
			return value.NewObject(v.At, members...)
		case value.Text:
			return functionOf(t.expressionOf(v.Text), list)
		}
		return v
	}
	return call(part), t.err()
}

// functionOf returns an expression without variables as a call of an intrinsic function.
func functionOf(e expression, list bool) value.Value {
	one := func(s string) value.Value { return value.NewText(value.Place{}, s) }
	function := func(name string, argument value.Value) value.Value {
		return value.NewObject(value.Place{}, value.Pair(name, argument))
	}
	switch e.kind {
	case ref:
		return function("Ref", one(e.text))
	case getAtt:
		if list {
			return function("Fn::GetAtt", value.NewList(value.Place{}, one(e.text), one(e.attribute)))
		}
		return function("Fn::GetAtt", one(e.text+"."+e.attribute))
	case sub:
		return function("Fn::Sub", one(e.text))
	}
	return one(e.text)
}

// A template writes YAML nodes.
type template struct{ problems }

func (t *template) resource(s subject) *yaml.Node {
	document := t.value(Tree(s.Document))
	properties := mapping(scalar("PolicyDocument"), document)
	kind := ""
	switch s.On {
	case policygen.OnQueue:
		kind = "AWS::SQS::QueuePolicy"
		properties.Content = append(properties.Content, scalar("Queues"), sequence(t.node(t.queueURL(string(s.Resource)))))
	case policygen.OnTopic:
		kind = "AWS::SNS::TopicPolicy"
		properties.Content = append(properties.Content, scalar("Topics"), sequence(t.node(t.expressionOf(string(s.Resource)))))
	case policygen.OnKey:
		return mapping(scalar("Type"), scalar("AWS::KMS::Key"), scalar("DeletionPolicy"), scalar("Retain"),
			scalar("UpdateReplacePolicy"), scalar("Retain"), scalar("Properties"), mapping(scalar("KeyPolicy"), document))
	default:
		kind = "AWS::IAM::ManagedPolicy"
		if list, name, ok := t.attachTo(s); ok {
			properties.Content = append(properties.Content, scalar(list), sequence(t.node(name)))
		}
	}
	return mapping(scalar("Type"), scalar(kind), scalar("Properties"), properties)
}

// attachTo returns the property that attaches a managed policy, and the role's or user's name.
func (p *problems) attachTo(s subject) (property string, name expression, ok bool) {
	switch s.Principal.(type) {
	case policygen.RoleARN, policygen.SessionARN:
		property = "Roles"
	case policygen.UserARN:
		property = "Users"
	default:
		return "", expression{}, false
	}
	name, ok = p.principalName(s.Principal.String())
	return property, name, ok
}

// value returns a part of a document.
func (t *template) value(v value.Value) *yaml.Node {
	switch v.Kind {
	case value.List:
		n := sequence()
		for _, item := range v.Items {
			n.Content = append(n.Content, t.value(item))
		}
		return n
	case value.Object:
		n := mapping()
		for _, m := range v.Members {
			n.Content = append(n.Content, scalar(m.Key), t.value(m.Value))
		}
		return n
	}
	return t.node(t.expressionOf(v.Text))
}

// node returns an expression, with intrinsic functions in their short form.
func (t *template) node(e expression) *yaml.Node {
	switch e.kind {
	case ref:
		return tagged("!Ref", e.text)
	case getAtt:
		return tagged("!GetAtt", e.text+"."+e.attribute)
	case sub:
		if e.variables == nil {
			return tagged("!Sub", e.text)
		}
		variables := mapping()
		for _, v := range e.variables {
			split := sequence(scalar(":"), tagged("!Ref", v.parameter))
			split.Tag, split.Style = "!Split", yaml.TaggedStyle|yaml.FlowStyle
			pick := sequence(&yaml.Node{Kind: yaml.ScalarNode, Value: strconv.Itoa(v.index)}, split)
			pick.Tag, pick.Style = "!Select", yaml.TaggedStyle|yaml.FlowStyle
			variables.Content = append(variables.Content, scalar(v.name), pick)
		}
		n := sequence(scalar(e.text), variables)
		n.Tag, n.Style = "!Sub", yaml.TaggedStyle
		return n
	}
	return scalar(e.text)
}

// plain matches text that every YAML parser reads as a string, apart from the reserved words. CloudFormation follows
// YAML 1.1, in which yes is a boolean and 12:30 a number.
var plain = regexp.MustCompile(`^[A-Za-z]`)

var words11 = map[string]bool{"y": true, "n": true, "yes": true, "no": true, "on": true, "off": true, "true": true, "false": true, "null": true}

func scalar(s string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: valid(s)}
	if !plain.MatchString(s) || words11[strings.ToLower(s)] {
		n.Style = yaml.SingleQuotedStyle
	}
	return n
}

func tagged(tag, s string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: valid(s), Style: yaml.TaggedStyle}
}

// valid returns s with invalid UTF-8 replaced, as encoding/json does, because YAML strings must be valid.
func valid(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

func sequence(items ...*yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: items}
}

func mapping(keysAndValues ...*yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: keysAndValues}
}

func encode(n *yaml.Node) []byte {
	b, err := yaml.Dump(n, yaml.WithIndent(2), yaml.WithLineWidth(-1))
	if err != nil {
		panic("snippet: nodes did not become YAML: " + err.Error())
	}
	return b
}
