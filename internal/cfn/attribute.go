package cfn

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/value"
)

// nameProperties are the properties that give a resource its name. Without it CloudFormation makes a name of the stack's
// name, the logical id and a random part.
//
// [Name type]
//
// [Name type]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html
var nameProperties = map[string]string{
	"AWS::SNS::Topic":                    "TopicName",
	"AWS::SQS::Queue":                    "QueueName",
	"AWS::IAM::Role":                     "RoleName",
	"AWS::IAM::User":                     "UserName",
	"AWS::IAM::Group":                    "GroupName",
	"AWS::IAM::ManagedPolicy":            "ManagedPolicyName",
	"AWS::IAM::InstanceProfile":          "InstanceProfileName",
	"AWS::Lambda::Function":              "FunctionName",
	"AWS::Events::Rule":                  "Name",
	"AWS::Events::EventBus":              "Name",
	"AWS::S3::Bucket":                    "BucketName",
	"AWS::CloudWatch::Alarm":             "AlarmName",
	"AWS::CloudWatch::CompositeAlarm":    "AlarmName",
	"AWS::Pipes::Pipe":                   "Name",
	"AWS::Scheduler::Schedule":           "Name",
	"AWS::Scheduler::ScheduleGroup":      "Name",
	"AWS::StepFunctions::StateMachine":   "StateMachineName",
	"AWS::DynamoDB::Table":               "TableName",
	"AWS::CloudFormation::Stack":         "",
	"AWS::Budgets::Budget":               "",
	"AWS::CodePipeline::Pipeline":        "Name",
	"AWS::CodeBuild::Project":            "Name",
	"AWS::Backup::BackupVault":           "BackupVaultName",
	"AWS::RDS::DBInstance":               "DBInstanceIdentifier",
	"AWS::RDS::EventSubscription":        "SubscriptionName",
	"AWS::SES::ReceiptRule":              "Name",
	"AWS::AutoScaling::AutoScalingGroup": "AutoScalingGroupName",
}

// physicalName returns a resource's name, with ${…} for what is not known of it.
func (s *stack) physicalName(r *resource) string {
	return s.once(r.at, r.id+"/name", func() value.Value {
		property, ok := nameProperties[r.typ]
		if !ok {
			return value.NewText(r.at, s.unknown(r.id))
		}
		if property != "" {
			if v := s.resolve(r.properties.Get(property)); v.Scalar() && v.Text != "" {
				return value.NewText(v.At, v.Text)
			}
		}
		stackName, _ := s.pseudo("AWS::StackName")
		name := stackName + "-" + r.id + "-" + s.unknown(r.id)
		switch {
		case r.typ == "AWS::S3::Bucket":
			name = strings.ToLower(stackName+"-"+r.id) + "-" + s.unknown(r.id)
			if s.name == "" {
				name = stackName + "-" + strings.ToLower(r.id) + "-" + s.unknown(r.id)
			}
		case r.typ == "AWS::SNS::Topic" && s.isTrue(r.properties.Get("FifoTopic")),
			r.typ == "AWS::SQS::Queue" && s.isTrue(r.properties.Get("FifoQueue")):
			name += ".fifo"
		}
		return value.NewText(r.at, name)
	}).Text
}

// isTrue reports whether a property is surely true.
func (s *stack) isTrue(n value.Value) bool {
	v := s.resolve(n)
	return v.Scalar() && strings.EqualFold(v.Text, "true")
}

// reference returns what Ref gives for a resource; "" if it is not known.
func (s *stack) reference(r *resource) string {
	switch r.typ {
	case "AWS::SNS::Topic", "AWS::IAM::ManagedPolicy", "AWS::StepFunctions::StateMachine":
		return s.resourceARN(r)
	case "AWS::SQS::Queue":
		return s.queueURL(r)
	case "AWS::KMS::Key", "AWS::KMS::ReplicaKey":
		return s.keyID(r)
	case "AWS::KMS::Alias":
		return s.resolve(r.properties.Get("AliasName")).Text
	case "AWS::Lambda::Version", "AWS::Lambda::Alias":
		return s.resourceARN(r)
	case "AWS::CloudFormation::Stack":
		return s.arn("cloudformation", "stack/"+s.physicalName(r)+"/"+s.unknown(r.id))
	case "AWS::Events::Rule":
		if bus := s.busName(r); bus != "" {
			return bus + "|" + s.physicalName(r)
		}
		return s.physicalName(r)
	}
	if _, named := nameProperties[r.typ]; named && nameProperties[r.typ] != "" {
		return s.physicalName(r)
	}
	return ""
}

// attribute returns what Fn::GetAtt gives; "" if it is not known.
func (s *stack) attribute(r *resource, name string) string {
	switch name {
	case "Arn", "TopicArn", "PolicyArn", "FunctionArn":
		return s.resourceARN(r)
	case "TopicName", "QueueName", "StateMachineName", "KeyId":
		if name == "KeyId" {
			if r.typ == "AWS::KMS::Key" || r.typ == "AWS::KMS::ReplicaKey" {
				return s.keyID(r)
			}
			return ""
		}
		return s.physicalName(r)
	case "QueueUrl":
		if r.typ == "AWS::SQS::Queue" {
			return s.queueURL(r)
		}
	}
	return ""
}

