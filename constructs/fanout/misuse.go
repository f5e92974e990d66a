package fanout

import (
	"reflect"

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
}

// Error returns construct "path": and the cause.
func (m *Misuse) Error() string { return `construct "` + m.Construct + `": ` + m.Err.Error() }

// Unwrap returns the cause.
func (m *Misuse) Unwrap() error { return m.Err }

// refuse panics with err if there is one.
func refuse(c constructs.Construct, err error) {
	if err != nil {
		panic(misuse(c, err))
	}
}

func misuse(c constructs.Construct, err error) *Misuse {
	path := ""
	if c != nil {
		path = *c.Node().Path()
	}
	return &Misuse{Construct: path, Err: err}
}

// at returns the path of a construct that could not be made.
func at(scope constructs.Construct, id *string, err error) *Misuse {
	m := misuse(scope, err)
	if id != nil {
		m.Construct += "/" + *id
	}
	return m
}

// needID refuses an id that is missing.
func needID(c constructs.Construct, id *string) {
	if id == nil || *id == "" {
		refuse(c, bad("id", "", "there is none", "a name that is unique within the construct", ""))
	}
}

func bad(what, value, got, want, fix string) *policygen.InputError {
	return &policygen.InputError{What: what, Value: value, Got: got, Want: want, Fix: fix}
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
func warn(c constructs.Construct, id, message string) {
	add := reflect.ValueOf(awscdk.Annotations_Of(c)).MethodByName("AddWarningV2")
	args := []reflect.Value{reflect.ValueOf(jsii.String(id)), reflect.ValueOf(jsii.String(message))}
	for i := len(args); i < add.Type().NumIn(); i++ {
		args = append(args, reflect.Zero(add.Type().In(i)))
	}
	add.Call(args)
}
