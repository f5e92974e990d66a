package terraform

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/terraform/source"
)

// Attribute returns what a resource or data source of the sources computes.
func (w *provider) Attribute(of *source.Resource, name string) (text, why string) {
	r := w.resource(of)
	switch v := r.values[name].(type) {
	case string:
		return v, "" // as a plan has it
	case bool, float64:
		return render(v), ""
	}
	if w.prior != nil {
		if before := w.prior.byAddress[of.Address]; before != nil && (r.data || name == "arn") {
			if v, ok := before.values[name].(string); ok {
				return v, ""
			}
		}
	}
	if r.data {
		return w.data(of, r, name)
	}
	if r.row == nil {
		return "", ""
	}
	if name == "arn" && r.row.ARN != "" {
		return w.plan.arn(r), ""
	}
	if _, ok := r.row.Terraform.Attributes[name]; ok {
		return w.plan.attribute(r, name), ""
	}
	return "", ""
}

// documentOf returns an aws_iam_policy_document as the sources have it, since a plan may not know all of it.
func (w *provider) documentOf(of *source.Resource) *resource {
	return &resource{address: of.Address, values: of.Values, unknown: of.Unknown, config: writtenExpressions(of.Values, of.Unknown)}
}

// data returns an attribute that a data source computes.
func (w *provider) data(of *source.Resource, r *resource, name string) (text, why string) {
	e := w.plan.in(r)
	switch r.kind + "." + name {
	case "aws_caller_identity.account_id", "aws_caller_identity.id":
		return e.account, ""
	case "aws_region.name", "aws_region.region", "aws_region.id":
		return e.region, ""
	case "aws_partition.partition", "aws_partition.id":
		return e.partition, ""
	case "aws_partition.dns_suffix":
		return suffix(e.partition), ""
	case "aws_iam_policy_document.json", "aws_iam_policy_document.minified_json":
		if text, why = w.documentOf(of).documentText(); why != "" {
			text = ""
		}
		return text, why
	case "template_file.rendered":
		return of.Render("template", "vars")
	case "local_file.content":
		return of.File("filename")
	case "aws_kms_alias.target_key_arn", "aws_kms_alias.target_key_id":
		// The keys that AWS manages are known by their aliases.
		if _, managed := service.ManagedKey(r.text("name")); managed {
			return e.own("kms", r.text("name")), ""
		}
	}
	return w.named(r, name), ""
}

// named returns an attribute of what a data source names: a queue or topic of the account by its name, whoever deploys it.
func (w *provider) named(r *resource, name string) string {
	if r.row == nil || !strings.Contains(r.row.ARN, "{name}") || strings.Contains(r.row.ARN, "{path}") {
		return ""
	}
	if written := r.text(r.row.Terraform.Name); written == "" {
		return ""
	}
	arn, ok := w.plan.expand(r, r.row.ARN)
	switch {
	case !ok:
	case name == "arn" || r.row.Terraform.Attributes[name] == "{arn}":
		return arn
	case r.row.Terraform.Attributes[name] == "{url}":
		e := w.plan.in(r)
		return "https://sqs." + e.region + "." + suffix(e.partition) + "/" + e.account + "/" + r.text(r.row.Terraform.Name)
	}
	return ""
}

// suffix returns the domain of a partition's services.
func suffix(partition string) string {
	switch partition {
	case "aws", "aws-us-gov":
		return "amazonaws.com"
	case "aws-cn":
		return "amazonaws.com.cn"
	}
	return "${AWS::URLSuffix}"
}
