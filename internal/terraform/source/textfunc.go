package source

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/internal/value/yaml"
)

// textFunc returns a function of so many strings that gives one.
func textFunc(n int, call func(args []string) (string, error)) function.Function {
	spec := &function.Spec{Type: function.StaticReturnType(cty.String), Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		texts := make([]string, len(args))
		for i, a := range args {
			texts[i] = a.AsString()
		}
		s, err := call(texts)
		if err != nil {
			return cty.NilVal, err
		}
		return cty.StringVal(s), nil
	}}
	for range n {
		spec.Params = append(spec.Params, function.Parameter{Name: "text", Type: cty.String})
	}
	return function.New(spec)
}

func hasFunc(has func(s, part string) bool) function.Function {
	text := function.Parameter{Name: "text", Type: cty.String}
	return function.New(&function.Spec{Params: []function.Parameter{text, text}, Type: function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			return cty.BoolVal(has(args[0].AsString(), args[1].AsString())), nil
		}})
}

// startsFunc reports whether text begins with a part. What is before a reference may tell.
var startsFunc = endFunc(strings.HasPrefix, func(s string) string {
	return s[:strings.IndexFunc(s, opens)]
})

// endsFunc reports whether text ends in a part. What is behind a reference may tell.
var endsFunc = endFunc(strings.HasSuffix, func(s string) string {
	return s[strings.LastIndex(s, string(closing))+len(string(closing)):]
})

func opens(r rune) bool { return r == opening || r == openingUnsure }

// endFunc returns a function that reports what has does, where known returns that end of text with references which has none.
func endFunc(has func(s, part string) bool, known func(string) string) function.Function {
	text := function.Parameter{Name: "text", Type: cty.String}
	return function.New(&function.Spec{Params: []function.Parameter{text, text}, Type: function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			s, part := args[0].AsString(), args[1].AsString()
			if !hasReference(s) && !hasReference(part) {
				return cty.BoolVal(has(s, part)), nil
			}
			if hasReference(s) && !hasReference(part) {
				if end := known(s); len(end) >= len(part) || !has(part, end) {
					return cty.BoolVal(has(end, part)), nil
				}
			}
			return unknown("it is not known how " + spell(s) + " begins and ends"), nil
		}})
}

// replaceFunc replaces text, or what a regular expression between slashes matches.
var replaceFunc = textFunc(3, func(args []string) (string, error) {
	if old := args[1]; len(old) > 1 && old[0] == '/' && old[len(old)-1] == '/' {
		re, err := regexp.Compile(old[1 : len(old)-1])
		if err != nil {
			return "", err
		}
		return re.ReplaceAllString(args[0], args[2]), nil
	}
	if n := len(args[2]) * (strings.Count(args[0], args[1]) + 1); n > MaxFileSize {
		return "", errors.New("replace makes too much text")
	}
	return strings.ReplaceAll(args[0], args[1], args[2]), nil
})

var base64EncodeFunc = textFunc(1, func(args []string) (string, error) {
	return base64.StdEncoding.EncodeToString([]byte(args[0])), nil
})

var base64DecodeFunc = textFunc(1, func(args []string) (string, error) {
	b, err := base64.StdEncoding.DecodeString(args[0])
	if err == nil && !utf8.Valid(b) {
		err = errors.New("it is no text")
	}
	return string(b), err
})

var urlEncodeFunc = textFunc(1, func(args []string) (string, error) { return url.QueryEscape(args[0]), nil })

func hashFunc(name string) function.Function {
	return textFunc(1, func(args []string) (string, error) {
		b := []byte(args[0])
		switch name {
		case "md5":
			sum := md5.Sum(b)
			return hex.EncodeToString(sum[:]), nil
		case "sha1":
			sum := sha1.Sum(b)
			return hex.EncodeToString(sum[:]), nil
		case "sha256":
			sum := sha256.Sum256(b)
			return hex.EncodeToString(sum[:]), nil
		}
		sum := sha512.Sum512(b)
		return hex.EncodeToString(sum[:]), nil
	})
}

func pathFunc(name string) function.Function {
	return textFunc(1, func(args []string) (string, error) {
		if name == "dirname" {
			return path.Dir(args[0]), nil
		}
		return path.Base(args[0]), nil
	})
}

var (
	verb      = regexp.MustCompile(`%[^%a-zA-Z]*[a-zA-Z]`)
	plainVerb = regexp.MustCompile(`^%(\[[0-9]+\])?[svd]$`)
	wideVerb  = regexp.MustCompile(`[0-9]{4,}`)
)

// formatFunc returns format or formatlist, which passes references on where they are written as they are.
func formatFunc(plain function.Function) function.Function {
	params := []function.Parameter{{Name: "format", Type: cty.String, AllowUnknown: true}}
	rest := anything
	return function.New(&function.Spec{
		Params:   params,
		VarParam: &rest,
		Type:     func(args []cty.Value) (cty.Type, error) { return plain.ReturnTypeForValues(args) },
		Impl: func(args []cty.Value, t cty.Type) (cty.Value, error) {
			if !args[0].IsKnown() {
				return cty.UnknownVal(t), nil
			}
			for _, v := range verb.FindAllString(args[0].AsString(), -1) {
				if wideVerb.MatchString(v) {
					return cty.NilVal, fmt.Errorf("format: %s is too wide", v)
				}
				if !plainVerb.MatchString(v) && partial(cty.TupleVal(args[1:])) {
					return unknown("format: it is not known how " + firstReference(cty.TupleVal(args[1:])) + " is written as " + v), nil
				}
			}
			return plain.Call(args)
		},
	})
}

// yamlDecodeFunc reads YAML.
var yamlDecodeFunc = dynamic([]function.Parameter{{Name: "text", Type: cty.String, AllowUnknown: true, AllowDynamicType: true}}, nil, func(args []cty.Value) (cty.Value, error) {
	if !args[0].IsKnown() {
		return cty.DynamicVal, nil
	}
	tree, err := yaml.Parse("", []byte(args[0].AsString()), nil)
	if err != nil {
		return cty.NilVal, err
	}
	return ofTree(tree), nil
})

// ofTree returns a tree of values as one of the language.
func ofTree(v value.Value) cty.Value {
	switch v.Kind {
	case value.Text:
		return cty.StringVal(v.Text)
	case value.Boolean:
		return cty.BoolVal(strings.EqualFold(v.Text, "true"))
	case value.Number:
		n, err := cty.ParseNumberVal(v.Text)
		if err != nil {
			return cty.UnknownVal(cty.Number)
		}
		return n
	case value.List:
		all := make([]cty.Value, len(v.Items))
		for i, item := range v.Items {
			all[i] = ofTree(item)
		}
		return cty.TupleVal(all)
	case value.Object:
		all := make(map[string]cty.Value, len(v.Members))
		for _, m := range v.Members {
			all[m.Key] = ofTree(m.Value)
		}
		return cty.ObjectVal(all)
	}
	return cty.NullVal(cty.DynamicPseudoType)
}
