// Command stubprovider is a Terraform provider that knows the arguments of the resources and data sources that hopgrant writes, so that
// terraform validate refuses those that the AWS provider does not have. It makes nothing.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// text and texts are the types of nearly all arguments.
var (
	text  = tftypes.String
	texts = tftypes.Set{ElementType: tftypes.String}
)

// resources holds the arguments and attributes of each resource type, as its page of the AWS provider has them.
//
// [aws_sqs_queue_policy]: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/sqs_queue_policy
// [aws_sns_topic_policy]: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/sns_topic_policy
// [aws_kms_key_policy]: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/kms_key_policy
// [aws_iam_policy]: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_policy
var resources = map[string]*tfprotov6.Schema{
	"aws_sqs_queue_policy": schema(required("queue_url", "policy"), optional("region"), computed("id")),
	"aws_sns_topic_policy": schema(required("arn", "policy"), optional("region"), computed("id", "owner")),
	"aws_kms_key_policy":   schema(required("key_id", "policy"), optional("region"), computed("id"), flag("bypass_policy_lockout_safety_check")),
	"aws_iam_policy": schema(required("policy"), optional("name", "name_prefix", "path", "description"),
		computed("id", "arn", "policy_id")),
	"aws_iam_role_policy_attachment": schema(required("role", "policy_arn"), computed("id")),
	"aws_iam_user_policy_attachment": schema(required("user", "policy_arn"), computed("id")),
}

// dataSources holds the same of each data source.
//
// [aws_partition]: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/partition
// [aws_iam_policy_document]: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
var dataSources = map[string]*tfprotov6.Schema{
	"aws_partition":           schema(computed("id", "partition", "dns_suffix", "reverse_dns_prefix")),
	"aws_iam_policy_document": policyDocument(),
}

func policyDocument() *tfprotov6.Schema {
	sets := func(names ...string) (all []*tfprotov6.SchemaAttribute) {
		for _, n := range names {
			all = append(all, &tfprotov6.SchemaAttribute{Name: n, Type: texts, Optional: true})
		}
		return all
	}
	list := tftypes.List{ElementType: text}
	block := func(name string, b *tfprotov6.SchemaBlock, how tfprotov6.SchemaNestedBlockNestingMode) *tfprotov6.SchemaNestedBlock {
		return &tfprotov6.SchemaNestedBlock{TypeName: name, Block: b, Nesting: how}
	}
	principals := schema(required("type"), []*tfprotov6.SchemaAttribute{{Name: "identifiers", Type: texts, Required: true}}).Block
	condition := schema(required("test", "variable"), []*tfprotov6.SchemaAttribute{{Name: "values", Type: list, Required: true}}).Block
	statement := schema(optional("sid", "effect"), sets("actions", "not_actions", "resources", "not_resources")).Block
	statement.BlockTypes = []*tfprotov6.SchemaNestedBlock{
		block("condition", condition, tfprotov6.SchemaNestedBlockNestingModeSet),
		block("principals", principals, tfprotov6.SchemaNestedBlockNestingModeSet),
		block("not_principals", principals, tfprotov6.SchemaNestedBlockNestingModeSet),
	}
	document := schema(optional("policy_id", "version"), computed("id", "json", "minified_json"), []*tfprotov6.SchemaAttribute{
		{Name: "source_policy_documents", Type: list, Optional: true}, {Name: "override_policy_documents", Type: list, Optional: true}})
	document.Block.BlockTypes = []*tfprotov6.SchemaNestedBlock{block("statement", statement, tfprotov6.SchemaNestedBlockNestingModeList)}
	return document
}

func schema(attributes ...[]*tfprotov6.SchemaAttribute) *tfprotov6.Schema {
	b := &tfprotov6.SchemaBlock{}
	for _, a := range attributes {
		b.Attributes = append(b.Attributes, a...)
	}
	return &tfprotov6.Schema{Block: b}
}

func required(names ...string) []*tfprotov6.SchemaAttribute {
	return attributes(names, tfprotov6.SchemaAttribute{Type: text, Required: true})
}

func optional(names ...string) []*tfprotov6.SchemaAttribute {
	return attributes(names, tfprotov6.SchemaAttribute{Type: text, Optional: true})
}

func computed(names ...string) []*tfprotov6.SchemaAttribute {
	return attributes(names, tfprotov6.SchemaAttribute{Type: text, Computed: true})
}

func flag(names ...string) []*tfprotov6.SchemaAttribute {
	return attributes(names, tfprotov6.SchemaAttribute{Type: tftypes.Bool, Optional: true})
}

func attributes(names []string, like tfprotov6.SchemaAttribute) (all []*tfprotov6.SchemaAttribute) {
	for _, n := range names {
		a := like
		a.Name = n
		all = append(all, &a)
	}
	return all
}

// A provider answers what terraform validate asks; anything else it does not have.
type provider struct{ tfprotov6.ProviderServer }

func (provider) GetMetadata(context.Context, *tfprotov6.GetMetadataRequest) (*tfprotov6.GetMetadataResponse, error) {
	m := &tfprotov6.GetMetadataResponse{}
	for name := range resources {
		m.Resources = append(m.Resources, tfprotov6.ResourceMetadata{TypeName: name})
	}
	for name := range dataSources {
		m.DataSources = append(m.DataSources, tfprotov6.DataSourceMetadata{TypeName: name})
	}
	return m, nil
}

func (provider) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return &tfprotov6.GetProviderSchemaResponse{Provider: schema(optional("region")), ResourceSchemas: resources, DataSourceSchemas: dataSources}, nil
}

func (provider) GetResourceIdentitySchemas(context.Context, *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov6.GetResourceIdentitySchemasResponse{}, nil
}

func (provider) ValidateProviderConfig(_ context.Context, r *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return &tfprotov6.ValidateProviderConfigResponse{PreparedConfig: r.Config}, nil
}

func (provider) ValidateResourceConfig(context.Context, *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return &tfprotov6.ValidateResourceConfigResponse{}, nil
}

func (provider) ValidateDataResourceConfig(context.Context, *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return &tfprotov6.ValidateDataResourceConfigResponse{}, nil
}

func (provider) StopProvider(context.Context, *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	return &tfprotov6.StopProviderResponse{}, nil
}

func main() {
	if err := tf6server.Serve("registry.terraform.io/hashicorp/aws", func() tfprotov6.ProviderServer { return provider{} }); err != nil {
		log.Fatal(err)
	}
}
