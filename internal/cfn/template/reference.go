package template

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/value"
)

// ref evaluates Ref: of a parameter, a pseudo parameter or a resource.
//
// [Ref]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-ref.html
func (s *Stack) ref(arg value.Value) value.Value {
	if arg.Kind == value.Object {
		arg = s.Resolve(arg)
	}
	name := arg.Text
	if arg.Kind != value.Text {
		return s.unknownCall("Ref", arg)
	}
	if name == "AWS::NoValue" {
		return value.Value{}
	}
	if v := s.Pseudo(name); v != "" {
		return value.NewText(arg.At, v)
	}
	return s.once(arg.At, what{name: name}, func() value.Value {
		if v, ok := s.parameter(name); ok {
			return v
		}
		if r := s.byID[name]; r != nil {
			if r.Type == nestedStack {
				return value.NewText(arg.At, s.stackARN(s.GeneratedName(r), s.Unknown(r.ID)))
			}
			if v := s.world.types.Ref(s, r); v != "" {
				return value.NewText(arg.At, v)
			}
		}
		return value.NewText(arg.At, s.Unknown(name))
	})
}

// getAtt evaluates Fn::GetAtt, whose argument is "Resource.Attribute" or a list of both. With the transform for language
// extensions both may be functions, and so may the argument of Ref.
//
// [Fn::GetAtt]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getatt.html
func (s *Stack) getAtt(arg value.Value) value.Value {
	var id, attribute string
	switch {
	case arg.Kind == value.Text:
		id, attribute, _ = strings.Cut(arg.Text, ".")
	case arg.Kind == value.List && len(arg.Items) == 2:
		id, attribute = s.Resolve(arg.Items[0]).Text, s.Resolve(arg.Items[1]).Text
	}
	if id == "" || attribute == "" {
		return s.unknownCall("Fn::GetAtt", arg)
	}
	r := s.byID[id]
	if r == nil {
		return value.NewText(arg.At, s.Unknown(id+"."+attribute))
	}
	return s.once(arg.At, what{r, attribute}, func() value.Value {
		switch r.Type {
		case nestedStack:
			name, is := strings.CutPrefix(attribute, "Outputs.")
			if child := s.children[id]; is && child != nil && child.outputs.Has(name) {
				return child.output(name)
			}
		case "Custom::CrossRegionExportReader":
			if v, ok := s.crossRegion(attribute); ok {
				return v
			}
		}
		if v := s.world.types.GetAtt(s, r, attribute); v != "" {
			return value.NewText(arg.At, v)
		}
		return value.NewText(arg.At, s.Unknown(id+"."+attribute))
	})
}

// crossRegion returns a value that another stack of the app hands over to this stack's Region. Exports do not cross Regions,
// so the CDK uses a pair of custom resources.
//
// [Cross Region references]: https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib-readme.html#accessing-resources-in-a-different-stack-and-region
func (s *Stack) crossRegion(name string) (value.Value, bool) {
	for _, other := range s.world.Stacks {
		for _, r := range other.Resources {
			if r.Type != "Custom::CrossRegionExportWriter" {
				continue
			}
			props := r.Properties.Get("WriterProps")
			if v := props.Path("exports", name); v.There() && other.Resolve(props.Get("region")).Text == s.Region {
				return other.Resolve(v), true
			}
		}
	}
	return value.Value{}, false
}

// output returns the value of an output.
func (s *Stack) output(name string) value.Value {
	return s.once(value.Place{}, what{name: "Outputs." + name}, func() value.Value { return s.Resolve(s.outputs.Path(name, "Value")) })
}

// importValue evaluates Fn::ImportValue where one of the stacks exports the name.
//
// [Fn::ImportValue]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-importvalue.html
func (s *Stack) importValue(arg value.Value) value.Value {
	name := s.Resolve(arg)
	if !name.Scalar() {
		return s.unknownCall("Fn::ImportValue", arg)
	}
	if e := s.world.exports[s.Environment()+name.Text]; e.stack != nil {
		return e.stack.output(e.output)
	}
	s.world.imports[s.Environment()+name.Text] = true
	return value.NewText(arg.At, "${"+s.Environment()+"Fn::ImportValue("+enclosed(name.Text)+")}")
}

// stackOutput evaluates Fn::GetStackOutput where the stack that it names is one of those read. The account is that of the role
// which reads the output.
//
// [Fn::GetStackOutput]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getstackoutput.html
func (s *Stack) stackOutput(arg value.Value) value.Value {
	v := s.Resolve(arg)
	name, output := v.Get("StackName").Text, v.Get("OutputName").Text
	account, region := s.Account, s.Region
	if role := v.Get("RoleArn"); role.There() {
		account = text.AccountIn(role.Text)
	}
	if r := v.Get("Region"); r.There() {
		region = r.Text
	}
	var from []*Stack
	for _, other := range s.world.Stacks {
		if other != s && name != "" && other.name == name && other.Account == account && other.Region == region && other.outputs.Has(output) {
			from = append(from, other)
		}
	}
	if len(from) != 1 {
		return s.unknownCall("Fn::GetStackOutput", arg)
	}
	return from[0].output(output)
}

// Environment tells apart the names that mean something else in another account or Region; empty if neither is known.
func (s *Stack) Environment() string {
	if s.Account == "" && s.Region == "" {
		return ""
	}
	return s.Account + "/" + s.Region + "/"
}

// what names something of a stack that is computed once: an attribute of a resource, or without a resource a parameter
// or output.
type what struct {
	of   *Resource
	name string
}

// Once returns a text of a resource, which work computes when it is first asked for. A text that depends on itself is an
// error.
func (s *Stack) Once(r *Resource, name string, work func() string) string {
	return s.once(r.At, what{r, "/" + name}, func() value.Value { return value.NewText(r.At, work()) }).Text
}

func (s *Stack) once(at value.Place, what what, work func() value.Value) value.Value {
	if v, ok := s.values[what]; ok {
		return v
	}
	if s.within[what] {
		name := what.name
		if what.of != nil {
			name = what.of.ID + "." + name
			name = strings.Replace(name, "./", "/", 1)
		}
		s.fail(at, value.ErrCycle, "reference", name, "it depends on itself", "")
	}
	s.within[what] = true
	v := work()
	delete(s.within, what)
	s.values[what] = v
	return v
}
