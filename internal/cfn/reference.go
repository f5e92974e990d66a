package cfn

import (
	"strings"
)

// ref carries out Ref: of a parameter, a pseudo parameter or a resource.
//
// [Ref]
//
// [Ref]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-ref.html
func (s *stack) ref(arg node) node {
	name := arg.text
	if arg.kind != text {
		return s.unknownCall("Ref", arg)
	}
	if name == "AWS::NoValue" {
		return node{}
	}
	if v, ok := s.pseudo(name); ok {
		return newText(arg.at, v)
	}
	return s.once(arg.at, name, func() node {
		if v, ok := s.parameter(name); ok {
			return v
		}
		if r := s.byID[name]; r != nil {
			if v := s.reference(r); v != "" {
				return newText(arg.at, v)
			}
		}
		return newText(arg.at, s.unknown(name))
	})
}

// getAtt carries out Fn::GetAtt, whose argument is "Resource.Attribute" or a list of both.
//
// [Fn::GetAtt]
//
// [Fn::GetAtt]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getatt.html
func (s *stack) getAtt(arg node) node {
	var id, attribute string
	switch {
	case arg.kind == text:
		id, attribute, _ = strings.Cut(arg.text, ".")
	case arg.kind == list && len(arg.items) == 2:
		a := s.resolve(arg.items[1])
		id, attribute = arg.items[0].text, a.text
	}
	if id == "" || attribute == "" {
		return s.unknownCall("Fn::GetAtt", arg)
	}
	return s.once(arg.at, id+"."+attribute, func() node {
		r := s.byID[id]
		if r != nil && r.typ == "AWS::CloudFormation::Stack" {
			if name, ok := strings.CutPrefix(attribute, "Outputs."); ok {
				if child := s.children[id]; child != nil && child.outputs.has(name) {
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
				return newText(arg.at, v)
			}
		}
		return newText(arg.at, s.unknown(id+"."+attribute))
	})
}

// crossRegion returns what another stack of the app hands to this one's Region. The CDK does that with a pair of custom
// resources, as exports end at the Region.
//
// [Cross Region references]
//
// [Cross Region references]: https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib-readme.html#accessing-resources-in-a-different-stack-and-region
func (s *stack) crossRegion(name string) (node, bool) {
	for _, other := range s.world.stacks {
		for _, r := range other.resources {
			if r.typ != "Custom::CrossRegionExportWriter" {
				continue
			}
			props := r.properties.get("WriterProps")
			if v := props.path("exports", name); v.there() && other.resolveText(props.get("region")) == s.region {
				return other.resolve(v), true
			}
		}
	}
	return node{}, false
}

// output returns the value of an output.
func (s *stack) output(name string) node {
	return s.once(place{}, "Outputs."+name, func() node { return s.resolve(s.outputs.path(name, "Value")) })
}

// importValue carries out Fn::ImportValue, as far as a stack that is read too exports the name.
//
// [Fn::ImportValue]
//
// [Fn::ImportValue]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-importvalue.html
func (s *stack) importValue(arg node) node {
	name := s.resolve(arg)
	if !name.scalar() {
		return s.unknownCall("Fn::ImportValue", arg)
	}
	if e, ok := s.world.exports[s.environment()+name.text]; ok {
		return e.stack.output(e.output)
	}
	in := name.text
	if !balanced(in) {
		in = strings.NewReplacer("{", "(", "}", ")").Replace(in)
	}
	return newText(arg.at, "${"+s.environment()+"Fn::ImportValue("+in+")}")
}

// environment tells apart the names that mean something else in another account or Region; empty if neither is known.
func (s *stack) environment() string {
	if s.account == "" && s.region == "" {
		return ""
	}
	return s.account + "/" + s.region + "/"
}

// once works out a value the first time that it is asked for.
func (s *stack) once(at place, what string, work func() node) node {
	if v, ok := s.values[what]; ok {
		return v
	}
	if s.within[what] {
		s.fail(at, ErrCycle, "reference", what, "it depends on itself", "", "")
	}
	s.within[what] = true
	v := work()
	delete(s.within, what)
	s.values[what] = v
	return v
}
