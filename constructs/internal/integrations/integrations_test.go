// Package integrations_test hands topics and queues of package fanout to the CDK's integrations. It is apart from fanout's own
// tests because jsii takes longer to make a Go type the more of the CDK a program imports.
package integrations_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatchactions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecspatterns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awseventstargets"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambdadestinations"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambdaeventsources"
	"github.com/aws/aws-cdk-go/awscdk/v2/awspipes"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3notifications"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsscheduler"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsschedulertargets"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssnssubscriptions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctionstasks"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/hopgrant/hopgrant/constructs/fanout"
	"github.com/hopgrant/hopgrant/constructs/guard"
	"github.com/hopgrant/hopgrant/internal/cfn"
	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/policygen"
)

// integrations are the ways in which the CDK connects something with a topic or queue.
var integrations = []struct {
	name, reason string
	hops         []string // kinds that must be seen
	connect      func(s stack, topic *fanout.Topic, queue *fanout.Queue)
	via          []string // the methods of ours that are called, and for whom
	named        bool     // the stack has an account and a Region, and its resources have names
	// beyond are actions that the CDK writes past our methods, by why.
	beyond map[string]string
}{{
	name: "Lambda event source", via: []string{"queue.GrantConsumeMessages for a function"}, reason: "it calls GrantConsumeMessages with the function", hops: []string{"receive"},
	connect: func(s stack, _ *fanout.Topic, queue *fanout.Queue) {
		lambda(s, "F", nil).AddEventSource(awslambdaeventsources.NewSqsEventSource(queue, nil))
	},
}, {
	name: "EventBridge rule to topic", via: []string{"topic.GrantPublish for a service"}, reason: "it calls GrantPublish with a service", hops: []string{"publish"},
	connect: func(s stack, topic *fanout.Topic, _ *fanout.Queue) {
		nightly(s).AddTarget(awseventstargets.NewSnsTopic(topic, nil))
	},
}, {
	name: "EventBridge rule to queue", via: []string{"queue.GrantSendMessages for a service"}, reason: "it calls GrantSendMessages with a service", hops: []string{"send"},
	connect: func(s stack, _ *fanout.Topic, queue *fanout.Queue) {
		nightly(s).AddTarget(awseventstargets.NewSqsQueue(queue, nil))
	},
}, {
	name: "EventBridge dead-letter queue", via: []string{"queue.AddToResourcePolicy for a service"}, reason: "it adds to the queue's policy", hops: []string{"publish", "send"},
	connect: func(s stack, topic *fanout.Topic, queue *fanout.Queue) {
		rule := nightly(s)
		rule.AddTarget(awseventstargets.NewSnsTopic(topic, &awseventstargets.SnsTopicProps{DeadLetterQueue: queue}))
		rule.AddTarget(awseventstargets.NewSqsQueue(queue, &awseventstargets.SqsQueueProps{
			DeadLetterQueue: fanout.NewQueue(s, jsii.String("Undelivered"), &fanout.QueueProps{QueueProps: awssqs.QueueProps{EncryptionMasterKey: queue.EncryptionMasterKey()}})}))
	},
}, {
	name: "S3 notifications to topic", via: []string{"topic.AddToResourcePolicy for a service"}, reason: "it adds to the topic's policy", hops: []string{"publish"},
	connect: func(s stack, topic *fanout.Topic, _ *fanout.Queue) {
		awss3.NewBucket(s, jsii.String("B"), nil).AddEventNotification(awss3.EventType_OBJECT_CREATED, awss3notifications.NewSnsDestination(topic))
	},
}, {
	name: "the CDK's subscription dead-letter queue", via: []string{"queue.AddToResourcePolicy for a service"}, reason: "it adds to the queue's policy", hops: []string{"dead-letter"},
	connect: func(s stack, _ *fanout.Topic, queue *fanout.Queue) {
		other := fanout.NewTopic(s, jsii.String("Other"), nil)
		other.AddSubscription(awssnssubscriptions.NewSqsSubscription(fanout.NewQueue(s, jsii.String("Sub"), nil), &awssnssubscriptions.SqsSubscriptionProps{DeadLetterQueue: queue}))
	},
}, {
	name: "Step Functions", via: []string{"topic.GrantPublish for a role", "queue.GrantSendMessages for a role"}, reason: "the state machine's role publishes and sends", hops: []string{"publish", "send"},
	connect: func(s stack, topic *fanout.Topic, queue *fanout.Queue) {
		publish := awsstepfunctionstasks.NewSnsPublish(s, jsii.String("Publish"), &awsstepfunctionstasks.SnsPublishProps{
			Topic: topic, Message: awsstepfunctions.TaskInput_FromText(jsii.String("hello"))})
		send := awsstepfunctionstasks.NewSqsSendMessage(s, jsii.String("Send"), &awsstepfunctionstasks.SqsSendMessageProps{
			Queue: queue, MessageBody: awsstepfunctions.TaskInput_FromText(jsii.String("hello"))})
		awsstepfunctions.NewStateMachine(s, jsii.String("Machine"), &awsstepfunctions.StateMachineProps{
			DefinitionBody: awsstepfunctions.DefinitionBody_FromChainable(publish.Next(send))})
	},
}, {
	name: "Lambda dead-letter queue", reason: "nothing calls us, so the functions are looked for", hops: []string{"send"},
	connect: func(s stack, _ *fanout.Topic, queue *fanout.Queue) {
		lambda(s, "F", &awslambda.FunctionProps{DeadLetterQueue: queue})
	},
}, {
	name: "Lambda dead-letter topic", reason: "as the dead-letter queue", hops: []string{"publish"},
	connect: func(s stack, topic *fanout.Topic, _ *fanout.Queue) {
		lambda(s, "F", &awslambda.FunctionProps{DeadLetterTopic: topic})
	},
}, {
	name: "Lambda destinations", via: []string{"topic.GrantPublish for a role", "queue.GrantSendMessages for a role"}, reason: "they call GrantSendMessages and GrantPublish", hops: []string{"publish", "send"},
	connect: func(s stack, topic *fanout.Topic, queue *fanout.Queue) {
		lambda(s, "F", &awslambda.FunctionProps{OnFailure: awslambdadestinations.NewSqsDestination(queue), OnSuccess: awslambdadestinations.NewSnsDestination(topic)})
	},
}, {
	name: "ECS service", via: []string{"queue.GrantConsumeMessages for a role"}, reason: "its task role consumes", hops: []string{"receive"},
	connect: func(s stack, _ *fanout.Topic, queue *fanout.Queue) {
		vpc := awsec2.NewVpc(s, jsii.String("VPC"), &awsec2.VpcProps{MaxAzs: jsii.Number(1), NatGateways: jsii.Number(0), RestrictDefaultSecurityGroup: jsii.Bool(false)})
		awsecspatterns.NewQueueProcessingFargateService(s, jsii.String("Service"), &awsecspatterns.QueueProcessingFargateServiceProps{
			Queue: queue, Vpc: vpc, Image: awsecs.ContainerImage_FromRegistry(jsii.String("public.ecr.aws/docker/library/busybox"), nil)})
	},
}, {
	name: "API Gateway", reason: "the integration's role sends", hops: []string{"send"},
	connect: func(s stack, _ *fanout.Topic, queue *fanout.Queue) {
		caller := awsiam.NewRole(s, jsii.String("Caller"), &awsiam.RoleProps{AssumedBy: awsiam.NewServicePrincipal(jsii.String("apigateway.amazonaws.com"), nil)})
		queue.GrantSendMessages(caller)
		awsapigateway.NewRestApi(s, jsii.String("API"), nil).Root().AddMethod(jsii.String("POST"), awsapigateway.NewAwsIntegration(&awsapigateway.AwsIntegrationProps{
			Service: jsii.String("sqs"), Path: queue.QueueName(), IntegrationHttpMethod: jsii.String("POST"), Options: &awsapigateway.IntegrationOptions{CredentialsRole: caller}}), nil)
	},
}, {
	name: "Scheduler", via: []string{"topic.GrantPublish for a role", "queue.GrantSendMessages for a role"}, reason: "the schedule's role sends and publishes", hops: []string{"publish", "send"},
	connect: func(s stack, topic *fanout.Topic, queue *fanout.Queue) {
		for id, target := range map[string]awsscheduler.IScheduleTarget{"ToQueue": awsschedulertargets.NewSqsSendMessage(queue, nil), "ToTopic": awsschedulertargets.NewSnsPublish(topic, nil)} {
			awsscheduler.NewSchedule(s, jsii.String(id), &awsscheduler.ScheduleProps{Target: target,
				Schedule: awsscheduler.ScheduleExpression_Rate(awscdk.Duration_Hours(jsii.Number(1)))})
		}
	},
}, {
	name: "Pipes", reason: "the pipe's role consumes and publishes, and reads the queue's attributes", hops: []string{"receive", "publish"},
	connect: func(s stack, topic *fanout.Topic, queue *fanout.Queue) {
		pipe := awsiam.NewRole(s, jsii.String("Pipe"), &awsiam.RoleProps{AssumedBy: awsiam.NewServicePrincipal(jsii.String("pipes.amazonaws.com"), nil)})
		fanout.GrantConsume(queue, pipe, &fanout.ConsumeProps{ReadAttributes: jsii.Bool(true)})
		topic.GrantPublish(pipe)
		awspipes.NewCfnPipe(s, jsii.String("P"), &awspipes.CfnPipeProps{RoleArn: pipe.RoleArn(), Source: queue.QueueArn(), Target: topic.TopicArn()})
	},
}, {
	name: "CloudWatch alarm", reason: "nothing calls us, so the alarms are looked for", hops: []string{"publish"},
	connect: func(s stack, topic *fanout.Topic, queue *fanout.Queue) {
		alarm := queue.MetricApproximateNumberOfMessagesVisible(nil).CreateAlarm(s, jsii.String("A"), &awscloudwatch.CreateAlarmOptions{Threshold: jsii.Number(1), EvaluationPeriods: jsii.Number(1)})
		alarm.AddAlarmAction(awscloudwatchactions.NewSnsAction(topic))
	},
}, {
	name: "another stack's role", reason: "its stack refers to the queue's and the topic's", hops: []string{"receive", "publish", "send"},
	connect: func(s stack, topic *fanout.Topic, queue *fanout.Queue) {
		grantAll(topic, queue, awscdk.NewStack(s.Node().Scope().(constructs.Construct), jsii.String("Other"), nil))
	},
}, {
	name: "another account's role", reason: "both sides allow it", hops: []string{"receive", "publish", "send"}, named: true,
	connect: func(s stack, topic *fanout.Topic, queue *fanout.Queue) {
		grantAll(topic, queue, awscdk.NewStack(s.Node().Scope().(constructs.Construct), jsii.String("Other"), &awscdk.StackProps{Env: env("444455556666")}))
	},
}, {
	name: "S3 notifications to queue", via: []string{"queue.GrantSendMessages for a service"}, reason: "it calls GrantSendMessages with a service, and writes the key's policy itself", hops: []string{"send"},
	connect: func(s stack, _ *fanout.Topic, queue *fanout.Queue) {
		awss3.NewBucket(s, jsii.String("B"), nil).AddEventNotification(awss3.EventType_OBJECT_CREATED, awss3notifications.NewSqsDestination(queue))
	},
	beyond: map[string]string{"kms:GenerateDataKey*": "SqsDestination admits S3 to the queue's key past the queue"},
}}

