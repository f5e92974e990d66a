package account

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/pipes"
	"github.com/aws/aws-sdk-go-v2/service/pipes/types"
)

// readPipes reads the pipes that read a queue or send to a topic or queue.
//
// [ListPipes], [DescribePipe], [AWS::Pipes::Pipe]
//
// [ListPipes]: https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_ListPipes.html
// [DescribePipe]: https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_DescribePipe.html
// [AWS::Pipes::Pipe]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-pipes-pipe.html
func (g *regional) readPipes(ctx context.Context) {
	all, _ := list(ctx, g.scope, "", func(token *string) (page[types.Pipe], error) {
		out, err := g.pipes.ListPipes(ctx, &pipes.ListPipesInput{NextToken: token})
		if err != nil {
			return page[types.Pipe]{}, err
		}
		return page[types.Pipe]{out.Pipes, out.NextToken}, nil
	})
	each(all, func(p types.Pipe) { g.readPipe(ctx, str(p.Name), str(p.Arn)) })
}

func (g *regional) readPipe(ctx context.Context, name, arn string) {
	out, err := g.pipes.DescribePipe(ctx, &pipes.DescribePipeInput{Name: &name})
	if err != nil {
		g.failed(ctx, arn, err)
		return
	}
	var kinesis, dynamo *types.DeadLetterConfig
	if s := out.SourceParameters; s != nil && s.KinesisStreamParameters != nil {
		kinesis = s.KinesisStreamParameters.DeadLetterConfig
	}
	if s := out.SourceParameters; s != nil && s.DynamoDBStreamParameters != nil {
		dynamo = s.DynamoDBStreamParameters.DeadLetterConfig
	}
	if !g.anyRelevant(str(out.Source), str(out.Target), deadLetterArn(kinesis), deadLetterArn(dynamo)) {
		return
	}
	p := properties{"Name": name, "RoleArn": out.RoleArn, "Source": out.Source, "Target": out.Target, "DesiredState": string(out.DesiredState)}
	p["SourceParameters"] = properties{
		"KinesisStreamParameters":  properties{"DeadLetterConfig": properties{"Arn": deadLetterArn(kinesis)}},
		"DynamoDBStreamParameters": properties{"DeadLetterConfig": properties{"Arn": deadLetterArn(dynamo)}},
	}
	if t := out.TargetParameters; t != nil && t.SqsQueueParameters != nil {
		p["TargetParameters"] = properties{"SqsQueueParameters": properties{"MessageGroupId": t.SqsQueueParameters.MessageGroupId}}
	}
	g.put("AWS::Pipes::Pipe", arn, p, map[string]string{"CurrentState": string(out.CurrentState)})
}

func deadLetterArn(c *types.DeadLetterConfig) string {
	if c == nil {
		return ""
	}
	return str(c.Arn)
}
