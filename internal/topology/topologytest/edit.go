package topologytest

import (
	"slices"

	"github.com/hopgrant/hopgrant/internal/value"
)

// Edited returns a tree after edits, of which each takes four bytes: which value, what is done with it, and with what. What a
// fuzzer makes of the bytes remains a tree, so that it gets past the parser. It has at most some 4,000 values.
func Edited(v value.Value, edits []byte) value.Value {
	for ; len(edits) >= 4; edits = edits[4:] {
		values := size(v)
		n := (int(edits[0])<<8 | int(edits[1])) % values
		with := int(edits[3])
		v, _ = edit(v, &n, func(x value.Value) (value.Value, bool) {
			switch grown := values > 2000; edits[2] % 8 {
			case 0, 1:
				return atoms[with%len(atoms)], true
			case 2:
				return value.Value{}, false
			case 3:
				if other := pick(v, with*values/256); !grown {
					return other, true
				}
			case 4:
				if !grown {
					return value.NewList(x.At, x, x), true
				}
			case 5:
				return value.NewList(x.At, x), true
			case 6:
				return value.NewObject(x.At, value.Pair(keys[with%len(keys)], x)), true
			case 7:
				if len(x.Members) > 0 {
					x.Members = slices.Clone(x.Members)
					x.Members[with%len(x.Members)].Key = keys[with/8%len(keys)]
				}
			}
			return x, true
		})
	}
	return v
}

// atoms are what takes the place of a value: other types, text that means something to a reader or an output, and references.
var atoms = func() []value.Value {
	all := []value.Value{{Kind: value.Null}, {Kind: value.Boolean, Text: "true"}, {Kind: value.Number, Text: "-1"}, {Kind: value.Number, Text: "1e308"},
		{Kind: value.List}, {Kind: value.Object}}
	for _, s := range []string{"", "*", "?", "${", "$${a}", "$$${0}", "%%{if x}", "${AWS::Region}", "${!x}", "{{resolve:ssm:x}}", "arn:aws:sqs:*:*:*",
		"arn:aws:sns:us-east-1:111122223333:t", "sqs:*", "sns.amazonaws.com", "Allow", "Deny", "aws_sqs_queue.q.arn", "each.key",
		"\n::stop-commands::x", "##[error]x", "\x1b[31m\u202e\u009b", "`\"]<b>;", "AWS::SQS::Queue", "AWS::CloudFormation::Stack", "AWS::Serverless-2016-10-31"} {
		all = append(all, value.NewText(value.Place{}, s))
	}
	return all
}()

// keys are what values are wrapped in and members are renamed to.
var keys = []string{"Ref", "Fn::Sub", "Fn::GetAtt", "Fn::Join", "Fn::Split", "Fn::Select", "Fn::If", "Fn::FindInMap", "Fn::ImportValue", "Fn::Transform",
	"Fn::ForEach::L", "Fn::Length", "Fn::ToJsonString", "Condition", "DependsOn", "Properties", "Type", "AWS", "Service", "Principal", "Action", "Resource",
	"references", "constant_value", "values", "index", "a\n::b"}

// size returns how many values there are in v.
func size(v value.Value) int {
	n := 1
	for _, item := range v.Items {
		n += size(item)
	}
	for _, m := range v.Members {
		n += size(m.Value)
	}
	return n
}

// edit replaces value n of v, counted from v itself, by what f makes of it; false takes it out of the list or object.
func edit(v value.Value, n *int, f func(value.Value) (value.Value, bool)) (value.Value, bool) {
	if *n--; *n < 0 {
		return f(v)
	}
	for i, item := range v.Items {
		if s := size(item); *n >= s {
			*n -= s
			continue
		}
		v.Items = slices.Clone(v.Items)
		var keep bool
		if v.Items[i], keep = edit(item, n, f); !keep {
			v.Items = slices.Delete(v.Items, i, i+1)
		}
		return v, true
	}
	for i, m := range v.Members {
		if s := size(m.Value); *n >= s {
			*n -= s
			continue
		}
		v.Members = slices.Clone(v.Members)
		var keep bool
		if v.Members[i].Value, keep = edit(m.Value, n, f); !keep {
			v.Members = slices.Delete(v.Members, i, i+1)
		}
		return v, true
	}
	return v, true
}

// pick returns value n of v.
func pick(v value.Value, n int) value.Value {
	found := v
	edit(v, &n, func(x value.Value) (value.Value, bool) { found = x; return x, true })
	return found
}
