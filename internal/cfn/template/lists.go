package template

import (
	"strconv"
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/value"
)

// join evaluates Fn::Join.
//
// [Fn::Join]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-join.html
func (s *Stack) join(arg value.Value) value.Value {
	if arg.Kind != value.List || len(arg.Items) != 2 {
		return s.unknownCall("Fn::Join", arg)
	}
	by, values := s.Resolve(arg.Items[0]), s.Resolve(arg.Items[1])
	if by.Kind != value.Text || values.Kind != value.List {
		return s.unknownCall("Fn::Join", arg)
	}
	size := 0
	parts := make([]string, 0, len(values.Items))
	for _, v := range values.Items {
		if v.Kind == value.List { // a list parameter among the values
			for _, item := range v.Items {
				parts = append(parts, item.Text)
			}
			continue
		}
		if !v.Scalar() {
			return s.unknownCall("Fn::Join", arg)
		}
		parts = append(parts, v.Text)
		if size += len(v.Text) + len(by.Text); size > maxText {
			break
		}
	}
	return value.NewText(arg.At, strings.Join(parts, by.Text))
}

// selectItem evaluates Fn::Select.
//
// [Fn::Select]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-select.html
func (s *Stack) selectItem(arg value.Value) value.Value {
	if arg.Kind != value.List || len(arg.Items) != 2 {
		return s.unknownCall("Fn::Select", arg)
	}
	index, values := s.Resolve(arg.Items[0]), s.Resolve(arg.Items[1])
	i, err := strconv.Atoi(index.Text)
	if err != nil || values.Kind != value.List || i < 0 || i >= len(values.Items) {
		return s.unknownCall("Fn::Select", arg)
	}
	return values.Items[i]
}

// oneWord are the pseudo parameters whose values hold no separator.
var oneWord = map[string]bool{"AWS::Partition": true, "AWS::Region": true, "AWS::AccountId": true, "AWS::StackName": true, "AWS::URLSuffix": true}

// split evaluates Fn::Split where no unknown part of the text may hold the separator.
//
// [Fn::Split]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-split.html
func (s *Stack) split(arg value.Value) value.Value {
	if arg.Kind != value.List || len(arg.Items) != 2 {
		return s.unknownCall("Fn::Split", arg)
	}
	by, v := s.Resolve(arg.Items[0]), s.Resolve(arg.Items[1])
	if by.Kind != value.Text || by.Text == "" || !v.Scalar() || text.Unresolved(by.Text) {
		return s.unknownCall("Fn::Split", arg)
	}
	all := value.Value{Kind: value.List, At: arg.At}
	if !text.Unresolved(v.Text) {
		for _, part := range strings.Split(v.Text, by.Text) {
			all.Items = append(all.Items, value.NewText(arg.At, part))
		}
		return all
	}
	if len(by.Text) > 1 || !strings.Contains(":/|,", by.Text) {
		return s.unknownCall("Fn::Split", arg)
	}
	for _, reference, rest := text.Cut(v.Text); reference != ""; _, reference, rest = text.Cut(rest) {
		if name := strings.TrimSuffix(reference[2:], "}"); !oneWord[name] && !s.random(name) {
			return s.unknownCall("Fn::Split", arg)
		}
	}
	rest := v.Text
	for i := text.Index(rest, by.Text[0]); i >= 0; i = text.Index(rest, by.Text[0]) {
		all.Items = append(all.Items, value.NewText(arg.At, rest[:i]))
		rest = rest[i+1:]
	}
	all.Items = append(all.Items, value.NewText(arg.At, rest))
	return all
}

// random reports whether the unknown value is the random part of a resource's name.
func (s *Stack) random(name string) bool {
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		for _, other := range s.world.Stacks {
			if other.Shown == name[:i] {
				return other.byID[name[i+1:]] != nil
			}
		}
		return false
	}
	return s.byID[name] != nil
}
