package snippet

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"io"
	"maps"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
	"go.yaml.in/yaml/v4"

	"github.com/hopgrant/hopgrant/policygen"
)

// odd returns policies with strings that have a meaning in one of the languages.
func odd() policygen.Policies {
	document := policygen.Document{Version: policygen.Version, ID: "012", Statements: []policygen.Statement{{
		Sid: "yes", Effect: policygen.Deny,
		Principal: &policygen.Principals{AWS: []string{"123456789012", "012345678901"}, Service: []string{"sns.amazonaws.com"}},
		Action:    []string{"sqs:*"},
		Resource:  []string{`quote " backslash \ percent %{if} dollar $ tab	done`, "null", "1e3", "", " leading", "# comment", "ünïcode ☂ \U0001F600", "${aws:username}", "'"},
		Condition: policygen.Condition{"StringEquals": {"aws:a/b": {"true"}, "k e y": {"2012-10-17", "~"}, "empty": {}}},
	}}}
	return policygen.Policies{
		{On: policygen.OnIdentity, Document: document},
		{On: policygen.OnIdentity, Principal: policygen.RoleARN("arn:aws:iam::111122223333:role/path/a.b@c"), Account: "111122223333", Document: document},
		{On: policygen.OnIdentity, Principal: policygen.UserARN("arn:aws:iam::111122223333:user/a.b@c"), Account: "111122223333", Document: document},
		{On: policygen.OnTopic, Resource: "arn:aws-cn:sns:cn-north-1:123456789012:a_b.fifo", Account: "123456789012", Document: document},
		{On: policygen.OnQueue, Resource: "arn:aws-cn:sqs:cn-north-1:123456789012:a-b", Account: "123456789012", Document: document},
		{On: policygen.OnQueue, Resource: "arn:aws:sqs:us-east-2:123456789012:A_B", Account: "123456789012", Document: document},
		{On: policygen.OnKey, Resource: "arn:aws:kms:us-east-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab", Account: "123456789012", Document: document},
	}
}

// documentsOf returns the documents of each rendered text, as plain values.
var documentsOf = map[Format]func(*testing.T, []byte) []any{
	CloudFormation: yamlDocuments,
	Terraform:      hclDocuments,
	TerraformJSON:  hclDocuments,
	CDKGo:          goDocuments,
	AWSCLI:         shellDocuments,
}

// TestDocumentsSurvive checks that every format says what the document says, whatever its strings hold.
func TestDocumentsSurvive(t *testing.T) {
	for f, read := range documentsOf {
		t.Run(string(f), func(t *testing.T) {
			b, err := Render(odd(), f)
			if err != nil {
				t.Fatal(err)
			}
			got := read(t, b)
			if len(got) != len(odd()) {
				t.Fatalf("%d documents, want %d, in\n%s", len(got), len(odd()), b)
			}
			for i, a := range odd() {
				var want any
				if err := json.Unmarshal([]byte(a.Document.String()), &want); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, got[i]); diff != "" {
					t.Errorf("document %d (-want +got):\n%s\n%s", i, diff, b)
				}
			}
			files, err := Files(odd(), f)
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			names := map[string]bool{}
			for _, file := range files {
				n += len(read(t, file.Content))
				if names[strings.ToLower(file.Name)] || strings.ContainsAny(file.Name, `/\:*?"<>|`) {
					t.Errorf("file name %q", file.Name)
				}
				names[strings.ToLower(file.Name)] = true
			}
			if n != len(odd()) {
				t.Errorf("the files hold %d documents, want %d", n, len(odd()))
			}
		})
	}
}

func yamlDocuments(t *testing.T, b []byte) []any {
	t.Helper()
	var documents []any
	l, err := yaml.NewLoader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	for {
		var template struct {
			Resources yaml.Node `yaml:"Resources"`
		}
		if err := l.Load(&template); errors.Is(err, io.EOF) {
			return documents
		} else if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for i := 0; i < len(template.Resources.Content); i += 2 {
			id := template.Resources.Content[i].Value
			if seen[id] || strings.ContainsFunc(id, func(r rune) bool {
				return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", r)
			}) {
				t.Errorf("logical id %q", id)
			}
			seen[id] = true
			var resource struct {
				Properties map[string]any `yaml:"Properties"`
			}
			if err := template.Resources.Content[i+1].Decode(&resource); err != nil {
				t.Fatal(err)
			}
			for _, p := range []string{"PolicyDocument", "KeyPolicy"} {
				if d, ok := resource.Properties[p]; ok {
					documents = append(documents, d)
				}
			}
		}
	}
}

