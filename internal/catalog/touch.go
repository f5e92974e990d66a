package catalog

import (
	"slices"
	"strings"
)

// passive are types of resources that only keep or show what they hold, such as parameters and dashboards, or that grant.
// Ends in "*" stand for every type that begins so.
var passive = []string{
	"AWS::SSM::Parameter", "AWS::SecretsManager::Secret", "AWS::CloudWatch::Dashboard", "AWS::Config::ConfigRule", "AWS::IAM::*",
	"AWS::CloudFormation::WaitCondition*", "AWS::CloudFormation::Macro", "AWS::CDK::Metadata", "AWS::ResourceGroups::*", "AWS::RAM::*",
	"AWS::AppConfig::HostedConfigurationVersion", "AWS::S3::BucketPolicy", "AWS::SecretsManager::ResourcePolicy", "AWS::Logs::*", "AWS::ApplicationAutoScaling::*",
	"AWS::Lambda::Permission", // names the topic whose messages invoke the function
	// The CDK's own, which hand on what stacks refer to, or copy files that hold it.
	"Custom::CrossRegionExportWriter", "Custom::CrossRegionExportReader", "Custom::CrossRegionStringParameterReader", "Custom::CDKBucketDeployment",

	"aws_ssm_parameter", "aws_secretsmanager_secret*", "aws_cloudwatch_dashboard", "aws_config_config_rule", "aws_iam_*",
	"aws_resourcegroups_*", "aws_ram_*", "aws_appconfig_hosted_configuration_version", "aws_s3_bucket_policy", "aws_s3_object", "aws_s3_bucket_object",
	"aws_cloudwatch_log_*", "aws_appautoscaling_*", "aws_lambda_permission",
}

// Acts reports whether a resource of the type may do something with a topic or queue that one of its properties names: those
// of the kinds that the readers read do what is read of them.
func Acts(typ string, row *Type) bool {
	if row != nil && !slices.Contains([]Kind{Publisher, Function, Named, Runner, Pipe}, row.Kind) {
		return false
	}
	return !slices.ContainsFunc(passive, func(p string) bool {
		prefix, more := strings.CutSuffix(p, "*")
		return typ == p || more && strings.HasPrefix(typ, prefix)
	})
}

// Describes reports whether a property says something about its resource and does nothing, wherever it stands.
func Describes(property string) bool {
	switch strings.ToLower(strings.ReplaceAll(property, "_", "")) {
	case "tags", "tagsall", "taglist", "tagset", "description", "alarmdescription", "displayname", "metadata", "comment", "dimensions":
		return true
	}
	return false
}
