package account

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

// readAlarms reads the alarms that tell a topic.
//
// [DescribeAlarms], [AWS::CloudWatch::Alarm], [AWS::CloudWatch::CompositeAlarm]
//
// [DescribeAlarms]: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
// [AWS::CloudWatch::Alarm]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html
// [AWS::CloudWatch::CompositeAlarm]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-compositealarm.html
func (g *regional) readAlarms(ctx context.Context) {
	type alarm struct {
		typ, arn, name          string
		enabled                 *bool
		alarm, ok, insufficient []string
	}
	alarms, _ := list(ctx, g.scope, "", func(token *string) (page[alarm], error) {
		out, err := g.metrics.DescribeAlarms(ctx, &cloudwatch.DescribeAlarmsInput{
			AlarmTypes: []types.AlarmType{types.AlarmTypeMetricAlarm, types.AlarmTypeCompositeAlarm}, NextToken: token,
		})
		if err != nil {
			return page[alarm]{}, err
		}
		p := page[alarm]{next: out.NextToken}
		for _, a := range out.MetricAlarms {
			p.items = append(p.items, alarm{"AWS::CloudWatch::Alarm", str(a.AlarmArn), str(a.AlarmName), a.ActionsEnabled, a.AlarmActions, a.OKActions, a.InsufficientDataActions})
		}
		for _, a := range out.CompositeAlarms {
			p.items = append(p.items, alarm{"AWS::CloudWatch::CompositeAlarm", str(a.AlarmArn), str(a.AlarmName), a.ActionsEnabled, a.AlarmActions, a.OKActions, a.InsufficientDataActions})
		}
		return p, nil
	})
	for _, a := range alarms {
		alarmed, ok, insufficient := g.anyRelevant(a.alarm...), g.anyRelevant(a.ok...), g.anyRelevant(a.insufficient...)
		if alarmed || ok || insufficient {
			p := properties{"AlarmName": a.name, "AlarmActions": a.alarm, "OKActions": a.ok, "InsufficientDataActions": a.insufficient}
			if a.enabled != nil {
				p["ActionsEnabled"] = *a.enabled
			}
			g.put(a.typ, a.arn, p, nil)
		}
	}
}
