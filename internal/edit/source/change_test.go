package source

import (
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

const item = "{\n  Sid = \"B\"\n},\n"

// TestChanges makes one change in each text. Everything else of it stays, byte by byte, unless terraform fmt aligns it.
func TestChanges(t *testing.T) {
	statement := func(f *File) (*hclsyntax.Block, hclsyntax.Expression) {
		b := f.Blocks()[0]
		call := b.Body.Attributes["policy"].Expr.(*hclsyntax.FunctionCallExpr)
		return b, call.Args[0].(*hclsyntax.ObjectConsExpr).Items[0].ValueExpr
	}
	appends := func(f *File) error {
		b, list := statement(f)
		return f.AppendItem(b, list, item)
	}
	takes := func(i int) func(*File) error {
		return func(f *File) error {
			b, list := statement(f)
			return f.RemoveItem(b, list.(*hclsyntax.TupleConsExpr), i)
		}
	}
	sets := func(name, expression string) func(*File) error {
		return func(f *File) error { return f.SetArgument(f.Blocks()[0], name, expression) }
	}
	for _, test := range []struct {
		reason, text, want string
		change             func(*File) error
	}{
		{"an empty list", "r \"a\" {\n  policy = jsonencode({ S = [] })\n}\n",
			"r \"a\" {\n  policy = jsonencode({ S = [\n    {\n      Sid = \"B\"\n    }\n  ] })\n}\n", appends},
		{"the comma comes before the comment", "r \"a\" {\n  policy = jsonencode({\n    S = [\n      { Sid = \"A\" } # a\n    ]\n  })\n}\n",
			"r \"a\" {\n  policy = jsonencode({\n    S = [\n      { Sid = \"A\" }, # a\n      {\n        Sid = \"B\"\n      }\n    ]\n  })\n}\n", appends},
		{"line ends of Windows", "r \"a\" {\r\n  policy = jsonencode({\r\n    S = [\r\n      { Sid = \"A\" },\r\n    ]\r\n  })\r\n}\r\n",
			"r \"a\" {\r\n  policy = jsonencode({\r\n    S = [\r\n      { Sid = \"A\" },\r\n      {\r\n        Sid = \"B\"\r\n      },\r\n    ]\r\n  })\r\n}\r\n", appends},
		{"an object becomes the first of a list", "r \"a\" {\n  policy = jsonencode({ S = { Sid = \"A\" } })\n}\n",
			"r \"a\" {\n  policy = jsonencode({ S = [{ Sid = \"A\" }, {\n    Sid = \"B\"\n  }] })\n}\n", appends},
		{"what is aligned stays aligned", "r \"a\" {\n  b = 1 # b\n}\n", "r \"a\" {\n  b     = 1 # b\n  wider = true\n}\n", sets("wider", "true")},
		{"what is not aligned stays so", "r \"a\" {\n   b  = 1\n}\n", "r \"a\" {\n   b  = 1\n   wider = true\n}\n", sets("wider", "true")},
		{"an empty block", "r \"a\" {}", "r \"a\" {\n  b = 1\n}", sets("b", "1")},
		{"a block on one line", "r \"a\" { c = 2 }\n", "r \"a\" {\n  c = 2\n  b = 1\n}\n", sets("b", "1")},
		{"another value, whose comment stays", "r \"a\" {\n  b = 1 # one\n}\n", "r \"a\" {\n  b = 2 # one\n}\n", sets("b", "2")},
		{"not among the meta-arguments", "r \"a\" {\n  count = 2\n\n  b = 1\n\n  depends_on = [x]\n}\n", "r \"a\" {\n  count = 2\n\n  b = 1\n  c = 1\n\n  depends_on = [x]\n}\n", sets("c", "1")},
		{"an argument goes with its line", "r \"a\" {\n  b = 1\n  c = 1\n}\n", "r \"a\" {\n  c = 1\n}\n",
			func(f *File) error { return f.RemoveArgument(f.Blocks()[0], "b") }},
		{"a nested block comes last", "r \"a\" {\n  b = 1\n  # end\n}\n", "r \"a\" {\n  b = 1\n  # end\n\n  s {\n    x = 1\n  }\n}\n",
			func(f *File) error { return f.AddBlock(f.Blocks()[0], "s {\nx=1\n}\n") }},
		{"the last item goes with the comma before it", "r \"a\" {\n  policy = jsonencode({ S = [{ Sid = \"A\" }, { Sid = \"B\" }] })\n}\n",
			"r \"a\" {\n  policy = jsonencode({ S = [{ Sid = \"A\" }] })\n}\n", takes(1)},
		{"another item goes with the comma behind it", "r \"a\" {\n  policy = jsonencode({ S = [{ Sid = \"A\" }, { Sid = \"B\" }] })\n}\n",
			"r \"a\" {\n  policy = jsonencode({ S = [{ Sid = \"B\" }] })\n}\n", takes(0)},
		{"the comment of the next item stays", "r \"a\" {\n  policy = jsonencode({\n    S = [\n      { Sid = \"A\" },\n      # b\n      { Sid = \"B\" },\n    ]\n  })\n}\n",
			"r \"a\" {\n  policy = jsonencode({\n    S = [\n      # b\n      { Sid = \"B\" },\n    ]\n  })\n}\n", takes(0)},
		{"a nested block goes with the empty line before it", "r \"a\" {\n  s {\n    x = 1\n  }\n\n  s {\n    x = 2\n  }\n}\n", "r \"a\" {\n  s {\n    x = 1\n  }\n}\n",
			func(f *File) error { return f.RemoveBlock(f.Blocks()[0], f.Blocks()[0].Body.Blocks[1]) }},
		{"the first nested block goes with the empty line behind it", "r \"a\" {\n  s {\n    x = 1\n  }\n\n  s {\n    x = 2\n  }\n}\n", "r \"a\" {\n  s {\n    x = 2\n  }\n}\n",
			func(f *File) error { return f.RemoveBlock(f.Blocks()[0], f.Blocks()[0].Body.Blocks[0]) }},
		{"a block after another one", "r \"a\" {} # a\n\nr \"b\" {}\n", "r \"a\" {} # a\n\nr \"c\" {\n  x = 1\n}\n\nr \"b\" {}\n",
			func(f *File) error { return f.AddAfter(f.Blocks()[0], "r \"c\" {\nx=1\n}\n") }},
	} {
		t.Run(test.reason, func(t *testing.T) {
			f, err := Open("main.tf", []byte(test.text))
			if err != nil {
				t.Fatal(err)
			}
			if err := test.change(f); err != nil || string(f.Bytes()) != test.want {
				t.Errorf("%v\ngot\n%s\nwant\n%s", err, f.Bytes(), test.want)
			}
		})
	}
}

// TestRefused checks that a change which would change more is refused, and leaves the file as it was.
func TestRefused(t *testing.T) {
	for _, test := range []struct {
		reason, text, refused string
		change                func(*File) error
	}{
		{"the comment of an item would go to the next one", "r \"a\" {\n  b = [{ c = 1 }, # one\n  { c = 2 }]\n}\n", "a comment stands behind",
			func(f *File) error {
				return f.RemoveItem(f.Blocks()[0], f.Blocks()[0].Body.Attributes["b"].Expr.(*hclsyntax.TupleConsExpr), 0)
			}},
		{"a list would be empty", "r \"a\" {\n  b = [1]\n}\n", "alone",
			func(f *File) error {
				return f.RemoveItem(f.Blocks()[0], f.Blocks()[0].Body.Attributes["b"].Expr.(*hclsyntax.TupleConsExpr), 0)
			}},
		{"a comment would go", "r \"a\" {\n  b = 1 # one\n}\n", "a comment in its line",
			func(f *File) error { return f.RemoveArgument(f.Blocks()[0], "b") }},
		{"a comment within would go", "r \"a\" {\n  b = [\n    1, # one\n  ]\n}\n", "want a change by hand",
			func(f *File) error { return f.RemoveArgument(f.Blocks()[0], "b") }},
		{"the block is there", "r \"a\" {}\n", "already", func(f *File) error { return f.AddAfter(f.Blocks()[0], "r \"a\" {}\n") }},
		{"the value closes the block", "r \"a\" {\n  b = 1\n}\n", "want a change by hand", func(f *File) error { return f.SetArgument(f.Blocks()[0], "b", "1\n}\nr \"b\" {") }},
		{"it is no syntax", "r \"a\" {\n  b = 1\n}\n", "want a change by hand", func(f *File) error { return f.SetArgument(f.Blocks()[0], "b", "[") }},
	} {
		t.Run(test.reason, func(t *testing.T) {
			f, err := Open("main.tf", []byte(test.text))
			if err != nil {
				t.Fatal(err)
			}
			if err := test.change(f); err == nil || !strings.Contains(err.Error(), test.refused) || string(f.Bytes()) != test.text {
				t.Errorf("%v, want %q, and the text is now\n%s", err, test.refused, f.Bytes())
			}
		})
	}
}
