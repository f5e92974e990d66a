package account

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"
)

// readSchedules reads the schedules that send to a topic or queue.
//
// [ListSchedules], [GetSchedule], [AWS::Scheduler::Schedule]
//
// [ListSchedules]: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_ListSchedules.html
// [GetSchedule]: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_GetSchedule.html
// [AWS::Scheduler::Schedule]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-scheduler-schedule.html
func (g *regional) readSchedules(ctx context.Context) {
	all, _ := list(ctx, g.scope, "", func(token *string) (page[types.ScheduleSummary], error) {
		out, err := g.scheduler.ListSchedules(ctx, &scheduler.ListSchedulesInput{NextToken: token})
		if err != nil {
			return page[types.ScheduleSummary]{}, err
		}
		return page[types.ScheduleSummary]{out.Schedules, out.NextToken}, nil
	})
	each(all, func(s types.ScheduleSummary) { g.readSchedule(ctx, s) })
}

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
	called := calledByName(str(t.Arn), str(t.Input))
	if called != nil {
		p["Input"] = string(encode(called))
	}
	if !g.anyRelevant(append(g.calledIn(called), str(t.Arn), deadLetter)...) {
		return
	}
	g.put("AWS::Scheduler::Schedule", str(s.Arn), properties{
		"Name": out.Name, "GroupName": out.GroupName, "State": string(out.State), "ScheduleExpression": out.ScheduleExpression, "Target": p,
	}, nil)
}

// calledByName returns which topic or queue a schedule names that calls an API of SNS or SQS by its name, without the message.
//
// [Universal targets]
//
// [Universal targets]: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
func calledByName(target, input string) properties {
	name := nameIn(target)
	if !strings.HasPrefix(name, "aws-sdk:sqs:") && !strings.HasPrefix(name, "aws-sdk:sns:") {
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
func (g *regional) calledIn(called properties) []string {
	var arns []string
	for parameter, value := range called {
		switch text := value.(string); parameter {
		case "TopicArn", "TargetArn":
			arns = append(arns, text)
		case "QueueUrl":
			arns = append(arns, queueAt(text, g.partition, regionIn(text, g.scope.region)))
		}
	}
	return arns
}