// TestIntegrations hands our topics and queues to the CDK's integrations, with SSE-SQS and with a customer managed key. Guard
// finds every hop ok, and no policy allows an action of SNS, SQS or KMS that the table of hops does not have.
func TestIntegrations(t *testing.T) {
	for _, tt := range integrations {
		for _, encryption := range []string{"SSE-SQS", "customer managed key"} {
			t.Run(tt.name+"/"+encryption, func(t *testing.T) {
				app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(t.TempDir()), AnalyticsReporting: jsii.Bool(false)})
				stackProps, topicProps, queueProps := awscdk.StackProps{}, awssns.TopicProps{}, awssqs.QueueProps{}
				if tt.named {
					stackProps.Env = env(account)
					topicProps.TopicName, queueProps.QueueName = jsii.String("orders"), jsii.String("billing")
				}
				s := awscdk.NewStack(app, jsii.String("S"), &stackProps)
				if encryption != "SSE-SQS" {
					topicProps.MasterKey = fanout.NewKey(s, jsii.String("K"), nil)
					queueProps.EncryptionMasterKey = topicProps.MasterKey
				}
				topic := fanout.NewTopic(s, jsii.String("T"), &fanout.TopicProps{TopicProps: topicProps})
				tt.connect(s, topic, topic.AddQueue(jsii.String("Q"), &fanout.QueueProps{QueueProps: queueProps}))
				report, err := guard.Check(s)
				if err != nil {
					t.Fatal(err)
				}
				seen := map[string]bool{}
				for _, h := range report.Hops {
					seen[h.Kind] = true
					if h.Verdict != "ok" {
						t.Errorf("%s: %s from %s to %s is %s: %s", tt.reason, h.Kind, h.From, h.To, h.Verdict, h.Why)
					}
				}
				for _, kind := range append(tt.hops, "deliver") {
					if !seen[kind] {
						t.Errorf("%s: guard sees no %s hop in %v", tt.reason, kind, report.Hops)
					}
				}
				all := granted(t, *app.Outdir())
				for _, action := range all {
					if !slices.Contains(inTheTable, action) && tt.beyond[action] == "" {
						t.Errorf("%s: the table of hops has no %s", tt.reason, action)
					}
				}
				for _, via := range tt.via {
					for _, action := range grantedVia(t, via, encryption != "SSE-SQS") {
						if !slices.Contains(all, action) {
							t.Errorf("%s: %s grants %s, and nothing here does", tt.reason, via, action)
						}
					}
				}
			})
		}
	}
}

