package topology

import (
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/internal/value"
)

// Whatever is wrong with a document is why a part of it is unknown, and the rest is read.
func TestPolicyRead(t *testing.T) {
	const good = `{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"q"}`
	tests := []struct {
		name, reason string
		document     string
		want         string // the document
		unknown      string
	}{
		{"whole", "one statement need not be in a list", `{"Version":"2012-10-17","Statement":` + good + `}`,
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"Q"}]}`, ""},
		{"numbers and booleans", "CloudFormation makes strings of them", `{"Statement":{"Effect":"Allow","Principal":{"AWS":111122223333},"Action":"*","Sid":1}}`,
			`{"Statement":[{"Sid":"1","Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"*"}]}`, ""},
		{"list in a list", "a list parameter among other values gives one", `{"Statement":{"Effect":"Allow","Action":["a:A",["a:B","a:C"]],"Resource":[["q"]]}}`,
			`{"Statement":[{"Effect":"Allow","Action":["a:A","a:B","a:C"],"Resource":"Q"}]}`, ""},
		{"canonical ARNs", "a policy may name a resource by its ARN or refer to it",
			`{"Statement":{"Effect":"Deny","NotPrincipal":{"AWS":"q","Service":"q"},"NotAction":"q","NotResource":"q","Condition":{"ArnEquals":{"aws:SourceArn":["q","x"]}}}}`,
			`{"Statement":[{"Effect":"Deny","NotPrincipal":{"AWS":"Q","Service":"q"},"NotAction":"q","NotResource":"Q","Condition":{"ArnEquals":{"aws:SourceArn":["Q","x"]}}}]}`, ""},
		{"unknown statement", "the others still decide", `{"Statement":["${Param}",` + good + `]}`,
			`{"Statement":[{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"Q"}]}`, "a statement is not known: ${Param}"},
		{"unknown element", "the statement could say anything", `{"Statement":[{"Effect":"Allow","Principal":"${Param}","Action":"*"}]}`,
			`{"Statement":[]}`, "a statement's Principal is not known: ${Param}"},
		{"unknown statements", "there may be any", `{"Statement":"${Param}"}`, `{"Statement":[]}`, "its Statement is not known: ${Param}"},
		{"odd Sid", "names decide nothing", `{"Statement":[{"Sid":[],"Effect":"Allow","Action":"*"}]}`, `{"Statement":[{"Effect":"Allow","Action":"*"}]}`, ""},
		{"misspelt element", "AWS refuses the document; without its Condition the statement would be wider", `{"Statement":[{"Effect":"Allow","Action":"*","condition":{}}]}`,
			`{"Statement":[]}`, `element "condition": unknown, want "Condition"; names are case-sensitive`},
		{"null", "nothing is no value", `{"Statement":[{"Effect":"Allow","Action":null}]}`, `{"Statement":[]}`, "Action: it is null, want a string or a list of them"},
		{"no action", "AWS refuses the document", `{"Statement":[{"Effect":"Allow"},` + good + `]}`,
			`{"Statement":[{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"Q"}]}`, "statement: it has neither Action nor NotAction, want one of them"},
		{"unknown version", "AWS refuses the document", `{"Version":"2012-10-18","Statement":` + good + `}`,
			`{"Statement":[{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"Q"}]}`, `Version "2012-10-18": unknown, want "2012-10-17" or "2008-10-17"`},
	}
	// q is a queue of the file as a document may name it, and Q its ARN as the file has it.
	written := strings.NewReplacer(`"q"`, `"arn:aws:sqs:eu-west-1:111122223333:orders"`, `"Q"`, `"arn:${AWS::Partition}:sqs:eu-west-1:111122223333:orders"`).Replace
	names := NewRegistry(&Topology{})
	names.Own("arn:${AWS::Partition}:sqs:eu-west-1:111122223333:orders")
	seen := map[string]bool{}
	for _, tt := range tests {
		if tt.reason == "" || seen[tt.name] {
			t.Fatalf("%s: no reason, or there twice", tt.name)
		}
		seen[tt.name] = true
		v, err := value.ParseJSON("", []byte(written(tt.document)))
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		var p Policy
		p.Read(v, func(at value.Place) Position { return Position{Line: int(at.Line), Column: int(at.Column)} }, names)
		got, err := p.Document.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != written(tt.want) || p.Unknown != tt.unknown {
			t.Errorf("%s: got %s, unknown %q\nwant %s, unknown %q (%s)", tt.name, got, p.Unknown, written(tt.want), tt.unknown, tt.reason)
		}
		if len(p.Statements) != len(p.Document.Statements) {
			t.Errorf("%s: %d positions for %d statements", tt.name, len(p.Statements), len(p.Document.Statements))
		}
	}
}

// A statement stands where it begins, though others before it cannot be read.
func TestPolicyStatementPositions(t *testing.T) {
	v, err := value.ParseJSON("", []byte("{\"Statement\":[\n1,\n  {\"Effect\":\"Allow\",\"Action\":\"*\"}]}"))
	if err != nil {
		t.Fatal(err)
	}
	p := Policy{Element: Element{At: Position{Line: 9}}}
	p.Read(v, func(at value.Place) Position { return Position{Line: int(at.Line), Column: int(at.Column)} }, NewRegistry(&Topology{}))
	if got := p.Statement(0); got != (Position{Line: 3, Column: 3}) {
		t.Errorf("the statement is at %v", got)
	}
	if got := p.Statement(1); got != p.At {
		t.Errorf("no statement is at %v", got)
	}
}
