package generator

import (
	"errors"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/policygen"
)

// A Problem is something wrong with a field of the form; Field is empty where it is no single one.
type Problem struct {
	Field string `json:"field"`
	Text  string `json:"text"`
}

// A fieldError is an error that knows its field.
type fieldError struct{ field, text string }

func (e *fieldError) Error() string { return e.text }

// problems returns each error that err joins with the field that it is about.
func (v *values) problems(err error) []Problem {
	var list []Problem
	for _, err := range leaves(err) {
		p := Problem{Text: err.Error()}
		var own *fieldError
		var input *policygen.InputError
		switch {
		case errors.As(err, &own):
			p.Field = own.field
		case errors.As(err, &input):
			p.Field = v.fieldOf(input.What, input.Value)
			if p.Field == "" && input.Want == "that account" {
				p.Field = "key-account"
			}
		}
		if !slices.Contains(list, p) {
			list = append(list, p)
		}
	}
	return list
}

// fieldOf returns the field with the value, or "". Among several it is the one whose name fits what the value is for best; if
// nothing was given, it is the one that is named after what is missing.
func (v *values) fieldOf(what, value string) string {
	best, bestFit := "", -1
	for _, name := range v.fields {
		words := strings.ReplaceAll(name, "-", " ")
		fit := 0
		if strings.HasPrefix(what, words) || strings.Contains(what, " "+words) {
			fit = len(words)
		}
		if !slices.Contains(v.of[name], value) && !(value == "" && strings.HasPrefix(what, words)) {
			continue
		}
		if fit > bestFit {
			best, bestFit = name, fit
		}
	}
	return best
}

// leaves returns the errors that err joins.
func leaves(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		if err == nil {
			return nil
		}
		return []error{err}
	}
	var all []error
	for _, err := range joined.Unwrap() {
		all = append(all, leaves(err)...)
	}
	return all
}
