package account

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

// readFunctions reads the event source mappings of queues, the destinations of functions, and the functions of both. A function's
// environment is in the answer and goes nowhere.
//
// [ListFunctions], [AWS::Lambda::Function]
//
// [ListFunctions]: https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html
// [AWS::Lambda::Function]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html
func (g *regional) readFunctions(ctx context.Context) {
	type function struct{ name, arn, role, deadLetter string }
	functions, _ := list(ctx, g.scope, "", func(token *string) (page[function], error) {
		out, err := g.lambda.ListFunctions(ctx, &lambda.ListFunctionsInput{Marker: token})
		if err != nil {
			return page[function]{}, err
		}
		p := page[function]{next: out.NextMarker}
		for _, f := range out.Functions {
			one := function{name: str(f.FunctionName), arn: str(f.FunctionArn), role: str(f.Role)}
			if f.DeadLetterConfig != nil {
				one.deadLetter = str(f.DeadLetterConfig.TargetArn)
			}
			p.items = append(p.items, one)
		}
		return p, nil
	})
	polling := g.readMappings(ctx)
	each(functions, func(f function) {
		sends := g.readInvokeConfigs(ctx, f.name, f.arn)
		if deadLetter := g.anyRelevant(f.deadLetter); !sends && !deadLetter && !slices.ContainsFunc(polling, func(arn string) bool { return arn == f.arn || strings.HasPrefix(arn, f.arn+":") }) {
			return
		}
		g.put("AWS::Lambda::Function", f.arn, properties{
			"FunctionName": f.name, "Role": f.role, "DeadLetterConfig": properties{"TargetArn": f.deadLetter},
		}, nil)
	})
}

// readMappings reads the event source mappings that poll a queue, or send what fails to a topic or queue. It returns the ARNs
// of their functions, each perhaps with a version or alias.
//
// [ListEventSourceMappings], [AWS::Lambda::EventSourceMapping]
//
// [ListEventSourceMappings]: https://docs.aws.amazon.com/lambda/latest/api/API_ListEventSourceMappings.html
// [AWS::Lambda::EventSourceMapping]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html
func (g *regional) readMappings(ctx context.Context) (functions []string) {
	mappings, _ := list(ctx, g.scope, "", func(token *string) (page[types.EventSourceMappingConfiguration], error) {
		out, err := g.lambda.ListEventSourceMappings(ctx, &lambda.ListEventSourceMappingsInput{Marker: token})
		if err != nil {
			return page[types.EventSourceMappingConfiguration]{}, err
		}
		return page[types.EventSourceMappingConfiguration]{out.EventSourceMappings, out.NextMarker}, nil
	})
	for _, m := range mappings {
		failed := destination(m.DestinationConfig, false)
		if !g.anyRelevant(str(m.EventSourceArn), failed) {
			continue
		}
		functions = append(functions, str(m.FunctionArn))
		p := properties{
			"EventSourceArn": m.EventSourceArn, "FunctionName": m.FunctionArn, "FunctionResponseTypes": responseTypes(m.FunctionResponseTypes),
			"DestinationConfig": properties{"OnFailure": properties{"Destination": failed}},
		}
		switch str(m.State) {
		case "Enabled", "Enabling", "Creating", "Updating":
			p["Enabled"] = true
		case "Disabled", "Disabling", "Deleting":
			p["Enabled"] = false
		}
		if m.BatchSize != nil {
			p["BatchSize"] = *m.BatchSize
		}
		g.put("AWS::Lambda::EventSourceMapping", str(m.UUID), p, map[string]string{"State": str(m.State), "LastProcessingResult": str(m.LastProcessingResult)})
	}
	return functions
}

func responseTypes(all []types.FunctionResponseType) []string {
	var names []string
	for _, t := range all {
		names = append(names, string(t))
	}
	return names
}

// readInvokeConfigs reads the destinations of a function's asynchronous invocations, and reports whether one is a topic or queue.
//
// [ListFunctionEventInvokeConfigs], [AWS::Lambda::EventInvokeConfig]
//
// [ListFunctionEventInvokeConfigs]: https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctionEventInvokeConfigs.html
// [AWS::Lambda::EventInvokeConfig]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventinvokeconfig.html
func (g *regional) readInvokeConfigs(ctx context.Context, name, arn string) bool {
	configs, _ := list(ctx, g.scope, arn, func(token *string) (page[types.FunctionEventInvokeConfig], error) {
		out, err := g.lambda.ListFunctionEventInvokeConfigs(ctx, &lambda.ListFunctionEventInvokeConfigsInput{FunctionName: &name, Marker: token})
		if err != nil {
			return page[types.FunctionEventInvokeConfig]{}, err
		}
		return page[types.FunctionEventInvokeConfig]{out.FunctionEventInvokeConfigs, out.NextMarker}, nil
	})
	sends := false
	for _, c := range configs {
		success, failure := destination(c.DestinationConfig, true), destination(c.DestinationConfig, false)
		if !g.anyRelevant(success, failure) {
			continue
		}
		sends = true
		g.put("AWS::Lambda::EventInvokeConfig", str(c.FunctionArn), properties{
			"FunctionName": arn,
			"Qualifier":    strings.TrimPrefix(strings.TrimPrefix(str(c.FunctionArn), arn), ":"),
			"DestinationConfig": properties{
				"OnSuccess": properties{"Destination": success},
				"OnFailure": properties{"Destination": failure},
			},
		}, nil)
	}
	return sends
}

func destination(c *types.DestinationConfig, success bool) string {
	switch {
	case c == nil:
	case success && c.OnSuccess != nil:
		return str(c.OnSuccess.Destination)
	case !success && c.OnFailure != nil:
		return str(c.OnFailure.Destination)
	}
	return ""
}
