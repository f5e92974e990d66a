package cfn

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/catalog"
	"github.com/hopgrant/hopgrant/internal/text"
)

// ref returns what Ref gives; "" if it is not known.
func (r *resource) ref() string {
	if r.row == nil {
		return ""
	}
	ref, _ := r.expand(r.form().Ref)
	return ref
}

// attribute returns what Fn::GetAtt gives; "" if it is not known.
func (r *resource) attribute(name string) string {
	if r.row == nil {
		return ""
	}
	value, _ := r.expand(r.form().Attributes[name])
	return value
}

// arn returns the ARN; "" if its form is not known.
func (r *resource) arn() string {
	switch {
	case r.row == nil || r.row.ARN == "":
		return ""
	case r.ARN != "":
		return r.ARN
	}
	return r.Once(r.Resource, "arn", func() string {
		arn, _ := r.expand(r.row.ARN)
		return arn
	})
}

// name returns the name, with ${…} for what is not known of it.
func (r *resource) name() string {
	return r.Once(r.Resource, "name", func() string {
		if r.row == nil || r.form().Name == "" {
			return r.Unknown(r.ID)
		}
		if v := r.get(r.form().Name); v.Scalar() {
			if v.Text == "" { // AWS takes no empty name: a parameter without a value has an empty default
				return r.Unknown(r.ID)
			}
			return v.Text
		}
		if r.ARN != "" {
			name := text.Known(r.ARN, text.Resource)
			return name[strings.LastIndexAny(name, ":/")+1:]
		}
		switch name := r.GeneratedName(r.Resource); {
		case r.Type == "AWS::S3::Bucket":
			stackName := r.Pseudo("AWS::StackName")
			if !strings.HasPrefix(stackName, "${") {
				stackName = strings.ToLower(stackName)
			}
			return stackName + "-" + strings.ToLower(r.ID) + "-" + r.Unknown(r.ID)
		case r.isTrue("FifoTopic") || r.isTrue("FifoQueue"):
			return name + ".fifo"
		default:
			return name
		}
	})
}

// isTrue reports whether a property is known to be true.
func (r *resource) isTrue(property string) bool { return strings.EqualFold(r.text(property), "true") }

// expand fills in a form of the catalog; whole is false if a word in it stands for nothing.
func (r *resource) expand(form string) (expanded string, whole bool) {
	return catalog.Expand(form, func(word string) (string, bool) {
		s := r.word(word)
		return s, s != ""
	})
}

// source returns what the service passes as aws:SourceArn, or "" if it is not known: the resource may lack a property of the form.
func (r *resource) source() string {
	source, whole := r.expand(r.form().Source)
	if !whole {
		return ""
	}
	return source
}

// word returns what a word in braces of a form stands for.
//
// [Multi-Region keys], [Queue URLs]
//
// [Multi-Region keys]: https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html
// [Queue URLs]: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
func (r *resource) word(word string) string {
	switch word {
	case "partition":
		return r.Pseudo("AWS::Partition")
	case "region":
		return r.Pseudo("AWS::Region")
	case "account":
		return r.Pseudo("AWS::AccountId")
	case "arn":
		return r.arn()
	case "name":
		return r.name()
	case "url":
		return "https://sqs." + r.Pseudo("AWS::Region") + "." + r.Pseudo("AWS::URLSuffix") + "/" + r.Pseudo("AWS::AccountId") + "/" + r.name()
	case "id":
		// A replica has the id of its primary key.
		for _, arn := range []string{r.ARN, r.text("PrimaryKeyArn")} {
			if _, id, ok := strings.Cut(arn, ":key/"); ok {
				return id
			}
		}
		return r.Unknown(r.ID)
	case "path":
		switch path := r.text("Path"); {
		case path == "":
			return "/"
		case !strings.HasPrefix(path, "/"):
			return "/" + path
		default:
			return path
		}
	case "bus/", "bus|":
		bus := r.text("EventBusName")
		if _, name, ok := strings.Cut(bus, "event-bus/"); ok {
			bus = name
		}
		if bus == "" || bus == "default" {
			return ""
		}
		return bus + word[len("bus"):]
	case "group":
		if group := r.text("GroupName"); group != "" {
			return group
		}
		return "default"
	case "function":
		if f := r.text("FunctionName"); strings.HasPrefix(f, "arn:") {
			return f
		} else {
			return r.own("lambda", "function:"+f)
		}
	}
	return r.text(word)
}

// own returns the ARN of a resource of the stack's account, and of its Region unless the service has none.
func (s stack) own(service, resource string) string {
	region := s.Pseudo("AWS::Region")
	if service == "iam" {
		region = ""
	}
	return "arn:" + s.Pseudo("AWS::Partition") + ":" + service + ":" + region + ":" + s.Pseudo("AWS::AccountId") + ":" + resource
}
