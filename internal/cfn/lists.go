package cfn

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// join carries out Fn::Join.
//
// [Fn::Join]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-join.html
func (s *stack) join(arg value.Value) value.Value {
	if arg.Kind != value.List || len(arg.Items) != 2 {
		return s.unknownCall("Fn::Join", arg)
	}
	by, values := s.resolve(arg.Items[0]), s.resolve(arg.Items[1])
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

// selectItem carries out Fn::Select.
//
// [Fn::Select]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-select.html
func (s *stack) selectItem(arg value.Value) value.Value {
	if arg.Kind != value.List || len(arg.Items) != 2 {
		return s.unknownCall("Fn::Select", arg)
	}
	index, values := s.resolve(arg.Items[0]), s.resolve(arg.Items[1])
	i, err := strconv.Atoi(index.Text)
	if err != nil || values.Kind != value.List || i < 0 || i >= len(values.Items) {
		return s.unknownCall("Fn::Select", arg)
	}
	return values.Items[i]
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
func (s *stack) split(arg value.Value) value.Value {
	if arg.Kind != value.List || len(arg.Items) != 2 {
		return s.unknownCall("Fn::Split", arg)
	}
	by, v := s.resolve(arg.Items[0]), s.resolve(arg.Items[1])
	if by.Kind != value.Text || by.Text == "" || !v.Scalar() || policygen.Unresolved(by.Text) {
		return s.unknownCall("Fn::Split", arg)
	}
	// Unknown words are put out of the way, since their own text holds separators.
	var words []string
	masked := v.Text
	if policygen.Unresolved(masked) {
		if !strings.Contains(":/|,", by.Text) {
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
	all := value.Value{Kind: value.List, At: arg.At}
	for _, part := range strings.Split(masked, by.Text) {
		for i := len(words) - 1; i >= 0; i-- {
			part = strings.ReplaceAll(part, "\x00"+strconv.Itoa(i)+"\x01", words[i])
		}
		all.Items = append(all.Items, value.NewText(arg.At, part))
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
func (s *stack) zones(arg value.Value) value.Value {
	region := s.resolve(arg)
	if region.Text == "" {
		region.Text, _ = s.pseudo("AWS::Region")
	}
	return value.NewText(arg.At, "${Fn::GetAZs("+region.Text+")}")
}

// cidr carries out Fn::Cidr for IPv4 blocks.
//
// [Fn::Cidr]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-cidr.html
func (s *stack) cidr(arg value.Value) value.Value {
	v := s.resolve(arg)
	if v.Kind != value.List || len(v.Items) < 2 {
		return s.unknownCall("Fn::Cidr", arg)
	}
	bits := 8
	block, err := netip.ParsePrefix(v.Items[0].Text)
	count, err2 := strconv.Atoi(v.Items[1].Text)
	var err3 error
	if len(v.Items) > 2 {
		bits, err3 = strconv.Atoi(v.Items[2].Text)
	}
	if err != nil || err2 != nil || err3 != nil || !block.Addr().Is4() || count < 1 || count > 256 || bits < 1 || bits > 32 {
		return s.unknownCall("Fn::Cidr", arg)
	}
	all := value.Value{Kind: value.List, At: arg.At}
	a := block.Masked().Addr().As4()
	at := uint64(a[0])<<24 | uint64(a[1])<<16 | uint64(a[2])<<8 | uint64(a[3])
	for range count {
		ip := netip.AddrFrom4([4]byte{byte(at >> 24), byte(at >> 16), byte(at >> 8), byte(at)})
		if !block.Contains(ip) || at > 1<<32-1 {
			return s.unknownCall("Fn::Cidr", arg)
		}
		all.Items = append(all.Items, value.NewText(arg.At, netip.PrefixFrom(ip, 32-bits).String()))
		at += 1 << bits
	}
	return all
}

// findInMap carries out Fn::FindInMap, with the default value of the language extensions.
//
// [Fn::FindInMap]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-findinmap.html
func (s *stack) findInMap(arg value.Value) value.Value {
	if arg.Kind != value.List || len(arg.Items) < 3 {
		return s.unknownCall("Fn::FindInMap", arg)
	}
	name, top, second := s.resolve(arg.Items[0]), s.resolve(arg.Items[1]), s.resolve(arg.Items[2])
	if v := s.mappings.Path(name.Text, top.Text, second.Text); v.There() {
		return s.resolve(v)
	}
	known := !policygen.Unresolved(name.Text) && !policygen.Unresolved(top.Text) && !policygen.Unresolved(second.Text)
	if known && len(arg.Items) > 3 {
		if d := arg.Items[3].Get("DefaultValue"); d.Kind != value.Absent {
			return s.resolve(d)
		}
	}
	// A mapping that says the same for every key is known whatever the key.
	if rows := s.mappings.Get(name.Text); policygen.Unresolved(top.Text) && !policygen.Unresolved(second.Text) && len(rows.Members) > 0 && len(arg.Items) == 3 {
		first := rows.Members[0].Value.Get(second.Text)
		same := first.Scalar()
		for _, m := range rows.Members {
			if v := m.Value.Get(second.Text); v.Kind != first.Kind || v.Text != first.Text {
				same = false
			}
		}
		if same {
			return s.resolve(first)
		}
	}
	return value.NewText(arg.At, s.callText("Fn::FindInMap", []value.Value{name, top, second}))
}