// functions are the functions of Terraform that the output calls. jsonencode escapes HTML, which does not change the
// meaning.
var functions = map[string]function.Function{"jsonencode": stdlib.JSONEncodeFunc, "split": stdlib.SplitFunc,
	"basename": function.New(&function.Spec{Params: []function.Parameter{{Name: "path", Type: cty.String}}, Type: function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			s := args[0].AsString()
			return cty.StringVal(s[strings.LastIndexByte(s, '/')+1:]), nil
		}})}

// hclResources returns the attributes of each resource by type and name, evaluated.
func hclResources(t *testing.T, b []byte, variables map[string]cty.Value) (names []string, attributes map[string]map[string]cty.Value) {
	t.Helper()
	if formatted := hclwrite.Format(b); !bytes.Equal(formatted, b) {
		t.Errorf("not formatted as terraform fmt does:\n%s", b)
	}
	f, diags := hclparse.NewParser().ParseHCL(b, "main.tf")
	if diags.HasErrors() {
		t.Fatalf("%v in\n%s", diags, b)
	}
	attributes = map[string]map[string]cty.Value{}
	documents := map[string]cty.Value{}
	partitions := map[string]cty.Value{}
	for _, block := range f.Body.(*hclsyntax.Body).Blocks {
		if block.Labels[0] == "aws_partition" {
			partitions[block.Labels[1]] = cty.ObjectVal(map[string]cty.Value{"dns_suffix": cty.StringVal("amazonaws.com")})
		}
	}
	for _, block := range f.Body.(*hclsyntax.Body).Blocks {
		name := strings.Join(block.Labels, ".")
		if block.Labels[0] == "aws_partition" {
			continue
		}
		if block.Type == "data" {
			if _, twice := documents[block.Labels[1]]; twice {
				t.Errorf("data source %s is there twice", name)
			}
			d, err := json.Marshal(policyDocument(t, block.Body, variables))
			if err != nil {
				t.Fatal(err)
			}
			documents[block.Labels[1]] = cty.ObjectVal(map[string]cty.Value{"json": cty.StringVal(string(d))})
			continue
		}
		if attributes[name] != nil || !hclsyntax.ValidIdentifier(block.Labels[1]) {
			t.Errorf("resource %s", name)
		}
		names = append(names, name)
		attributes[name] = map[string]cty.Value{}
		for attr, a := range block.Body.Attributes {
			if attr == "policy_arn" {
				continue
			}
			all := maps.Clone(variables)
			if len(documents) > 0 && attr == "policy" {
				all = map[string]cty.Value{"data": cty.ObjectVal(map[string]cty.Value{"aws_iam_policy_document": cty.ObjectVal(documents)})}
			}
			if len(partitions) > 0 && attr == "queue_url" {
				all["data"] = cty.ObjectVal(map[string]cty.Value{"aws_partition": cty.ObjectVal(partitions)})
			}
			v, diags := a.Expr.Value(&hcl.EvalContext{Functions: functions, Variables: all})
			if diags.HasErrors() {
				t.Fatalf("%s: %v", name, diags)
			}
			attributes[name][attr] = v
		}
	}
	return names, attributes
}

