package template

import "bytes"

// partitions are those that ARNs name.
var partitions = []string{"aws", "aws-cn", "aws-us-gov"}

// partitionIn returns the partition that the ARNs of a template name; "" if there is none, or several. A template with
// arn:aws: in it works in no other partition.
func partitionIn(data []byte) string {
	found := ""
	for _, p := range partitions {
		if bytes.Contains(data, []byte("arn:"+p+":")) {
			if found != "" {
				return ""
			}
			found = p
		}
	}
	return found
}

// partitionOf returns the partition of all sources and their nested stacks, by the same reasoning.
func partitionOf(sources []*source) string {
	found, several := "", false
	var look func([]*source)
	look = func(sources []*source) {
		for _, s := range sources {
			switch p := s.template.partition; {
			case p == "":
			case found != "" && found != p:
				several = true
			default:
				found = p
			}
			for _, child := range s.children {
				look([]*source{child})
			}
		}
	}
	look(sources)
	if several {
		return ""
	}
	return found
}
