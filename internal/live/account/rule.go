package account

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
)

// readRules reads the rules of all event buses that have a topic or queue as a target or as a target's dead-letter queue. What a target gets as a
// constant input is a message and stays out.
//
// [ListRules], [AWS::Events::Rule]
//
// [ListRules]: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListRules.html
// [AWS::Events::Rule]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html
func (g *regional) readRules(ctx context.Context) {
	buses, _ := list(ctx, g.scope, "", func(token *string) (page[types.EventBus], error) {
		out, err := g.events.ListEventBuses(ctx, &eventbridge.ListEventBusesInput{NextToken: token})
		if err != nil {
			return page[types.EventBus]{}, err
		}
		return page[types.EventBus]{out.EventBuses, out.NextToken}, nil
	})
	for _, bus := range buses {
		g.readBus(ctx, str(bus.Name), str(bus.Arn))
		rules, _ := list(ctx, g.scope, str(bus.Arn), func(token *string) (page[types.Rule], error) {
			out, err := g.events.ListRules(ctx, &eventbridge.ListRulesInput{EventBusName: bus.Name, NextToken: token})
			if err != nil {
				return page[types.Rule]{}, err
			}
			return page[types.Rule]{out.Rules, out.NextToken}, nil
		})
		each(rules, func(r types.Rule) { g.readRule(ctx, r) })
	}
}

// readBus reads the dead-letter queue of an event bus.
//
// [AWS::Events::EventBus]
//
// [AWS::Events::EventBus]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-eventbus.html
func (g *regional) readBus(ctx context.Context, name, arn string) {
	out, err := g.events.DescribeEventBus(ctx, &eventbridge.DescribeEventBusInput{Name: &name})
	if err != nil {
		g.failed(ctx, arn, err)
		return
	}
	if out.DeadLetterConfig != nil && g.anyRelevant(str(out.DeadLetterConfig.Arn)) {
		g.put("AWS::Events::EventBus", arn, properties{"Name": name, "DeadLetterConfig": properties{"Arn": out.DeadLetterConfig.Arn}}, nil)
	}
}

func (g *regional) readRule(ctx context.Context, r types.Rule) {
	targets, _ := list(ctx, g.scope, str(r.Arn), func(token *string) (page[types.Target], error) {
		out, err := g.events.ListTargetsByRule(ctx, &eventbridge.ListTargetsByRuleInput{Rule: r.Name, EventBusName: r.EventBusName, NextToken: token})
		if err != nil {
			return page[types.Target]{}, err
		}
		return page[types.Target]{out.Targets, out.NextToken}, nil
	})
	var kept []any
	for _, t := range targets {
		p := properties{"Id": t.Id, "Arn": t.Arn}
		deadLetter := ""
		if t.RoleArn != nil {
			p["RoleArn"] = t.RoleArn
		}
		if t.DeadLetterConfig != nil {
			deadLetter = str(t.DeadLetterConfig.Arn)
			p["DeadLetterConfig"] = properties{"Arn": deadLetter}
		}
		if t.SqsParameters != nil && t.SqsParameters.MessageGroupId != nil {
			p["SqsParameters"] = properties{"MessageGroupId": t.SqsParameters.MessageGroupId}
		}
		if g.anyRelevant(str(t.Arn), deadLetter) {
			kept = append(kept, p)
		}
	}
	if len(kept) > 0 {
		g.put("AWS::Events::Rule", str(r.Arn), properties{
			"Name": r.Name, "EventBusName": r.EventBusName, "State": string(r.State), "RoleArn": r.RoleArn, "ScheduleExpression": r.ScheduleExpression, "Targets": kept,
		}, nil)
	}
}
