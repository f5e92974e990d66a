// Package region knows AWS's Regions: the form of their codes, their partitions, and which of them an account must
// enable.
package region

import (
	"slices"
	"strings"
)

// Partition returns the partition of a Region: aws-cn for Regions in China, aws-us-gov for GovCloud, otherwise aws.
func Partition(code string) string {
	switch {
	case strings.HasPrefix(code, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(code, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

// Is reports whether s has the form of a Region code: words of lower-case letters and a number, joined by hyphens.
func Is(s string) bool {
	words, number := 0, strings.LastIndexByte(s, '-')
	if number < 0 || number == len(s)-1 || strings.Trim(s[number+1:], "0123456789") != "" {
		return false
	}
	for word := range strings.SplitSeq(s[:number], "-") {
		if word == "" || strings.Trim(word, "abcdefghijklmnopqrstuvwxyz") != "" || words == 0 && len(word) < 2 {
			return false
		}
		words++
	}
	return words >= 2
}

// enabled lists the Regions launched before 20 March 2019, which accounts need not enable. The list is closed: every
// other Region is an opt-in Region, including future ones. Osaka (ap-northeast-3) is not on the list, because SNS's own
// page counts it as opt-in, although accounts have it enabled.
//
// [Enable or disable AWS Regions]
//
// [Enable or disable AWS Regions]: https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
var enabled = []string{
	"ap-northeast-1", "ap-northeast-2", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ca-central-1",
	"cn-north-1", "cn-northwest-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1",
	"us-east-1", "us-east-2", "us-gov-east-1", "us-gov-west-1", "us-west-1", "us-west-2",
}

// OptIn reports whether an account must enable the Region before it can use it.
func OptIn(code string) bool { return !slices.Contains(enabled, code) }

// Deliverer returns the service principal under which SNS delivers from a topic's Region to a queue's. It is
// sns.amazonaws.com within a Region and between default Regions. If an opt-in Region is involved, it is the principal
// of the queue's Region if that one is opt-in, otherwise that of the topic's. An unknown Region ("") counts as the same
// as the other one.
//
// [Sending messages to a queue in a different Region]
//
// [Sending messages to a queue in a different Region]: https://docs.aws.amazon.com/sns/latest/dg/sns-cross-region-delivery.html
func Deliverer(topic, queue string) string {
	switch {
	case topic == queue || topic == "" || queue == "":
		return "sns.amazonaws.com"
	case OptIn(queue):
		return "sns." + queue + ".amazonaws.com"
	case OptIn(topic):
		return "sns." + topic + ".amazonaws.com"
	}
	return "sns.amazonaws.com"
}
