// Package catalogtest makes, for tests, a resource that has a target in the place where a row of the catalog says.
package catalogtest

import (
	"maps"
	"strings"

	"github.com/hopgrant/hopgrant/internal/catalog"
	"github.com/hopgrant/hopgrant/internal/service"
)

// The ARNs of the topic, queue and role that a resource names, and the name of the function whose role it is.
const (
	Topic    = "arn:aws:sns:us-east-1:111122223333:t"
	Queue    = "arn:aws:sqs:us-east-1:111122223333:q"
	QueueURL = "https://sqs.us-east-1.amazonaws.com/111122223333/q"
	Role     = "arn:aws:iam::111122223333:role/r"
	Function = "f"
)

// Resource returns the properties of a resource of a row's form with the target at the last of its paths, and what the target
// names: "topic" or "queue".
func Resource(row *catalog.Type, f catalog.Form, target catalog.Target, path string) (properties map[string]any, names string) {
	properties = map[string]any{}
	switch {
	case f.RoleOf != "":
		properties[f.RoleOf] = Function
	case f.Role != "":
		properties[f.Role] = Role
	}
	keys := strings.Split(path, ".")
	inner := properties
	for i, k := range keys[:len(keys)-1] {
		next := map[string]any{}
		inner[k] = next
		if k != "*" && keys[i+1] != "*" {
			inner[k] = []any{next}
		}
		inner = next
	}
	to, names := value(row, target)
	last, list := strings.CutSuffix(keys[len(keys)-1], "[]")
	inner[last] = to
	if list {
		inner[last] = []any{to}
	}
	if p, v, ok := strings.Cut(target.Where, "="); ok {
		inner[p] = v
	}
	maps.DeleteFunc(properties, func(k string, _ any) bool { return k == "-" })
	return properties, names
}

// value returns a target as a row's service takes it.
func value(row *catalog.Type, target catalog.Target) (to, names string) {
	const integration = `"uri":"arn:aws:apigateway:us-east-1:sqs:path/111122223333/q"`
	switch s, _ := service.LookUp(row.Service); {
	case target.In == catalog.Definition:
		return `{"States":{"S":{"Type":"Task","Resource":"arn:aws:states:::sns:publish","Parameters":{"TopicArn":"` + Topic + `"}}}}`, "topic"
	case target.In == catalog.Integration:
		return "arn:aws:apigateway:us-east-1:sqs:path/111122223333/q", "queue"
	case target.In == catalog.OpenAPI:
		return `{"paths":{"/":{"post":{"x-amazon-apigateway-integration":{"credentials":"` + Role + `",` + integration + `}}}}}`, "queue"
	case target.ByURL():
		return QueueURL, "queue"
	case s.By(service.ToTopics) == 0:
		return Queue, "queue"
	}
	return Topic, "topic"
}
