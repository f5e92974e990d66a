package mend

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/edit"
	"github.com/hopgrant/hopgrant/internal/value"
)

// byFanoutRule has the rules whose findings in a fanout.yaml are mended by something else than a change of a queue.
var byFanoutRule = map[string]func(*Files, *check.Finding) error{
	"no-tls-policy": func(fs *Files, finding *check.Finding) error { // of every topic and queue
		return fs.editAny(finding.At.File, func(f *edit.File) error {
			return f.Set(nil, "tlsOnly", value.Value{Kind: value.Boolean, Text: "true"})
		})
	},
	"no-dead-letter-queue": func(*Files, *check.Finding) error {
		return errors.New("the ARN of a dead-letter queue has to be chosen")
	},
}

// isFanout reports whether a file is a fanout.yaml, and no template.
func isFanout(f *edit.File) bool { return f.Root().Has("queues") && !f.Root().Has("Resources") }

// changeFanout makes a change in a fanout.yaml, of whose queues it says nothing but their key: one without a key has SSE-SQS. Policies
// are not in the file.
func changeFanout(f *edit.File, c check.Change) error {
	switch {
	case c.Property == "SqsManagedSseEnabled" || c.Property == "KmsDataKeyReusePeriodSeconds":
		return nil
	case c.Property != "KmsMasterKeyId" || c.Value != nil:
		return fmt.Errorf("property %q: a fanout.yaml has none, want a change by hand", c.Property)
	}
	for path, ok := withKey(f.Root(), c.Element.ID, nil); ok; path, ok = withKey(f.Root(), c.Element.ID, nil) {
		if err := f.Remove(path, "key"); err != nil {
			return err
		}
	}
	return nil
}

// withKey returns the path of an object that has the ARN and a key.
func withKey(v value.Value, arn string, path []string) (found []string, ok bool) {
	if v.Get("arn").Text == arn && v.Has("key") {
		return path, true
	}
	for i, item := range v.Items {
		if found, ok = withKey(item, arn, append(slices.Clip(path), strconv.Itoa(i))); ok {
			return found, ok
		}
	}
	for _, m := range v.Members {
		if found, ok = withKey(m.Value, arn, append(slices.Clip(path), m.Key)); ok {
			return found, ok
		}
	}
	return nil, false
}
