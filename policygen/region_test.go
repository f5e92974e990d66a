package policygen

import "testing"

type snsPrincipalCase struct {
	name, reason, topic, queue string
	want                       ServicePrincipal
}

// https://docs.aws.amazon.com/sns/latest/dg/sns-cross-region-delivery.html has the table.
var snsPrincipalCases = []snsPrincipalCase{
	{"same Region", "nothing crosses", "us-east-1", "us-east-1", "sns.amazonaws.com"},
	{"between default Regions", "the plain principal", "us-east-1", "eu-west-1", "sns.amazonaws.com"},
	{"default to opt-in", "the queue's Region names the principal", "us-east-1", "ap-east-1", "sns.ap-east-1.amazonaws.com"},
	{"opt-in to default", "the topic's Region names the principal", "ap-east-1", "us-east-1", "sns.ap-east-1.amazonaws.com"},
	{"opt-in to opt-in", "the queue's Region names the principal", "ap-east-1", "af-south-1", "sns.af-south-1.amazonaws.com"},
	{"within an opt-in Region", "nothing crosses", "af-south-1", "af-south-1", "sns.amazonaws.com"},
	{"within China", "both Regions are on by default there", "cn-north-1", "cn-northwest-1", "sns.amazonaws.com"},
	{"within GovCloud", "both Regions are on by default there", "us-gov-west-1", "us-gov-east-1", "sns.amazonaws.com"},
	{"topic's Region unknown", "it counts as the queue's", "", "ap-east-1", "sns.amazonaws.com"},
	{"queue's Region unknown", "it counts as the topic's", "ap-east-1", "", "sns.amazonaws.com"},
	{"Region of the future", "every Region since March 2019 is opt-in", "us-east-1", "xx-nowhere-9", "sns.xx-nowhere-9.amazonaws.com"},
}

func TestSNSPrincipal(t *testing.T) {
	checkCases(t, snsPrincipalCases, func(c snsPrincipalCase) (string, string) { return c.name, c.reason })
	for _, c := range snsPrincipalCases {
		got := snsPrincipal(c.topic, c.queue)
		if got != c.want {
			t.Errorf("%s: got %s, want %s (%s)", c.name, got, c.want, c.reason)
		}
		if err := checkPrincipal(got); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
