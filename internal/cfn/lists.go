package cfn

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/hopgrant/hopgrant/policygen"
)

// join carries out Fn::Join.
//
// [Fn::Join]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-join.html
func (s *stack) join(arg node) node {
	if arg.kind != list || len(arg.items) != 2 {
		return s.unknownCall("Fn::Join", arg)
	}
	by, values := s.resolve(arg.items[0]), s.resolve(arg.items[1])
	if by.kind != text || values.kind != list {
		return s.unknownCall("Fn::Join", arg)
	}
	size := 0
	parts := make([]string, 0, len(values.items))
	for _, v := range values.items {
		if v.kind == list { // a list parameter among the values
			for _, item := range v.items {
				parts = append(parts, item.text)
			}
			continue
		}
		if !v.scalar() {
			return s.unknownCall("Fn::Join", arg)
		}
		parts = append(parts, v.text)
		if size += len(v.text) + len(by.text); size > maxText {
			break
		}
	}
	return newText(arg.at, strings.Join(parts, by.text))
}

// selectItem carries out Fn::Select.
//
// [Fn::Select]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-select.html
func (s *stack) selectItem(arg node) node {
	if arg.kind != list || len(arg.items) != 2 {
		return s.unknownCall("Fn::Select", arg)
	}
	index, values := s.resolve(arg.items[0]), s.resolve(arg.items[1])
	i, err := strconv.Atoi(index.text)
	if err != nil || values.kind != list || i < 0 || i >= len(values.items) {
		return s.unknownCall("Fn::Select", arg)
	}
	return values.items[i]
}

var (
	// oneUnknown matches an unknown value that holds no other.
	oneUnknown = whenUsed(`\$\{[^{}]+\}`)
	// oneWord are the pseudo parameters whose values hold no separator.
	oneWord = map[string]bool{"AWS::Partition": true, "AWS::Region": true, "AWS::AccountId": true, "AWS::StackName": true, "AWS::URLSuffix": true}
)

// split carries out Fn::Split where no unknown part of the text may hold the separator.
//
// [Fn::Split]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-split.html
func (s *stack) split(arg node) node {
	if arg.kind != list || len(arg.items) != 2 {
		return s.unknownCall("Fn::Split", arg)
	}
	by, v := s.resolve(arg.items[0]), s.resolve(arg.items[1])
	if by.kind != text || by.text == "" || !v.scalar() || policygen.Unresolved(by.text) {
		return s.unknownCall("Fn::Split", arg)
	}
	// Unknown words are put out of the way, since their own text holds separators.
	var words []string
	masked := v.text
	if policygen.Unresolved(masked) {
		if !strings.Contains(":/|,", by.text) {
			return s.unknownCall("Fn::Split", arg)
		}
		whole := true
		masked = oneUnknown().ReplaceAllStringFunc(masked, func(w string) string {
			if name := w[2 : len(w)-1]; !oneWord[name] && !s.random(name) {
				whole = false
			}
			words = append(words, w)
			return "\x00" + strconv.Itoa(len(words)-1) + "\x01"
		})
		if !whole || policygen.Unresolved(masked) {
			return s.unknownCall("Fn::Split", arg)
		}
	}
	all := node{kind: list, at: arg.at}
	for _, part := range strings.Split(masked, by.text) {
		for i := len(words) - 1; i >= 0; i-- {
			part = strings.ReplaceAll(part, "\x00"+strconv.Itoa(i)+"\x01", words[i])
		}
		all.items = append(all.items, newText(arg.at, part))
	}
	return all
}

// random reports whether the unknown value is the random part of a resource's name.
func (s *stack) random(name string) bool {
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		for _, other := range s.world.stacks {
			if other.scope == name[:i] {
				return other.byID[name[i+1:]] != nil
			}
		}
		return false
	}
	return s.byID[name] != nil
}

// zones carries out Fn::GetAZs: which zones an account has is not known, but those of the same Region are the same.
//
// [Fn::GetAZs]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getavailabilityzones.html
func (s *stack) zones(arg node) node {
	region := s.resolve(arg)
	if region.text == "" {
		region.text, _ = s.pseudo("AWS::Region")
	}
	return newText(arg.at, "${Fn::GetAZs("+region.text+")}")
}

// cidr carries out Fn::Cidr for IPv4 blocks.
//
// [Fn::Cidr]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-cidr.html
func (s *stack) cidr(arg node) node {
	v := s.resolve(arg)
	if v.kind != list || len(v.items) < 2 {
		return s.unknownCall("Fn::Cidr", arg)
	}
	bits := 8
	block, err := netip.ParsePrefix(v.items[0].text)
	count, err2 := strconv.Atoi(v.items[1].text)
	var err3 error
	if len(v.items) > 2 {
		bits, err3 = strconv.Atoi(v.items[2].text)
	}
	if err != nil || err2 != nil || err3 != nil || !block.Addr().Is4() || count < 1 || count > 256 || bits < 1 || bits > 32 {
		return s.unknownCall("Fn::Cidr", arg)
	}
	all := node{kind: list, at: arg.at}
	a := block.Masked().Addr().As4()
	at := uint64(a[0])<<24 | uint64(a[1])<<16 | uint64(a[2])<<8 | uint64(a[3])
	for range count {
		ip := netip.AddrFrom4([4]byte{byte(at >> 24), byte(at >> 16), byte(at >> 8), byte(at)})
		if !block.Contains(ip) || at > 1<<32-1 {
			return s.unknownCall("Fn::Cidr", arg)
		}
		all.items = append(all.items, newText(arg.at, netip.PrefixFrom(ip, 32-bits).String()))
		at += 1 << bits
	}
	return all
}

// findInMap carries out Fn::FindInMap, with the default value of the language extensions.
//
// [Fn::FindInMap]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-findinmap.html
func (s *stack) findInMap(arg node) node {
	if arg.kind != list || len(arg.items) < 3 {
		return s.unknownCall("Fn::FindInMap", arg)
	}
	name, top, second := s.resolve(arg.items[0]), s.resolve(arg.items[1]), s.resolve(arg.items[2])
	if v := s.mappings.path(name.text, top.text, second.text); v.there() {
		return s.resolve(v)
	}
	known := !policygen.Unresolved(name.text) && !policygen.Unresolved(top.text) && !policygen.Unresolved(second.text)
	if known && len(arg.items) > 3 {
		if d := arg.items[3].get("DefaultValue"); d.kind != absent {
			return s.resolve(d)
		}
	}
	// A mapping that says the same for every key is known whatever the key.
	if rows := s.mappings.get(name.text); policygen.Unresolved(top.text) && !policygen.Unresolved(second.text) && len(rows.members) > 0 && len(arg.items) == 3 {
		first := rows.members[0].value.get(second.text)
		same := first.scalar()
		for _, m := range rows.members {
			if v := m.value.get(second.text); v.kind != first.kind || v.text != first.text {
				same = false
			}
		}
		if same {
			return s.resolve(first)
		}
	}
	return newText(arg.at, s.callText("Fn::FindInMap", []node{name, top, second}))
}
