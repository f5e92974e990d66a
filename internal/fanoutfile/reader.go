package fanoutfile

import (
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/internal/value/shape"
	"github.com/hopgrant/hopgrant/policygen"
)

// A reader walks the values of a file, and notes where each text stands.
type reader struct {
	shape.Reader
	at map[string][]place
}

type field = shape.Field

// text reads a string. what names it in errors, in the words of policygen.
func (r *reader) text(v value.Value, what string) string {
	s := r.Text(v, what)
	if v.Scalar() {
		r.at[s] = append(r.at[s], place{v.At, what})
	}
	return s
}

func (r *reader) principal(v value.Value) policygen.Principal {
	s := r.text(v, "principal")
	if s == "" {
		return nil
	}
	p, err := policygen.ParsePrincipal(s)
	if _, federated := p.(policygen.Federated); federated {
		err = &policygen.InputError{What: "principal", Value: s, Got: "a federated one, which no policy of a fan-out admits",
			Want: "the ARN of a role or user, an account id, or a service such as s3.amazonaws.com"}
	}
	if err != nil {
		r.Problems.Add(v.At, &value.Error{File: r.File, Cause: err})
		return nil
	}
	return p
}