// TestPastOurMethods: what goes past our methods writes what the CDK writes, and the checks find where that is broken, open or
// more than is needed. What is only more than is needed is an info, which guard leaves to hopgrant check.
func TestPastOurMethods(t *testing.T) {
	who := func(s stack) awsiam.Role {
		return awsiam.NewRole(s, jsii.String("Who"), &awsiam.RoleProps{AssumedBy: awsiam.NewServicePrincipal(jsii.String("ecs-tasks.amazonaws.com"), nil)})
	}
	tests := []struct {
		name, reason string
		connect      func(s stack, topic *fanout.Topic, queue *fanout.Queue)
		rule, found  string // the rule that finds it, and a part of its message
		severity     check.Severity
	}{{
		name: "SqsSubscription", reason: "it admits every topic of the world to the key", rule: "open-key", found: "lets any topic of any account use it", severity: check.Info,
		connect: func(s stack, _ *fanout.Topic, queue *fanout.Queue) {
			awssns.NewTopic(s, jsii.String("Other"), nil).AddSubscription(awssnssubscriptions.NewSqsSubscription(queue, nil))
		},
	}, {
		name: "SqsDestination", reason: "it admits S3 to the key for any bucket", rule: "open-key", found: "lets s3.amazonaws.com, for any account, use it", severity: check.Info,
		connect: func(s stack, _ *fanout.Topic, queue *fanout.Queue) {
			awss3.NewBucket(s, jsii.String("B"), nil).AddEventNotification(awss3.EventType_OBJECT_CREATED, awss3notifications.NewSqsDestination(queue))
		},
	}, {
		name: "topic.Grants().Publish of a service", reason: "it admits the service for everybody's resources", rule: "open-topic", found: "lets s3.amazonaws.com, for any account, use it", severity: check.Warning,
		connect: func(_ stack, topic *fanout.Topic, _ *fanout.Queue) {
			topic.Grants().Publish(awsiam.NewServicePrincipal(jsii.String("s3.amazonaws.com"), nil))
		},
	}, {
		name: "queue.Grants().SendMessages", reason: "it grants what no sender needs", rule: "excess-actions", found: "kms:Encrypt", severity: check.Info,
		connect: func(s stack, _ *fanout.Topic, queue *fanout.Queue) { queue.Grants().SendMessages(who(s)) },
	}, {
		name: "queue.Grant", reason: "it grants nothing on the key", rule: "consumer-decrypt", found: "may not decrypt", severity: check.Error,
		connect: func(s stack, _ *fanout.Topic, queue *fanout.Queue) {
			queue.Grant(who(s), jsii.String("sqs:ReceiveMessage"), jsii.String("sqs:DeleteMessage"))
		},
	}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(t.TempDir()), AnalyticsReporting: jsii.Bool(false)})
			s := awscdk.NewStack(app, jsii.String("S"), nil)
			key := fanout.NewKey(s, jsii.String("K"), nil)
			topic := fanout.NewTopic(s, jsii.String("T"), &fanout.TopicProps{TopicProps: awssns.TopicProps{MasterKey: key}})
			tt.connect(s, topic, fanout.NewQueue(s, jsii.String("Q"), &fanout.QueueProps{QueueProps: awssqs.QueueProps{EncryptionMasterKey: key}}))
			topologies, err := cfn.Read(*app.Synth(nil).Directory(), cfn.Options{})
			if err != nil {
				t.Fatal(err)
			}
			findings := check.Run(topologies, check.Options{Severity: check.Info}).Findings
			for _, f := range findings {
				if f.Rule == tt.rule && f.Severity == tt.severity && strings.Contains(f.Message, tt.found) {
					return
				}
			}
			t.Errorf("%s: no %s %s with %q in %v", tt.reason, tt.severity, tt.rule, tt.found, findings)
		})
	}
}

