package region

import "testing"

func TestRegions(t *testing.T) {
	for _, tt := range []struct {
		code      string
		is, optIn bool
		partition string
		reason    string
	}{
		{"us-east-1", true, false, "aws", "the first one"},
		{"ap-east-1", true, true, "aws", "Hong Kong, of April 2019, is the first opt-in Region"},
		{"ap-northeast-3", true, true, "aws", "SNS's page counts Osaka as opt-in"},
		{"cn-north-1", true, false, "aws-cn", "China has a partition of its own"},
		{"us-gov-east-1", true, false, "aws-us-gov", "and so has GovCloud"},
		{"xx-nowhere-9", true, true, "aws", "Regions of the future have the form of those of today"},
		{"us-east", false, true, "aws", "the number is missing"},
		{"us-east-1a", false, true, "aws", "that is an availability zone"},
		{"US-East-1", false, true, "aws", "codes are in lower case"},
		{"", false, true, "aws", "nothing is no Region"},
	} {
		if Is(tt.code) != tt.is || OptIn(tt.code) != tt.optIn || Partition(tt.code) != tt.partition {
			t.Errorf("%q: a Region code %v, opt-in %v, partition %s, want %v, %v, %s: %s", tt.code, Is(tt.code), OptIn(tt.code), Partition(tt.code),
				tt.is, tt.optIn, tt.partition, tt.reason)
		}
	}
}
