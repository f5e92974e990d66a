package edit

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hopgrant/hopgrant/internal/value"
)

// cloudFormation reads the short forms of functions.
func cloudFormation(tag string, argument value.Value) value.Value {
	name := "Fn::" + tag[1:]
	if tag == "!Ref" {
		name = "Ref"
	}
	return value.NewObject(argument.At, value.Pair(name, argument))
}

func parsed(t *testing.T, text string) value.Value {
	t.Helper()
	v, err := value.ParseJSON("", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

const statement = `{"Sid": "New", "Effect": "Allow", "Action": ["kms:GenerateDataKey", "kms:Decrypt"], "Resource": {"Ref": "Key"}}`

// What is added is in the style of what is there, and nothing else changes.
func TestAppend(t *testing.T) {
	for _, test := range []struct{ name, before, after string }{
		{"items indented from their key", `
Document:
  Statement:
    - Sid: Old # the first
      Action:
        - a
    # no more

Other: 1
`, `
Document:
  Statement:
    - Sid: Old # the first
      Action:
        - a
    # no more
    - Sid: New
      Effect: Allow
      Action:
        - kms:GenerateDataKey
        - kms:Decrypt
      Resource: !Ref Key

Other: 1
`},
		{"items in the column of their key", `
Document:
    Statement:
    - Sid: Old
      Action:
      - a
    Version: '2012-10-17'
`, `
Document:
    Statement:
    - Sid: Old
      Action:
      - a
    - Sid: New
      Effect: Allow
      Action:
      - kms:GenerateDataKey
      - kms:Decrypt
      Resource: !Ref Key
    Version: '2012-10-17'
`},
		{"functions written out", `
Document:
  Statement:
    - Resource:
        Ref: Queue`, `
Document:
  Statement:
    - Resource:
        Ref: Queue
    - Sid: New
      Effect: Allow
      Action:
        - kms:GenerateDataKey
        - kms:Decrypt
      Resource:
        Ref: Key`},
		{"one statement becomes the first of a list", `
Document:
  Statement:
    Sid: Old
    Action:
      - a

    Resource: "*" # all
  Version: 1
`, `
Document:
  Statement:
    - Sid: Old
      Action:
        - a

      Resource: "*" # all
    - Sid: New
      Effect: Allow
      Action:
        - kms:GenerateDataKey
        - kms:Decrypt
      Resource: !Ref Key
  Version: 1
`},
		{"in brackets on one line", `
Document: {Statement: [{Sid: Old, Resource: !GetAtt Q.Arn}], Version: 1} # note
`, `
Document: {Statement: [{Sid: Old, Resource: !GetAtt Q.Arn}, {Sid: New, Effect: Allow, Action: [kms:GenerateDataKey, kms:Decrypt], Resource: !Ref Key}], Version: 1} # note
`},
		{"one statement in braces", `
Document:
  Statement: {Sid: 'it''s [old]'}
`, `
Document:
  Statement: [{Sid: 'it''s [old]'}, {Sid: New, Effect: Allow, Action: [kms:GenerateDataKey, kms:Decrypt], Resource: !Ref Key}]
`},
		{"in brackets over several lines", `
Document:
  Statement: [
    {Sid: Old}, # with a ]
  ]
`, `
Document:
  Statement: [
    {Sid: Old},
    {Sid: New, Effect: Allow, Action: [kms:GenerateDataKey, kms:Decrypt], Resource: !Ref Key} # with a ]
  ]
`},
		{"JSON", `{
    "Document": {
        "Statement": [
            {
                "Sid": "Old"
            }
        ],
        "Version": "1"
    }
}`, `{
    "Document": {
        "Statement": [
            {
                "Sid": "Old"
            },
            {
                "Sid": "New",
                "Effect": "Allow",
                "Action": [
                    "kms:GenerateDataKey",
                    "kms:Decrypt"
                ],
                "Resource": {
                    "Ref": "Key"
                }
            }
        ],
        "Version": "1"
    }
}`},
		{"JSON on one line", `{"Document":{"Statement":[{"Sid":"]"}]}}`,
			`{"Document":{"Statement":[{"Sid":"]"},{"Sid":"New","Effect":"Allow","Action":["kms:GenerateDataKey","kms:Decrypt"],"Resource":{"Ref":"Key"}}]}}`},
		{"JSON on one line with spaces", `{"Document": {"Statement": [{"Sid": "]"}]}}`,
			`{"Document": {"Statement": [{"Sid": "]"}, ` + statement + `]}}`},
		{"JSON with spaces around colons, and short objects on one line", `{
  "Document" : {
    "Statement" : [
      {
        "Sid" : "Old",
        "Resource" : { "Ref" : "Key" }
      }
    ]
  }
}`, `{
  "Document" : {
    "Statement" : [
      {
        "Sid" : "Old",
        "Resource" : { "Ref" : "Key" }
      },
      {
        "Sid" : "New",
        "Effect" : "Allow",
        "Action" : ["kms:GenerateDataKey", "kms:Decrypt"],
        "Resource" : {"Ref" : "Key"}
      }
    ]
  }
}`},
		{"one statement of several lines of JSON becomes a list", `{
  "Document": {
    "Statement": {
      "Sid": "Old",
      "Action": ["sqs:SendMessage"]
    }
  }
}`, `{
  "Document": {
    "Statement": [{
      "Sid": "Old",
      "Action": ["sqs:SendMessage"]
    }, {
      "Sid": "New",
      "Effect": "Allow",
      "Action": ["kms:GenerateDataKey", "kms:Decrypt"],
      "Resource": {"Ref": "Key"}
    }]
  }
}`},
		{"JSON with an empty list and tabs", "{\n\t\"Document\": {\n\t\t\"Statement\": []\n\t}\n}\n",
			"{\n\t\"Document\": {\n\t\t\"Statement\": [\n\t\t\t{\n\t\t\t\t\"Sid\": \"New\",\n\t\t\t\t\"Effect\": \"Allow\",\n\t\t\t\t\"Action\": [\n\t\t\t\t\t\"kms:GenerateDataKey\",\n\t\t\t\t\t\"kms:Decrypt\"\n\t\t\t\t],\n\t\t\t\t\"Resource\": {\n\t\t\t\t\t\"Ref\": \"Key\"\n\t\t\t\t}\n\t\t\t}\n\t\t]\n\t}\n}\n"},
		{"lines that end as on Windows", "Document:\r\n  Statement:\r\n    - Sid: Old\r\n", "Document:\r\n  Statement:\r\n    - Sid: Old\r\n    - Sid: New\r\n      Effect: Allow\r\n      Action:\r\n        - kms:GenerateDataKey\r\n        - kms:Decrypt\r\n      Resource: !Ref Key\r\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f, err := Open("file", []byte(test.before), cloudFormation)
			if err != nil {
				t.Fatal(err)
			}
			if err := f.Append([]string{"Document", "Statement"}, parsed(t, statement)); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.after, string(f.Bytes())); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A change is refused where the text would say something else, and leaves the file as it was.
func TestRefused(t *testing.T) {
	for _, test := range []struct{ reason, text string }{
		{"the list stands for another one", "Shared: &all\n  - Sid: Old\nDocument:\n  Statement: *all\n"},
		{"the list has an anchor that others use", "Document:\n  Statement: &all\n    - Sid: Old\nOther: *all\n"},
		{"the blank line at the end is part of the text", "Document:\n  Statement:\n    - Sid: |+\n        Old\n\n"},
		{"the statements are a text", "Document:\n  Statement: '[]'\n"},
		{"there are none", "Document: {}\n"},
	} {
		f, err := Open("file", []byte(test.text), cloudFormation)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Append([]string{"Document", "Statement"}, parsed(t, statement)); !errors.Is(err, ErrPlace) || string(f.Bytes()) != test.text {
			t.Errorf("%s: %v, want a refusal; the text is now\n%s", test.reason, err, f.Bytes())
		}
	}
}

func TestMembers(t *testing.T) {
	const before = `Queue: # ours
  Type: AWS::SQS::Queue
  Properties:
    Key: !GetAtt
      - Key
      - Arn
    Timeout:   30   # seconds
    Tags: [{Key: a, Value: "b, c"}, {Key: d, Value: e}]
    Redrive:
      target: !Ref Dead
      count: 3
    Names:
    - a # one
    # of b
    - b:
        c

    # of d
    - d
`
	for _, test := range []struct {
		name, removed, added string
		change               func(*File) error
	}{
		{"a scalar is replaced, and its comment stays", "    Timeout:   30   # seconds\n", "    Timeout:   60   # seconds\n",
			func(f *File) error {
				return f.Set([]string{"Queue", "Properties"}, "Timeout", parsed(t, "60"))
			}},
		{"an object is replaced", "    Redrive:\n      target: !Ref Dead\n      count: 3\n", "    Redrive:\n      permission: allowAll\n",
			func(f *File) error {
				return f.Set([]string{"Queue", "Properties"}, "Redrive", parsed(t, `{"permission": "allowAll"}`))
			}},
		{"a member is added behind the last", "    - d\n", "    - d\n    Encrypted: true\n",
			func(f *File) error {
				return f.Set([]string{"Queue", "Properties"}, "Encrypted", parsed(t, "true"))
			}},
		{"a member of several lines is removed", "    Key: !GetAtt\n      - Key\n      - Arn\n", "",
			func(f *File) error { return f.Remove([]string{"Queue", "Properties"}, "Key") }},
		{"a member in braces is removed", `{Key: a, Value: "b, c"}`, `{Key: a}`,
			func(f *File) error { return f.Remove([]string{"Queue", "Properties", "Tags", "0"}, "Value") }},
		{"an item of several lines is removed", "    - b:\n        c\n", "",
			func(f *File) error { return f.RemoveItem([]string{"Queue", "Properties", "Names"}, 1) }},
		{"the last item is removed", "    - d\n", "",
			func(f *File) error { return f.RemoveItem([]string{"Queue", "Properties", "Names"}, 2) }},
		{"an item in brackets is removed", `{Key: a, Value: "b, c"}, `, "",
			func(f *File) error { return f.RemoveItem([]string{"Queue", "Properties", "Tags"}, 0) }},
		{"the last item in brackets is removed", `, {Key: d, Value: e}`, "",
			func(f *File) error { return f.RemoveItem([]string{"Queue", "Properties", "Tags"}, 1) }},
		{"an item's member is replaced", `{Key: d, Value: e}`, `{Key: d, Value: 'it''s'}`,
			func(f *File) error {
				return f.Replace([]string{"Queue", "Properties", "Tags", "1", "Value"}, parsed(t, `"it's"`))
			}},
	} {
		t.Run(test.name, func(t *testing.T) {
			f, err := Open("file", []byte(before), cloudFormation)
			if err != nil {
				t.Fatal(err)
			}
			if err := test.change(f); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Replace(before, test.removed, test.added, 1), string(f.Bytes())); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
