package account

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"
	"github.com/hopgrant/hopgrant/internal/live"
)

// readSchedules reads the schedules that send to a topic or queue.
//
// [ListSchedules], [GetSchedule], [AWS::Scheduler::Schedule]
//
// [ListSchedules]: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_ListSchedules.html
// [GetSchedule]: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_GetSchedule.html
// [AWS::Scheduler::Schedule]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-scheduler-schedule.html
func (g *regional) readSchedules(ctx context.Context) {
	listed, others, unread := 0, 0, 0
	all, _ := list(ctx, g.scope, "", func(token *string) (page[types.ScheduleSummary], error) {
		out, err := g.scheduler.ListSchedules(ctx, &scheduler.ListSchedulesInput{NextToken: token, MaxResults: aws.Int32(100)})
		if err != nil {
			return page[types.ScheduleSummary]{}, err
		}
		if listed += len(out.Schedules); listed >= mostSchedules && str(out.NextToken) != "" {
			g.gap(live.Gap{Operation: "scheduler:ListSchedules", Reason: fmt.Sprintf("only the first %d schedules were looked at", listed)})
			out.NextToken = nil
		}
		return page[types.ScheduleSummary]{out.Schedules, out.NextToken}, nil
	})
	all = slices.DeleteFunc(all, func(s types.ScheduleSummary) bool {
		if s.Target != nil && (g.relevant(str(s.Target.Arn)) || called(str(s.Target.Arn))) {
			return false
		}
		if others++; others <= mostOthers {
			return false
		}
		unread++
		return true
	})
	if unread > 0 {
		g.gap(live.Gap{Operation: "scheduler:GetSchedule", Reason: fmt.Sprintf("the dead-letter queues of %d schedules that send elsewhere were not looked at", unread)})
	}
	each(all, func(s types.ScheduleSummary) { g.readSchedule(ctx, s) })
}

// An account may have millions of schedules. The list says where one sends, but not its dead-letter queue.
const (
	mostSchedules = 20000
	mostOthers    = 500 // of those that send elsewhere than to topics and queues
)

func (g *regional) readSchedule(ctx context.Context, s types.ScheduleSummary) {
	out, err := g.scheduler.GetSchedule(ctx, &scheduler.GetScheduleInput{Name: s.Name, GroupName: s.GroupName})
	if err != nil {
		g.failed(ctx, str(s.Arn), err)
		return
	}
	t := out.Target
	if t == nil {
		return
	}
	p := properties{"Arn": t.Arn, "RoleArn": t.RoleArn}
	deadLetter := ""
	if t.DeadLetterConfig != nil {
		deadLetter = str(t.DeadLetterConfig.Arn)
		p["DeadLetterConfig"] = properties{"Arn": deadLetter}
	}
	if t.SqsParameters != nil {
		p["SqsParameters"] = properties{"MessageGroupId": t.SqsParameters.MessageGroupId}
	}
	input := calledByName(str(t.Arn), str(t.Input))
	if input != nil {
		p["Input"] = string(encode(input))
	}
	if !g.anyRelevant(append(g.calledIn(input), str(t.Arn), deadLetter)...) {
		return
	}
	g.put("AWS::Scheduler::Schedule", str(s.Arn), properties{
		"Name": out.Name, "GroupName": out.GroupName, "State": string(out.State), "ScheduleExpression": out.ScheduleExpression, "Target": p,
	}, nil)
}

// called reports whether a target is an API of SNS or SQS by its name.
func called(target string) bool {
	name := nameIn(target)
	return strings.HasPrefix(name, "aws-sdk:sqs:") || strings.HasPrefix(name, "aws-sdk:sns:")
}

// calledByName returns which topic or queue a schedule names that calls an API of SNS or SQS by its name, without the message.
//
// [Universal targets]
//
// [Universal targets]: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
func calledByName(target, input string) properties {
	if !called(target) {
		return nil
	}
	var in map[string]any
	if json.Unmarshal([]byte(input), &in) != nil {
		return nil
	}
	out := properties{}
	for _, parameter := range []string{"QueueUrl", "TopicArn", "TargetArn", "MessageGroupId"} {
		if value, ok := in[parameter].(string); ok {
			out[parameter] = value
		}
	}
	return out
}

// calledIn returns the ARNs of what calledByName found.
func (g *regional) calledIn(input properties) []string {
	var arns []string
	for parameter, value := range input {
		switch text := value.(string); parameter {
		case "TopicArn", "TargetArn":
			arns = append(arns, text)
		case "QueueUrl":
			arns = append(arns, queueAt(text, g.partition, regionIn(text, g.scope.region)))
		}
	}
	return arns
}
