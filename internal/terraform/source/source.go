// Package source reads the language of Terraform: the .tf and .tf.json files of a folder and of the modules that it calls,
// into the instances of resources and data sources that Terraform would plan, with the values of their arguments. It knows no
// type of resource; what a type computes, it asks a [Provider]. Nothing is executed, and no network is used.
//
// Evaluation is lazy, for each instance of a module: a variable, a local value, an output or a resource is evaluated when an
// expression refers to it.
//
// What is known only after apply, such as the ARN of a queue, is a reference: text in the form ${aws_sqs_queue.orders.arn}
// that stands for it wherever it is passed on. Templates, lists, objects, and functions that do not look at text pass it on. A
// function that does look gives a reference of its own, ${replace(…)}, or is unknown. Every unknown has its reason.
//
// [Terraform language]
//
// [Terraform language]: https://developer.hashicorp.com/terraform/language
package source

import (
	"github.com/zclconf/go-cty/cty"

	"github.com/hopgrant/hopgrant/internal/topology"
)

// Options say what the files do not.
type Options struct {
	Variables map[string]string // values of the root module's variables, as --var gives them
	VarFiles  []string          // files of values, as --var-file names them
	// Values are the values of all variables of the root module, as in JSON; then none are read from files. One that is not known is an
	// [Unknown].
	Values map[string]any
	// Configured are what arguments of providers stand for, such as "aws.region", where a variable without a value sets them.
	Configured map[string]string
	// Env returns the value of an environment variable, such as TF_VAR_name; it may be nil.
	Env func(string) string
	// Content is read in place of the files with these paths.
	Content map[string][]byte
}

// A Provider knows the types of resources.
type Provider interface {
	// Attribute returns an attribute that the configuration of a resource does not set. It may have references in it.
	// Why says why it is not known. Both are empty if the provider tells nothing about it.
	Attribute(r *Resource, name string) (text, why string)
}

// A Resource is one instance of a resource or data source.
type Resource struct {
	Address string // as Terraform writes it, such as module.q["a"].aws_sqs_queue.this[0]
	Block   string // its address without indices
	Module  string // the path of its module without indices; "" for the root
	Within  string // the address of the instance of its module; "" for the root
	Type    string
	Index   any // nil, an int or a string
	Data    bool
	// Values are the arguments and nested blocks that the configuration sets, as in JSON; a block is a list of objects.
	// Null is left out, and text may have references in it.
	Values map[string]any
	// Unknown has the shape of Values; what is not known is an [Unknown] in it.
	Unknown map[string]any
	// MayChange says why it is not known whether, or how often, the resource is there; empty if it is.
	MayChange  string
	At         topology.Position
	Properties map[string]topology.Position // of arguments and nested blocks
	Provider   *ProviderConfig
	// Suppressions are those in the comments above it.
	Suppressions []topology.Suppression

	attrs map[string]cty.Value
	in    *instance
}

// An Unknown is the reason for which a value is not known.
type Unknown string

// A ProviderConfig is one configuration of a provider.
type ProviderConfig struct {
	Name    string // such as "aws" or "aws.eu"
	Values  map[string]any
	Unknown map[string]any
	// Default is the root module's configuration of the provider without an alias; nil for that itself.
	Default *ProviderConfig
}

// A MissingModule is a call of a module whose sources are not there.
type MissingModule struct {
	Address string
	Why     string
	At      topology.Position
	// Inputs are the arguments of the call, as [Resource.Values] are.
	Inputs map[string]any
	// RefersTo are the blocks that the call refers to, by their addresses without indices.
	RefersTo []string
}

// A Configuration is what [Read] returns.
type Configuration struct {
	Resources []*Resource // those of a module before those of the modules that it calls, in the order of the files
	Missing   []MissingModule

	reader *reader
}
