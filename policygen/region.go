package policygen

import "slices"

// viaService returns the value of kms:ViaService for a service ("sqs", "sns") in a Region. Its suffix is .amazonaws.com in
// every partition, China's too.
//
// [kms:ViaService]
//
// [kms:ViaService]: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
func viaService(service, region string) string {
	return service + "." + region + ".amazonaws.com"
}

// defaultRegions are those launched before 20 March 2019, which accounts need not opt into. The list is closed: every
// Region that is not on it is an opt-in Region, future ones too. Osaka (ap-northeast-3) is not on it because SNS's own
// page counts it as opt-in, though accounts have it enabled.
//
// [Enable or disable AWS Regions]
//
// [Enable or disable AWS Regions]: https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
var defaultRegions = []string{
	"ap-northeast-1", "ap-northeast-2", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ca-central-1",
	"cn-north-1", "cn-northwest-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1",
	"us-east-1", "us-east-2", "us-gov-east-1", "us-gov-west-1", "us-west-1", "us-west-2",
}

// optInRegion reports whether an account must enable the Region before it can use it.
func optInRegion(region string) bool { return !slices.Contains(defaultRegions, region) }

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
	case optInRegion(queueRegion):
		return ServicePrincipal("sns." + queueRegion + ".amazonaws.com")
	case optInRegion(topicRegion):
		return ServicePrincipal("sns." + topicRegion + ".amazonaws.com")
	}
	return "sns.amazonaws.com"
}