// resourceARN returns the ARN of a resource whose type is known here; "" for others.
func (s *stack) resourceARN(r *resource) string {
	arn, ok := s.arns[r]
	if !ok {
		arn = s.makeARN(r)
		s.arns[r] = arn
	}
	return arn
}

func (s *stack) makeARN(r *resource) string {
	name := func() string { return s.physicalName(r) }
	path := func() string {
		if p := s.resolve(r.properties.Get("Path")); p.Scalar() && strings.HasPrefix(p.Text, "/") {
			return p.Text
		} else if p.Scalar() && p.Text != "" {
			return "/" + p.Text
		}
		return "/"
	}
	switch r.typ {
	case "AWS::SNS::Topic":
		return s.arn("sns", name())
	case "AWS::SQS::Queue":
		return s.arn("sqs", name())
	case "AWS::KMS::Key", "AWS::KMS::ReplicaKey":
		return s.arn("kms", "key/"+s.keyID(r))
	case "AWS::KMS::Alias":
		return s.arn("kms", s.resolve(r.properties.Get("AliasName")).Text)
	case "AWS::IAM::Role":
		return s.globalARN("iam", "role"+path()+name())
	case "AWS::IAM::User":
		return s.globalARN("iam", "user"+path()+name())
	case "AWS::IAM::Group":
		return s.globalARN("iam", "group"+path()+name())
	case "AWS::IAM::ManagedPolicy":
		return s.globalARN("iam", "policy"+path()+name())
	case "AWS::IAM::InstanceProfile":
		return s.globalARN("iam", "instance-profile"+path()+name())
	case "AWS::Lambda::Function":
		return s.arn("lambda", "function:"+name())
	case "AWS::Lambda::Version":
		return s.functionARN(r) + ":" + s.unknown(r.id)
	case "AWS::Lambda::Alias":
		return s.functionARN(r) + ":" + s.resolve(r.properties.Get("Name")).Text
	case "AWS::Events::Rule":
		if bus := s.busName(r); bus != "" {
			return s.arn("events", "rule/"+bus+"/"+name())
		}
		return s.arn("events", "rule/"+name())
	case "AWS::Events::EventBus":
		return s.arn("events", "event-bus/"+name())
	case "AWS::S3::Bucket":
		p, _ := s.pseudo("AWS::Partition")
		return "arn:" + p + ":s3:::" + name()
	case "AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm":
		return s.arn("cloudwatch", "alarm:"+name())
	case "AWS::Pipes::Pipe":
		return s.arn("pipes", "pipe/"+name())
	case "AWS::Scheduler::Schedule":
		group := "default"
		if g := s.resolve(r.properties.Get("GroupName")); g.Scalar() {
			group = g.Text
		}
		return s.arn("scheduler", "schedule/"+group+"/"+name())
	case "AWS::StepFunctions::StateMachine":
		return s.arn("states", "stateMachine:"+name())
	case "AWS::CodePipeline::Pipeline":
		return s.arn("codepipeline", name())
	case "AWS::CodeBuild::Project":
		return s.arn("codebuild", "project/"+name())
	case "AWS::AutoScaling::AutoScalingGroup":
		return s.arn("autoscaling", "autoScalingGroup:"+s.unknown(r.id+".id")+":autoScalingGroupName/"+name())
	}
	return ""
}

// functionARN returns the ARN of the function that a version or alias is of.
func (s *stack) functionARN(r *resource) string {
	v := s.resolve(r.properties.Get("FunctionName")).Text
	if strings.HasPrefix(v, "arn:") {
		return v
	}
	return s.arn("lambda", "function:"+v)
}

// busName returns the name of a rule's event bus; "" for the default one.
func (s *stack) busName(r *resource) string {
	v := s.resolve(r.properties.Get("EventBusName"))
	if !v.Scalar() || v.Text == "default" {
		return ""
	}
	if i := strings.LastIndex(v.Text, "event-bus/"); i >= 0 {
		if name := v.Text[i+len("event-bus/"):]; name != "default" {
			return name
		}
		return ""
	}
	return v.Text
}

// queueURL returns the URL of a queue.
//
// [Queue URLs]
//
// [Queue URLs]: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
func (s *stack) queueURL(r *resource) string {
	region, _ := s.pseudo("AWS::Region")
	suffix, _ := s.pseudo("AWS::URLSuffix")
	account, _ := s.pseudo("AWS::AccountId")
	return "https://sqs." + region + "." + suffix + "/" + account + "/" + s.physicalName(r)
}

// keyID returns the id of a key; a replica has that of its primary key.
//
// [Multi-Region keys]
//
// [Multi-Region keys]: https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html
func (s *stack) keyID(r *resource) string {
	if r.typ == "AWS::KMS::ReplicaKey" {
		if v := s.resolve(r.properties.Get("PrimaryKeyArn")); v.Scalar() {
			if i := strings.LastIndex(v.Text, ":key/"); i >= 0 {
				return v.Text[i+len(":key/"):]
			}
		}
	}
	return s.unknown(r.id)
}
