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

// changeFanout makes a change in a fanout.yaml, of whose queues and topics it says nothing but their key: a queue without one has
// SSE-SQS. Policies are not in the file.
func changeFanout(f *edit.File, c check.Change) error {
	if c.Property == "SqsManagedSseEnabled" || c.Property == "KmsDataKeyReusePeriodSeconds" {
		return nil
	}
	key, sets := c.Value.(string)
	if c.Property != "KmsMasterKeyId" || c.Value != nil && !sets {
		return fmt.Errorf("property %q: a fanout.yaml has none, want a change by hand", c.Property)
	}
	for _, path := range withARN(f.Root(), c.Element.ID, nil) {
		var err error
		switch has := f.At(path...).Has("key"); {
		case sets:
			err = f.Set(path, "key", word(key))
		case has:
			err = f.Remove(path, "key")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// withARN returns the paths of the objects that have an ARN.
func withARN(v value.Value, arn string, path []string) (all [][]string) {
	if v.Get("arn").Text == arn {
		all = append(all, path)
	}
	for i, item := range v.Items {
		all = append(all, withARN(item, arn, append(slices.Clip(path), strconv.Itoa(i)))...)
	}
	for _, m := range v.Members {
		all = append(all, withARN(m.Value, arn, append(slices.Clip(path), m.Key))...)
	}
	return all
}
