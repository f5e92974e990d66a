// Package tfplan reads Terraform plans, as `terraform show -json` prints them, into a topology.
//
// A plan knows the values that Terraform could compute before anything is created, and the references of the
// configuration. Where a value is known only after apply, the references are followed: to resources, variables, outputs
// of modules and data sources. What a reference does not tell, such as the text around it, stays unknown, and a document
// that is put together by jsonencode around references is unknown as a whole.
//
// [JSON output format]
//
// [JSON output format]: https://developer.hashicorp.com/terraform/internals/json-format
package tfplan
