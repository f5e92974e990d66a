package fanout

import (
	"reflect"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/hopgrant/hopgrant/policygen"
)

// Misuse is what a construct panics with when it is asked for what cannot work. Err tells what, as a
// [*policygen.InputError], a [*policygen.LimitError] or several of them joined; errors.As and errors.Is see through to it.
//
// Values that CloudFormation knows only later (tokens) are not judged.
type Misuse struct {
	Construct string // the construct's path
	Err       error

	text string // of Err, with paths for topics and queues, and other tokens as Fn::Sub writes them
}

// Error returns construct "path": and the cause.
func (m *Misuse) Error() string { return `construct "` + m.Construct + `": ` + m.text }

// Unwrap returns the cause.
func (m *Misuse) Unwrap() error { return m.Err }

// refuse panics with err if there is one.
func refuse(c constructs.IConstruct, err error) {
	if err != nil {
		panic(misuse(c, err))
	}
}

// when returns err if something is wrong.
func when(wrong bool, err error) error {
	if wrong {
		return err
	}
	return nil
}

// refuseAt panics with err, if there is one, of a construct that is not made yet.
func refuseAt(scope constructs.Construct, id *string, err error) {
	if err != nil {
		m := misuse(scope, err)
		m.Construct += "/" + value(id)
		panic(m)
	}
}

func misuse(c constructs.IConstruct, err error) *Misuse {
	m := &Misuse{Err: err, text: err.Error()}
	if c == nil {
		return m
	}
	m.Construct = *c.Node().Path()
	if strings.Contains(m.text, "${=") || strings.Contains(m.text, "${Token[") {
		path := func(construct any, _ *end) string { return *construct.(constructs.IConstruct).Node().Path() }
		m.text = readable(awscdk.Stack_Of(c), registryOf(c).named(restored(m.text), path))
	}
	return m
}

// needID refuses a scope or an id that is missing.
func needID(c constructs.IConstruct, id *string) {
	if c == nil {
		err := bad("scope", "", "there is none", "a construct in a stack", "")
		panic(&Misuse{Construct: value(id), Err: err, text: err.Error()})
	}
	if id == nil || *id == "" {
		refuse(c, bad("id", "", "there is none", "a name that is unique within the construct", ""))
	}
}

func bad(what, value, got, want, fix string) *policygen.InputError {
	return &policygen.InputError{What: what, Value: value, Got: got, Want: want, Fix: fix}
}

// because adds what errors.Is is to find in the error.
func because(cause error, err *policygen.InputError) *policygen.InputError {
	err.Cause = cause
	return err
}

func value[T any](p *T) T {
	var zero T
	if p == nil {
		return zero
	}
	return *p
}

// warn adds a warning to a construct, which users can acknowledge by its id.
//
// Newer versions of the CDK give AddWarningV2 a third parameter, of a type that older ones lack, so no call in Go compiles
// with both. No other method adds a warning that an earlier acknowledgement silences.
func warn(c constructs.IConstruct, id, message string) {
	add := reflect.ValueOf(awscdk.Annotations_Of(c)).MethodByName("AddWarningV2")
	args := []reflect.Value{reflect.ValueOf(jsii.String(id)), reflect.ValueOf(jsii.String(message))}
	for i := len(args); i < add.Type().NumIn(); i++ {
		args = append(args, reflect.Zero(add.Type().In(i)))
	}
	add.Call(args)
}