// policyDocument returns the document that the data source aws_iam_policy_document makes of its arguments, as its page describes
// them: an action or resource alone is no list.
func policyDocument(t *testing.T, body *hclsyntax.Body, variables map[string]cty.Value) map[string]any {
	t.Helper()
	text := func(b *hclsyntax.Body, name string) string {
		if b.Attributes[name] == nil {
			return ""
		}
		v, diags := b.Attributes[name].Expr.Value(&hcl.EvalContext{Functions: functions, Variables: variables})
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		return v.AsString()
	}
	list := func(b *hclsyntax.Body, name string) any {
		v, diags := b.Attributes[name].Expr.Value(&hcl.EvalContext{Functions: functions, Variables: variables})
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		all := []any{}
		for _, item := range v.AsValueSlice() {
			all = append(all, item.AsString())
		}
		if len(all) == 1 {
			return all[0]
		}
		return all
	}
	d := map[string]any{"Version": "2012-10-17"}
	if id := text(body, "policy_id"); id != "" {
		d["Id"] = id
	}
	var statements []any
	for _, b := range body.Blocks {
		s := map[string]any{"Effect": "Allow"}
		for argument, element := range map[string]string{"sid": "Sid", "effect": "Effect"} {
			if v := text(b.Body, argument); v != "" {
				s[element] = v
			}
		}
		for argument, element := range map[string]string{"actions": "Action", "not_actions": "NotAction", "resources": "Resource", "not_resources": "NotResource"} {
			if b.Body.Attributes[argument] != nil {
				s[element] = list(b.Body, argument)
			}
		}
		for _, nested := range b.Body.Blocks {
			switch nested.Type {
			case "principals", "not_principals":
				element := map[string]string{"principals": "Principal", "not_principals": "NotPrincipal"}[nested.Type]
				if kind := text(nested.Body, "type"); kind == "*" {
					s[element] = "*"
				} else {
					if s[element] == nil {
						s[element] = map[string]any{}
					}
					s[element].(map[string]any)[kind] = list(nested.Body, "identifiers")
				}
			case "condition":
				if s["Condition"] == nil {
					s["Condition"] = map[string]any{}
				}
				operators := s["Condition"].(map[string]any)
				if operators[text(nested.Body, "test")] == nil {
					operators[text(nested.Body, "test")] = map[string]any{}
				}
				operators[text(nested.Body, "test")].(map[string]any)[text(nested.Body, "variable")] = list(nested.Body, "values")
			default:
				t.Fatalf("a block %s in a statement", nested.Type)
			}
		}
		statements = append(statements, s)
	}
	d["Statement"] = statements
	return d
}

func hclDocuments(t *testing.T, b []byte) []any {
	t.Helper()
	names, attributes := hclResources(t, b, nil)
	var documents []any
	for _, name := range names {
		if policy, ok := attributes[name]["policy"]; ok {
			var d any
			// ${aws:username} is a variable of IAM, which Terraform must leave alone.
			if err := json.Unmarshal([]byte(policy.AsString()), &d); err != nil {
				t.Fatal(err)
			}
			documents = append(documents, d)
		}
	}
	return documents
}

func goDocuments(t *testing.T, b []byte) []any {
	t.Helper()
	if formatted, err := format.Source(b); err != nil || !bytes.Equal(formatted, b) {
		t.Errorf("not formatted as gofmt does: %v\n%s", err, b)
	}
	file, err := parser.ParseFile(token.NewFileSet(), "main.go", b, parser.AllErrors)
	if err != nil {
		t.Fatal(err)
	}
	var documents []any
	ids := map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.KeyValueExpr:
			if name, ok := n.Key.(*ast.Ident); ok && (name.Name == "PolicyDocument" || name.Name == "KeyPolicy") {
				documents = append(documents, literalValue(t, n.Value))
			}
		case *ast.CallExpr:
			if len(n.Args) == 3 {
				id := fmt.Sprint(literalValue(t, n.Args[1].(*ast.CallExpr).Args[0]))
				if ids[id] {
					t.Errorf("construct id %q is there twice", id)
				}
				ids[id] = true
			}
		}
		return true
	})
	return documents
}

