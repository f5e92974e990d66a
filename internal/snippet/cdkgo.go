package snippet

import (
	"bytes"
	"fmt"
	"go/format"
	"slices"
	"strconv"
	"strings"

	"github.com/hopgrant/hopgrant/internal/snippet/heading"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// writeApp writes a CDK app. It uses the constructs of level 1, which take documents as they are; those of level 2
// minimize and reorder them.
func writeApp(all []subject) ([]byte, error) {
	var (
		s       source
		body    bytes.Buffer
		imports = []string{"github.com/aws/aws-cdk-go/awscdk/v2", "github.com/aws/jsii-runtime-go"}
	)
	taken := map[string]bool{}
	for _, p := range stacks(all) {
		id := p.id()
		for n := 2; taken[id]; n++ {
			id = p.id() + strconv.Itoa(n)
		}
		taken[id] = true
		body.WriteString("\n{\n// " + heading.OneLine(strings.ToUpper(p.name()[:1])+p.name()[1:]) + ".\n")
		fmt.Fprintf(&body, "stack := awscdk.NewStack(app, jsii.String(%q), %s)\n", id, s.stackProps(p))
		for _, subject := range p.subjects {
			body.WriteString("\n// " + heading.Of(subject.Attachment) + "\n")
			imports = append(imports, s.construct(&body, subject))
		}
		body.WriteString("}\n")
	}
	slices.Sort(imports)
	var b bytes.Buffer
	b.WriteString("// A CDK app that sets the policies of a fan-out.\npackage main\n\nimport (\n")
	for _, path := range slices.Compact(imports) {
		b.WriteString(strconv.Quote(path) + "\n")
	}
	b.WriteString(")\n\nfunc main() {\ndefer jsii.Close()\n\napp := awscdk.NewApp(nil)\n")
	b.Write(body.Bytes())
	b.WriteString("\napp.Synth(nil)\n}\n")
	return gofmt(b.Bytes()), s.err()
}

func writeAppStatements(statements value.Value) ([]byte, error) {
	var (
		s source
		b bytes.Buffer
	)
	b.WriteString("var _ = []any{\n")
	for _, item := range statements.Items {
		b.WriteString("awsiam.PolicyStatement_FromJson(")
		s.value(&b, item)
		b.WriteString("),\n")
	}
	b.WriteString("}\n")
	lines := strings.SplitAfter(string(gofmt(b.Bytes())), "\n")
	var items strings.Builder
	for _, l := range lines[1 : len(lines)-2] {
		items.WriteString(strings.TrimPrefix(l, "\t"))
	}
	return []byte(items.String()), s.err()
}

// A source writes Go source.
type source struct{ problems }

// construct writes the construct of one policy and returns the package of the construct.
func (s *source) construct(b *bytes.Buffer, subject subject) (importPath string) {
	var pkg, kind, property, list string
	var item expression
	hasList, element, after := true, "*string", ""
	switch arn := string(subject.Resource); subject.On {
	case policygen.OnQueue:
		pkg, kind, property, list, item = "awssqs", "CfnQueuePolicy", "PolicyDocument", "Queues", s.queueURL(arn)
	case policygen.OnTopic:
		pkg, kind, property, list, item = "awssns", "CfnTopicPolicy", "PolicyDocument", "Topics", s.expressionOf(arn)
	case policygen.OnKey:
		pkg, kind, property, hasList = "awskms", "CfnKey", "KeyPolicy", false
		after = ".ApplyRemovalPolicy(awscdk.RemovalPolicy_RETAIN, nil)"
		b.WriteString("// CloudFormation sets it with the key itself: merge KeyPolicy into the key's own construct.\n")
	default:
		// Roles, Users and Groups of a managed policy take names and references.
		pkg, kind, property, element = "awsiam", "CfnManagedPolicy", "PolicyDocument", "any"
		list, item, hasList = s.attachTo(subject)
	}
	fmt.Fprintf(b, "%s.New%s(stack, jsii.String(%q), &%[1]s.%[2]sProps{\n%[4]s: ", pkg, kind, subject.logicalID, property)
	s.value(b, Tree(subject.Document))
	b.WriteString(",\n")
	if hasList {
		fmt.Fprintf(b, "%s: &[]%s{%s},\n", list, element, s.pointer(item))
	}
	b.WriteString("})" + after + "\n")
	return "github.com/aws/aws-cdk-go/awscdk/v2/" + pkg
}

func (s *source) stackProps(p *stack) string {
	var fields []string
	if p.account != "" {
		fields = append(fields, "Account: "+s.pointer(s.expressionOf(p.account)))
	}
	if p.region != "" {
		fields = append(fields, "Region: "+s.pointer(s.expressionOf(p.region)))
	}
	if len(fields) == 0 {
		return "nil"
	}
	return "&awscdk.StackProps{\nEnv: &awscdk.Environment{" + strings.Join(fields, ", ") + "},\n}"
}

// id returns the construct id of the stack.
func (s *stack) id() string {
	return "Policies" + strings.Join(append(words(s.account), words(s.region)...), "-")
}

// value writes a part of a document as a literal.
func (s *source) value(b *bytes.Buffer, v value.Value) {
	switch v.Kind {
	case value.List:
		b.WriteString("[]any{\n")
		for _, item := range v.Items {
			s.value(b, item)
			b.WriteString(",\n")
		}
		b.WriteString("}")
	case value.Object:
		b.WriteString("map[string]any{\n")
		for _, m := range v.Members {
			b.WriteString(strconv.Quote(m.Key) + ": ")
			s.value(b, m.Value)
			b.WriteString(",\n")
		}
		b.WriteString("}")
	default:
		e := s.expressionOf(v.Text)
		if e.kind == literal {
			b.WriteString(strconv.Quote(e.text))
			return
		}
		b.WriteString(s.pointer(e))
	}
}

// pointer returns an expression of type *string.
func (s *source) pointer(e expression) string {
	switch e.kind {
	case ref:
		return fmt.Sprintf("awscdk.Fn_Ref(jsii.String(%q))", e.text)
	case getAtt:
		return fmt.Sprintf("awscdk.Fn_GetAtt(jsii.String(%q), jsii.String(%q)).ToString()", e.text, e.attribute)
	case sub:
		variables := "nil"
		if e.variables != nil {
			variables = "&map[string]*string{\n"
			for _, v := range e.variables {
				variables += fmt.Sprintf("%q: awscdk.Fn_Select(jsii.Number(%d), awscdk.Fn_Split(jsii.String(\":\"), awscdk.Fn_Ref(jsii.String(%q)), nil)),\n",
					v.name, v.index, v.parameter)
			}
			variables += "}"
		}
		return fmt.Sprintf("awscdk.Fn_Sub(jsii.String(%q), %s)", e.text, variables)
	}
	return fmt.Sprintf("jsii.String(%q)", e.text)
}

func gofmt(b []byte) []byte {
	formatted, err := format.Source(b)
	if err != nil {
		panic("snippet: the Go source is broken: " + err.Error())
	}
	return formatted
}
