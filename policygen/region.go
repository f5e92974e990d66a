package policygen

import "github.com/hopgrant/hopgrant/internal/region"

// snsPrincipal returns the service principal under which SNS delivers from a topic's Region to a queue's: sns.amazonaws.com
// within a Region and between default Regions; where an opt-in Region is on either side, the principal of the queue's Region
// if that is the opt-in one, else of the topic's. A Region that is not known ("") counts as the other one's.
//
// [Sending messages to a queue in a different Region]
//
// [Sending messages to a queue in a different Region]: https://docs.aws.amazon.com/sns/latest/dg/sns-cross-region-delivery.html
func snsPrincipal(topicRegion, queueRegion string) ServicePrincipal {
	switch {
	case topicRegion == queueRegion || topicRegion == "" || queueRegion == "":
		return "sns.amazonaws.com"
	case region.OptIn(queueRegion):
		return ServicePrincipal("sns." + queueRegion + ".amazonaws.com")
	case region.OptIn(topicRegion):
		return ServicePrincipal("sns." + topicRegion + ".amazonaws.com")
	}
	return "sns.amazonaws.com"
}
