// Package cfn reads CloudFormation templates (JSON, YAML, SAM) and CDK cloud assemblies into topologies. Package template
// evaluates the language of templates, package sam carries out SAM's transform, and package catalog lists the resource types;
// this package makes topics, queues, callers and hops of resources.
//
// What a file does not tell stays in the text as ${…}; package template describes the forms.
package cfn

import (
	"errors"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/catalog"
	"github.com/hopgrant/hopgrant/internal/cfn/sam"
	"github.com/hopgrant/hopgrant/internal/cfn/template"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
)

// Tag reads the short forms of functions, such as !Ref.
func Tag(tag string, arg value.Value) value.Value { return template.IntrinsicTag(tag, arg) }

// MaxFileSize is the size in bytes of the largest file that is read.
const MaxFileSize = template.MaxFileSize

// Options are what is known of a deployment beyond the files.
type Options = template.Options

// Read reads one template, or the cloud assembly in a directory or in that of a manifest.json, and returns one topology for
// each combination of conditions that decides about it and is not known: one, if all are known. There are at most 64;
// conditions beyond that stay unknown.
//
// The errors that say what is wrong with a file are of the type Error of package value. Where a stage, stack or nested stack cannot
// be read, the topologies hold the others, and the error says what is wrong.
func Read(path string, o Options) ([]*topology.Topology, error) {
	app, err := template.Read(path, o)
	if app == nil {
		return nil, err
	}
	all, wrong := build(app)
	return all, errors.Join(err, wrong)
}

// ReadTogether reads templates as the stacks of one account and Region, as far as the options and files do not say otherwise:
// what one of them exports or names by its ARN is what the others import or refer to. The result is as that of [Read].
func ReadTogether(paths []string, o Options) ([]*topology.Topology, error) {
	app, err := template.ReadTogether(paths, o)
	if app == nil {
		return nil, err
	}
	all, wrong := build(app)
	for _, t := range all {
		t.Files = len(paths)
	}
	return all, errors.Join(err, wrong)
}

// ReadBytes reads a template that is already in memory; name stands for it in positions. Nested stacks in other files are
// not followed.
func ReadBytes(name string, data []byte, o Options) ([]*topology.Topology, error) {
	app, err := template.ReadBytes(name, data, o)
	if err != nil {
		return nil, err
	}
	return build(app)
}

// ReadDeployed reads what accounts have, as one topology. Where a resource has no policy of its own, none is assumed: a key or
// topic without one has a policy that is not known.
func ReadDeployed(path string, all []template.Deployment) (*topology.Topology, error) {
	t, err := build(template.Deployed(path, all))
	if err != nil {
		return nil, err
	}
	return t[0], nil
}

// Detect reports whether the path is a CloudFormation template, a SAM template or a cloud assembly, from its name and a
// look at its beginning and text: "cloudformation", "sam" or "cdk".
func Detect(path string) (kind string, ok bool) { return template.Detect(path) }

// types tell the template language what the catalog says of resources.
var types = template.Types{
	Ref: func(s *template.Stack, r *template.Resource) string { return newResource(stack{s}, r).ref() },
	GetAtt: func(s *template.Stack, r *template.Resource, name string) string {
		return newResource(stack{s}, r).attribute(name)
	},
	Matters:    matters,
	Transforms: map[string]func(*template.Stack){template.Serverless: sam.Expand},
}

// matters reports whether a resource can have a part in a topology: a publisher has one if it names targets.
func matters(r *template.Resource) bool {
	row := catalog.CloudFormation(r.Type)
	switch {
	case row == nil:
		return strings.HasPrefix(r.Type, "AWS::Serverless::")
	case row.Kind == catalog.Publisher:
		return slices.ContainsFunc(r.Properties.Members, func(m value.Member) bool {
			return strings.HasPrefix(m.Key, "Fn::") || slices.ContainsFunc(row.CloudFormation.Targets, func(t catalog.Target) bool {
				return slices.ContainsFunc(strings.Fields(t.At), func(at string) bool { return at == m.Key || strings.HasPrefix(at, m.Key+".") })
			})
		})
	}
	return row.Kind != catalog.Named && row.Kind != catalog.Runner
}

func build(app *template.App) ([]*topology.Topology, error) {
	all := make([]*topology.Topology, 0, 1)
	err := app.Each(types, func(w *template.World) {
		b := newBuilder(&topology.Topology{Path: app.Path, Kind: app.Kind, Scenario: w.Scenario})
		b.build(w)
		if all = append(all, b.Topology); b.deployed {
			return // its elements do not refer to each other, and there are no stacks
		}
		b.Reaches = func(from, to *topology.Element) bool {
			for _, s := range w.Stacks {
				if s.Shown == from.Stack {
					return s.Reaches(from.ID, to.ID)
				}
			}
			return true
		}
		for _, s := range w.Stacks {
			made := topology.Stack{Name: s.Shown, Path: s.Construct, File: s.File()}
			if in := s.Parent(); in != nil {
				made.Within = in.Shown
			}
			b.Stacks = append(b.Stacks, made)
			for _, m := range s.Section("Parameters").Members {
				b.Inputs = append(b.Inputs, m.Key)
			}
		}
		b.Exports, b.Imports = w.Exports(), w.Imports()
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}
