package template

import (
	"bytes"
	"slices"
)

// partitions are those that ARNs name.
var partitions = []string{"aws", "aws-cn", "aws-us-gov"}

// partitionsIn returns the partitions that the ARNs of a template name.
func partitionsIn(data []byte) []string {
	return slices.DeleteFunc(slices.Clone(partitions), func(p string) bool { return !bytes.Contains(data, []byte("arn:"+p+":")) })
}

// partitionOf returns "aws" if all ARNs that the sources and their nested stacks write out are of that partition, so that they work in
// no other; else "". That all are of another partition does not tell that they are for its Regions: such an ARN may be what is wrong.
func partitionOf(sources []*source) string {
	var found []string
	var look func([]*source)
	look = func(sources []*source) {
		for _, s := range sources {
			found = append(found, s.template.partitions...)
			for _, child := range s.children {
				look([]*source{child})
			}
		}
	}
	look(sources)
	if len(found) == 0 || slices.ContainsFunc(found, func(p string) bool { return p != "aws" }) {
		return ""
	}
	return "aws"
}
