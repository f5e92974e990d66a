package template

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/hopgrant/hopgrant/internal/value"
)

// nested reads the local templates of nested stacks, as they stand in a repository before "aws cloudformation package". A
// template that is not there is not an error: its stack is unknown.
func (src *source) nested(ts *templates, dir, shown string, within map[string]bool) error {
	if len(within) > maxNestedStacks {
		return tooDeep(shown)
	}
	within[filepath.Clean(shown)] = true
	defer delete(within, filepath.Clean(shown))
	for _, r := range src.template.resources {
		url := r.Properties.Get("TemplateURL")
		switch r.Type {
		case nestedStack:
		case "AWS::Serverless::Application":
			url = r.Properties.Get("Location")
		default:
			continue
		}
		if url.Kind != value.Text || url.Text == "" || strings.Contains(url.Text, "://") || filepath.IsAbs(url.Text) {
			continue
		}
		path := filepath.Join(dir, filepath.FromSlash(url.Text))
		show := filepath.Join(filepath.Dir(shown), filepath.FromSlash(url.Text))
		if within[filepath.Clean(show)] {
			return (&value.Error{File: shown, What: "nested stack", Value: r.ID, Got: "its template is one of those that it is nested in", Cause: value.ErrCycle}).In(url.At)
		}
		child, err := ts.nest(src, r.ID, path, show, false)
		if err != nil {
			return err
		}
		if child == nil {
			continue
		}
		if err := child.nested(ts, filepath.Dir(path), show, within); err != nil {
			return err
		}
	}
	return nil
}

// notOpened reports whether the error is that a file is not there, may not be read, or is no file.
func notOpened(err error) bool {
	var p *fs.PathError
	return errors.As(err, &p) || errors.Is(err, value.ErrNotRegular)
}

// leaveOut notes why the template of a nested stack is not read.
func (src *source) leaveOut(id string, err error) {
	var bad *value.Error
	if errors.Is(err, fs.ErrNotExist) || !errors.As(err, &bad) {
		return
	}
	if src.unread == nil {
		src.unread = map[string]string{}
	}
	src.unread[id] = bad.Got
}

// child adds a nested stack.
func (src *source) child(id string, t *template) *source {
	child := &source{template: t, shown: id}
	if src.shown != "" {
		child.shown = src.shown + "/" + id
	}
	if src.children == nil {
		src.children = map[string]*source{}
	}
	src.children[id] = child
	return child
}

func tooDeep(file string) error {
	return &value.Error{File: file, What: "nested stack", Got: "stacks are nested too deep", Want: fmt.Sprintf("at most %d levels", maxNestedStacks), Cause: errNesting}
}

// nest reads the template of a nested stack, and leaves the stack out where that cannot be read. That is noted, unless it is
// only not there and need not be. The child is nil if it is left out; the error is that there is too much to read.
func (ts *templates) nest(src *source, id, path, shown string, needed bool) (child *source, err error) {
	t, err := ts.stack(path, shown)
	if t != nil && err == nil {
		err = t.deployable()
	}
	if t != nil && !errors.Is(err, value.ErrShape) {
		return src.child(id, t), err
	}
	src.leaveOut(id, err)
	if needed || !notOpened(err) {
		ts.note(err)
	}
	return nil, nil
}