// literalValue returns the value of a Go literal of maps, slices and strings.
func literalValue(t *testing.T, e ast.Expr) any {
	t.Helper()
	switch e := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		if err != nil {
			t.Fatal(err)
		}
		return s
	case *ast.CompositeLit:
		if _, isMap := e.Type.(*ast.MapType); !isMap {
			list := []any{}
			for _, item := range e.Elts {
				list = append(list, literalValue(t, item))
			}
			return list
		}
		m := map[string]any{}
		for _, item := range e.Elts {
			kv := item.(*ast.KeyValueExpr)
			m[literalValue(t, kv.Key).(string)] = literalValue(t, kv.Value)
		}
		return m
	}
	t.Fatalf("the document holds %T", e)
	return nil
}

// TestStatements checks that statements become the items of a list when they are pasted between its brackets.
func TestStatements(t *testing.T) {
	statements := append(odd()[0].Document.Statements, policygen.Statement{Sid: "Second", Effect: policygen.Allow, Action: []string{"sqs:SendMessage"}, Resource: []string{"*"}})
	var want any
	if err := json.Unmarshal([]byte(policygen.Document{Statements: statements}.String()), &want); err != nil {
		t.Fatal(err)
	}
	want = want.(map[string]any)["Statement"]
	for _, f := range StatementFormats() {
		b, err := Statements(statements, f)
		if err != nil {
			t.Fatal(err)
		}
		var got any
		switch f {
		case JSON, CloudFormationJSON:
			err = json.Unmarshal([]byte("["+string(b)+"]"), &got)
		case CloudFormation, CloudFormationFull:
			err = yaml.Load(b, &got)
		case CDKTS: // without its calls, what is a literal of an object there is YAML
			text := strings.NewReplacer("iam.PolicyStatement.fromJson(", "", "}),\n", "},\n").Replace(string(b))
			err = yaml.Load([]byte("["+text+"]"), &got)
		case Terraform, TerraformJSON:
			text := "resource \"a\" \"b\" {\n  policy = jsonencode([\n" + string(b) + "])\n}\n"
			got = hclDocuments(t, hclwrite.Format([]byte(text)))[0]
		case CDKGo:
			var e ast.Expr
			e, err = parser.ParseExpr("[]any{\n" + string(b) + "}")
			list := []any{}
			for _, item := range e.(*ast.CompositeLit).Elts {
				list = append(list, literalValue(t, item.(*ast.CallExpr).Args[0]))
			}
			got = list
		}
		if err != nil {
			t.Fatalf("%s: %v in\n%s", f, err, b)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", f, diff)
		}
	}
}

// TestStatementReferences checks that references are calls of functions in the formats that have them.
func TestStatementReferences(t *testing.T) {
	statements := []policygen.Statement{{Effect: policygen.Allow, Action: []string{"kms:Decrypt"}, Resource: []string{
		"${Key.Arn}", "${Topic}", "arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:it's"}}}
	for f, want := range map[Format][]string{
		CloudFormation:     {"!GetAtt Key.Arn", "!Ref Topic", "!Sub arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:it's"},
		CloudFormationFull: {"Fn::GetAtt:\n    - Key\n    - Arn", "Ref: Topic", "Fn::Sub: arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:it's"},
		CloudFormationJSON: {"\"Fn::GetAtt\": [\n        \"Key\",\n        \"Arn\"\n", `"Ref": "Topic"`, `"Fn::Sub": "arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:it's"`},
		CDKGo:              {`awscdk.Fn_GetAtt(jsii.String("Key"), jsii.String("Arn")).ToString()`, `awscdk.Fn_Ref(jsii.String("Topic"))`},
		CDKTS:              {`cdk.Fn.getAtt('Key', 'Arn').toString()`, `cdk.Fn.ref('Topic')`, `cdk.Fn.sub("arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:it's")`},
	} {
		b, err := Statements(statements, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range want {
			if !strings.Contains(string(b), w) {
				t.Errorf("%s: got\n%s\nwant %s", f, b, w)
			}
		}
	}
}

func TestUnknownFormat(t *testing.T) {
	for _, f := range []Format{"", "xml"} {
		_, err1 := Render(odd(), f)
		_, err2 := Files(odd(), f)
		_, err3 := Statements(nil, f)
		if err1 == nil || err2 == nil || err3 == nil {
			t.Errorf("format %q is none: %v, %v, %v", f, err1, err2, err3)
		}
	}
}
