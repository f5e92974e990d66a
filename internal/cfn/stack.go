package cfn

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/region"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// A stack is one template with everything that it depends on: its environment, its parameters, its parent.
type stack struct {
	*template
	world *world
	// scope is what tells this stack's own unknown values apart from those of the other stacks that are read with it.
	scope string
	// shown is the stack's name in the topology; empty if it is the only one.
	shown           string
	name            string // "" if not known
	account, region string // "" if not known
	arguments       map[string]value.Value
	parent          *stack
	inParent        string            // the logical id that the parent has for this stack
	children        map[string]*stack // by logical id of AWS::CloudFormation::Stack

	values   map[string]value.Value // results of Ref and GetAtt
	arns     map[*resource]string
	within   map[string]bool // the ones that are being worked out
	truth    map[string]truth
	deciding map[string]bool
}

// A world is all stacks that are read together, under one scenario.
type world struct {
	stacks   []*stack
	scenario scenario
	exports  map[string]export // by account, region and name
	depth    int
	// partition is that of stacks whose Region is not known; "" if it is not known either.
	partition string
}

// An export is an output that other stacks of the same account and Region may import.
type export struct {
	stack  *stack
	output string
}

func (w *world) add(s *stack) *stack {
	s.world = w
	s.values, s.within, s.arns = make(map[string]value.Value, 2*len(s.resources)), map[string]bool{}, make(map[*resource]string, len(s.resources))
	s.truth, s.deciding = map[string]truth{}, map[string]bool{}
	if s.children == nil {
		s.children = map[string]*stack{}
	}
	w.stacks = append(w.stacks, s)
	return s
}

// fail ends the reading; Read recovers it.
func (s *stack) fail(at value.Place, cause error, what, is, got, want, fix string) {
	panic((&value.Error{File: s.file, What: what, Value: is, Got: got, Want: want, Fix: fix, Cause: cause}).In(at))
}

// unknown returns the text that stands for something of this stack that is known only at deployment.
func (s *stack) unknown(name string) string {
	if s.scope == "" {
		return "${" + name + "}"
	}
	return "${" + s.scope + "/" + name + "}"
}

// pseudo returns the value of a pseudo parameter. All stacks whose environment is not known are deployed to the same one.
//
// [Pseudo parameters]
//
// [Pseudo parameters]: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
func (s *stack) pseudo(name string) (string, bool) {
	or := func(v string) string {
		if v == "" {
			return "${" + name + "}"
		}
		return v
	}
	switch name {
	case "AWS::Region":
		return or(s.region), true
	case "AWS::AccountId":
		return or(s.account), true
	case "AWS::Partition":
		if s.region == "" {
			return or(s.world.partition), true
		}
		return region.Partition(s.region), true
	case "AWS::URLSuffix":
		switch {
		case s.region == "":
			return or(""), true
		case region.Partition(s.region) == "aws-cn":
			return "amazonaws.com.cn", true
		}
		return "amazonaws.com", true
	case "AWS::StackName":
		if s.name == "" {
			return s.unknown(name), true
		}
		return s.name, true
	case "AWS::StackId":
		stackName, _ := s.pseudo("AWS::StackName")
		return s.arn("cloudformation", "stack/"+stackName+"/"+s.unknown("AWS::StackId")), true
	case "AWS::NotificationARNs":
		return s.unknown(name), true
	}
	return "", false
}

// arn returns the ARN of a resource of this stack's Region and account.
func (s *stack) arn(service, rest string) string {
	p, _ := s.pseudo("AWS::Partition")
	r, _ := s.pseudo("AWS::Region")
	a, _ := s.pseudo("AWS::AccountId")
	return "arn:" + p + ":" + service + ":" + r + ":" + a + ":" + rest
}

// globalARN returns the ARN of a resource of a service without Regions.
func (s *stack) globalARN(service, rest string) string {
	p, _ := s.pseudo("AWS::Partition")
	a, _ := s.pseudo("AWS::AccountId")
	return "arn:" + p + ":" + service + "::" + a + ":" + rest
}

// parameter returns the value of a parameter: what was passed, else its default, else unknown text.
//
// [CloudFormation-supplied parameter types]
//
// [CloudFormation-supplied parameter types]: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html
func (s *stack) parameter(name string) (value.Value, bool) {
	p := s.parameters.Get(name)
	if p.Kind != value.Object {
		return value.Value{}, false
	}
	typ := p.Get("Type").Text
	v, ok := s.argument(name)
	if !ok {
		v = p.Get("Default")
	}
	// What stands for a stored parameter is its name; only what the user passes may be the value itself.
	stored := strings.HasPrefix(typ, "AWS::SSM::Parameter::Value")
	if !ok && !v.Scalar() || stored && (!ok || s.parent != nil || strings.HasPrefix(v.Text, "/")) {
		return value.NewText(p.At, s.unknown(name)), true
	}
	if v.Scalar() && (typ == "CommaDelimitedList" || strings.Contains(typ, "List<")) && !policygen.Unresolved(v.Text) {
		all := value.Value{Kind: value.List, At: v.At}
		for _, part := range strings.Split(v.Text, ",") {
			all.Items = append(all.Items, value.NewText(v.At, strings.TrimSpace(part)))
		}
		return all, true
	}
	if v.Kind == value.Number || v.Kind == value.Boolean {
		v.Kind = value.Text
	}
	if v.Kind == value.Text {
		v.Text = s.dynamic(v.Text)
	}
	return v, true
}

// argument returns what is passed for a parameter: by the parent stack, or by the user.
func (s *stack) argument(name string) (value.Value, bool) {
	if s.parent == nil {
		v, ok := s.arguments[name]
		return v, ok
	}
	v := s.parent.byID[s.inParent].properties.Path("Parameters", name)
	if !v.There() {
		return value.Value{}, false
	}
	v = s.parent.resolve(v)
	if v.Kind == value.List { // a list is passed as text
		var all []string
		for _, item := range v.Items {
			all = append(all, item.Text)
		}
		v = value.NewText(v.At, strings.Join(all, ","))
	}
	return v, v.Kind != value.Absent
}

// passed returns the parameters that the user gave.
func passed(o Options) map[string]value.Value {
	args := make(map[string]value.Value, len(o.Parameters))
	for k, v := range o.Parameters {
		args[k] = value.NewText(value.Place{}, v)
	}
	return args
}