func TestMain(m *testing.M) {
	status := m.Run()
	jsii.Close()
	os.Exit(status)
}

type stack = awscdk.Stack

const (
	aKey    = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	aTopic  = "arn:aws:sns:eu-west-1:111122223333:orders"
	aQueue  = "arn:aws:sqs:eu-west-1:111122223333:billing"
	account = "111122223333"
)

func lambda(s stack, id string, p *awslambda.FunctionProps) awslambda.Function {
	if p == nil {
		p = &awslambda.FunctionProps{}
	}
	p.Runtime, p.Handler = awslambda.Runtime_NODEJS_24_X(), jsii.String("index.handler")
	p.Code = awslambda.Code_FromInline(jsii.String("exports.handler = async () => ({ batchItemFailures: [] });"))
	return awslambda.NewFunction(s, jsii.String(id), p)
}

func env(account string) *awscdk.Environment {
	return &awscdk.Environment{Account: jsii.String(account), Region: jsii.String("eu-west-1")}
}

// grantAll lets a role of a stack publish, send and consume.
func grantAll(topic *fanout.Topic, queue *fanout.Queue, s stack) {
	who := awsiam.NewRole(s, jsii.String("Who"), &awsiam.RoleProps{RoleName: jsii.String("who"), AssumedBy: awsiam.NewServicePrincipal(jsii.String("ecs-tasks.amazonaws.com"), nil)})
	topic.GrantPublish(who)
	queue.GrantSendMessages(who)
	queue.GrantConsumeMessages(who)
}

