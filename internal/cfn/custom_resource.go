package cfn

import (
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// setters are the API calls by which a custom resource can change who is admitted.
var setters = []string{"sqs:setqueueattributes", "sqs:addpermission", "sqs:removepermission",
	"sns:settopicattributes", "sns:addpermission", "sns:removepermission", "kms:putkeypolicy"}

// customResource notes what a custom resource may do. Its function may send, receive, and set policies, as far as its role is
// known to allow. The calls of the CDK's AwsCustomResource are in its properties.
func (u *touching) customResource() {
	calls, known := u.sdkCalls()
	if known && !slices.ContainsFunc(calls, does) {
		return // it only looks
	}
	u.note()
	sets := u.maySet()
	if known {
		sets = slices.ContainsFunc(calls, func(call string) bool { return slices.Contains(setters, call) })
	}
	if !sets {
		return
	}
	e := u.element()
	p := &topology.Policy{Element: e, Unknown: "custom resource " + e.Label() + " refers to it, and may set its policy"}
	for _, x := range u.found {
		if x.Topic != nil {
			x.Topic.Possible = append(x.Topic.Possible, p)
		} else {
			x.Queue.Possible = append(x.Queue.Possible, p)
		}
	}
	for _, k := range u.keys {
		k.Possible = append(k.Possible, p)
	}
}

// does reports whether an API call does more than tell what is there.
func does(call string) bool {
	_, name, _ := strings.Cut(call, ":")
	return !strings.HasPrefix(name, "get") && !strings.HasPrefix(name, "list") && !strings.HasPrefix(name, "describe")
}

// sdkCalls returns the API calls that an AwsCustomResource makes, in lower case, such as "sqs:sendmessage"; known is false if the
// resource is another one, or if they cannot be read.
func (u *touching) sdkCalls() (calls []string, known bool) {
	for _, event := range []string{"Create", "Update", "Delete"} {
		v := u.get(event)
		if !v.There() {
			continue
		}
		call := parsed(v)
		service, action := call.Get("service").Text, call.Get("action").Text
		if service == "" || action == "" || text.Unresolved(service+action) {
			return nil, false
		}
		service = strings.TrimPrefix(strings.ToLower(service), "@aws-sdk/client-")
		calls = append(calls, service+":"+strings.TrimSuffix(strings.ToLower(action), "command"))
	}
	return calls, len(calls) > 0
}

// maySet reports whether the custom resource may set policies: unless all policies of the roles that it refers to are known, and
// allow no call that does.
func (u *touching) maySet() bool {
	if len(u.callers) == 0 {
		return true
	}
	return slices.ContainsFunc(u.callers, func(c *topology.Caller) bool {
		return len(c.Possible) > 0 || slices.ContainsFunc(c.Identity, func(p *topology.Policy) bool {
			return p.Unknown != "" || slices.ContainsFunc(p.Document.Statements, allowsSetting)
		})
	})
}

func allowsSetting(s policygen.Statement) bool {
	return s.Effect == policygen.Allow && (len(s.NotAction) > 0 || slices.ContainsFunc(s.Action, func(a string) bool {
		return slices.ContainsFunc(setters, func(call string) bool { return text.MatchFold(a, call) != text.No })
	}))
}

// texts returns the text of a list, or of one value.
func texts(v value.Value) []string {
	var all []string
	for _, item := range v.OneOrMany() {
		if item.Kind == value.Text {
			all = append(all, item.Text)
		}
	}
	return all
}

// instanceProfile notes the roles of an instance profile, by which what refers to it acts.
func (b *builder) instanceProfile(r *resource) {
	for _, name := range texts(r.get("Roles")) {
		c := b.Caller("role " + r.Account + "/" + name)
		if c == nil {
			continue
		}
		for _, by := range []string{r.arn(), r.ref()} {
			b.profiles[by] = append(b.profiles[by], c)
		}
	}
}
