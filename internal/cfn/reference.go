package cfn

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/value"
)

// ref carries out Ref: of a parameter, a pseudo parameter or a resource.
//
// [Ref]
//
// [Ref]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-ref.html
func (s *stack) ref(arg value.Value) value.Value {
	name := arg.Text
	if arg.Kind != value.Text {
		return s.unknownCall("Ref", arg)
	}
	if name == "AWS::NoValue" {
		return value.Value{}
	}
	if v, ok := s.pseudo(name); ok {
		return value.NewText(arg.At, v)
	}
	return s.once(arg.At, name, func() value.Value {
		if v, ok := s.parameter(name); ok {
			return v
		}
		if r := s.byID[name]; r != nil {
			if v := s.reference(r); v != "" {
				return value.NewText(arg.At, v)
			}
		}
		return value.NewText(arg.At, s.unknown(name))
	})
}

// getAtt carries out Fn::GetAtt, whose argument is "Resource.Attribute" or a list of both.
//
// [Fn::GetAtt]
//
// [Fn::GetAtt]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getatt.html
func (s *stack) getAtt(arg value.Value) value.Value {
	var id, attribute string
	switch {
	case arg.Kind == value.Text:
		id, attribute, _ = strings.Cut(arg.Text, ".")
	case arg.Kind == value.List && len(arg.Items) == 2:
		a := s.resolve(arg.Items[1])
		id, attribute = arg.Items[0].Text, a.Text
	}
	if id == "" || attribute == "" {
		return s.unknownCall("Fn::GetAtt", arg)
	}
	return s.once(arg.At, id+"."+attribute, func() value.Value {
		r := s.byID[id]
		if r != nil && r.typ == "AWS::CloudFormation::Stack" {
			if name, ok := strings.CutPrefix(attribute, "Outputs."); ok {
				if child := s.children[id]; child != nil && child.outputs.Has(name) {
					return child.output(name)
				}
			}
		}
		if r != nil && r.typ == "Custom::CrossRegionExportReader" {
			if v, ok := s.crossRegion(attribute); ok {
				return v
			}
		}
		if r != nil {
			if v := s.attribute(r, attribute); v != "" {
				return value.NewText(arg.At, v)
			}
		}
		return value.NewText(arg.At, s.unknown(id+"."+attribute))
	})
}

// crossRegion returns what another stack of the app hands to this one's Region. The CDK does that with a pair of custom
// resources, as exports end at the Region.
//
// [Cross Region references]
//
// [Cross Region references]: https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib-readme.html#accessing-resources-in-a-different-stack-and-region
func (s *stack) crossRegion(name string) (value.Value, bool) {
	for _, other := range s.world.stacks {
		for _, r := range other.resources {
			if r.typ != "Custom::CrossRegionExportWriter" {
				continue
			}
			props := r.properties.Get("WriterProps")
			if v := props.Path("exports", name); v.There() && other.resolveText(props.Get("region")) == s.region {
				return other.resolve(v), true
			}
		}
	}
	return value.Value{}, false
}

// output returns the value of an output.
func (s *stack) output(name string) value.Value {
	return s.once(value.Place{}, "Outputs."+name, func() value.Value { return s.resolve(s.outputs.Path(name, "Value")) })
}

// importValue carries out Fn::ImportValue, as far as a stack that is read too exports the name.
//
// [Fn::ImportValue]
//
// [Fn::ImportValue]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-importvalue.html
func (s *stack) importValue(arg value.Value) value.Value {
	name := s.resolve(arg)
	if !name.Scalar() {
		return s.unknownCall("Fn::ImportValue", arg)
	}
	if e, ok := s.world.exports[s.environment()+name.Text]; ok {
		return e.stack.output(e.output)
	}
	in := name.Text
	if !balanced(in) {
		in = strings.NewReplacer("{", "(", "}", ")").Replace(in)
	}
	return value.NewText(arg.At, "${"+s.environment()+"Fn::ImportValue("+in+")}")
}

// environment tells apart the names that mean something else in another account or Region; empty if neither is known.
func (s *stack) environment() string {
	if s.account == "" && s.region == "" {
		return ""
	}
	return s.account + "/" + s.region + "/"
}

// once works out a value the first time that it is asked for.
func (s *stack) once(at value.Place, what string, work func() value.Value) value.Value {
	if v, ok := s.values[what]; ok {
		return v
	}
	if s.within[what] {
		s.fail(at, value.ErrCycle, "reference", what, "it depends on itself", "", "")
	}
	s.within[what] = true
	v := work()
	delete(s.within, what)
	s.values[what] = v
	return v
}