func nightly(s stack) awsevents.Rule {
	return awsevents.NewRule(s, jsii.String("R"), &awsevents.RuleProps{Schedule: awsevents.Schedule_Rate(awscdk.Duration_Days(jsii.Number(1)))})
}

// inTheTable are the actions that documents grant for hops, as the table writes them.
var inTheTable = func() []string {
	var all []string
	queue, topic := policygen.Queue{ARN: aQueue, Key: aKey}, policygen.Topic{ARN: aTopic, Key: aKey}
	who := policygen.RoleARN("arn:aws:iam::" + account + ":role/who")
	for _, role := range []policygen.Role{
		policygen.Publisher{Principal: who, Topics: []policygen.Topic{topic}},
		policygen.Producer{Principal: who, Queues: []policygen.Queue{queue}},
		policygen.Consumer{Principal: who, Queues: []policygen.Queue{queue}, Client: policygen.LambdaTrigger},
		policygen.Delivery{Topics: []policygen.Topic{topic}, Queue: queue},
	} {
		for _, h := range role.Hops() {
			for _, c := range h.Calls() {
				all = append(all, c.Grant)
			}
		}
	}
	return all
}()

// granted returns the actions of SNS, SQS and KMS that an assembly's policies allow, but for the account's own statement in
// key policies.
func granted(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.template.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no templates in %s: %v", dir, err)
	}
	var all []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var template struct {
			Resources map[string]struct {
				Properties struct {
					PolicyDocument, KeyPolicy struct {
						Statement []struct {
							Effect string
							Action any
						}
					}
				}
			}
		}
		if err := json.Unmarshal(text, &template); err != nil {
			t.Fatal(err)
		}
		for _, r := range template.Resources {
			for _, s := range append(r.Properties.PolicyDocument.Statement, r.Properties.KeyPolicy.Statement...) {
				if s.Effect != "Allow" {
					continue
				}
				actions, ok := s.Action.([]any)
				if !ok {
					actions = []any{s.Action}
				}
				for _, a := range actions {
					action := fmt.Sprint(a)
					service, _, _ := strings.Cut(action, ":")
					if action != "kms:*" && slices.Contains([]string{"sns", "sqs", "kms"}, service) {
						all = append(all, action)
					}
				}
			}
		}
	}
	return all
}
