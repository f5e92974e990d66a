package topology

import "github.com/hopgrant/hopgrant/policygen"

// Controls are the policies of an organization above an account: one list for each level, in any order.
//
// [Service control policies], [Resource control policies]
//
// [Service control policies]: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
// [Resource control policies]: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_evaluation.html
type Controls struct {
	// Service limit what callers of the account may do, Resource who may use what it has. Nil if there is none that was read.
	Service, Resource [][]policygen.Document
}
