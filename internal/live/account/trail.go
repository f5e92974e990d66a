package account

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/hopgrant/hopgrant/internal/live"
)

// trailPages bounds how many pages of fifty events are looked at for each key and service, because AWS gives two in a second.
const trailPages = 10

// readTrail reads the events of the last days in which calls on keys, or calls that set up topics and queues, were denied. The event
// history has management events only: neither Publish nor SendMessage is in it, so that no event proves nothing.
//
// [LookupEvents]
//
// [LookupEvents]: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
func (g *regional) readTrail(ctx context.Context) {
	for _, key := range g.resourcesOf("AWS::KMS::Key", "AWS::KMS::ReplicaKey") {
		g.lookup(ctx, types.LookupAttributeKeyResourceName, key)
	}
	if len(g.topics) > 0 {
		g.lookup(ctx, types.LookupAttributeKeyEventSource, "sns.amazonaws.com")
	}
	if len(g.queues) > 0 {
		g.lookup(ctx, types.LookupAttributeKeyEventSource, "sqs.amazonaws.com")
	}
}

// resourcesOf returns the ids of the resources of some types, in order.
func (s *scope) resourcesOf(types ...string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ids []string
	for id := range s.resources {
		if slices.Contains(types, id.typ) {
			ids = append(ids, id.id)
		}
	}
	slices.Sort(ids)
	return ids
}

func (g *regional) lookup(ctx context.Context, by types.LookupAttributeKey, value string) {
	to := time.Now().UTC()
	from := to.Add(-g.reader.o.Since)
	asked, more := 0, false
	events, _ := list(ctx, g.scope, value, func(token *string) (page[types.Event], error) {
		out, err := g.trail.LookupEvents(ctx, &cloudtrail.LookupEventsInput{
			LookupAttributes: []types.LookupAttribute{{AttributeKey: by, AttributeValue: &value}},
			StartTime:        &from, EndTime: &to, MaxResults: aws.Int32(50), NextToken: token,
		})
		if err != nil {
			return page[types.Event]{}, err
		}
		if asked++; asked == trailPages && out.NextToken != nil {
			more, out.NextToken = true, nil
		}
		return page[types.Event]{out.Events, out.NextToken}, nil
	})
	if more {
		g.gap(live.Gap{Operation: "cloudtrail:LookupEvents", Resource: value, Evidence: true,
			Reason: fmt.Sprintf("more than %d events since %s, of which only the newest were looked at", len(events), from.Format(time.DateOnly))})
	}
	resource := ""
	if by == types.LookupAttributeKeyResourceName {
		resource = value
	}
	g.sawDenials(events, resource)
}

// An event is what is kept of one of CloudTrail's: who did what to what, and why it failed.
//
// [Record contents]
//
// [Record contents]: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
type event struct {
	EventTime    string `json:"eventTime,omitempty"`
	EventSource  string `json:"eventSource,omitempty"`
	EventName    string `json:"eventName,omitempty"`
	AwsRegion    string `json:"awsRegion,omitempty"`
	ErrorCode    string `json:"errorCode,omitempty"`
	ErrorMessage string `json:"errorMessage,omitempty"`
	UserIdentity struct {
		Type      string `json:"type,omitempty"`
		ARN       string `json:"arn,omitempty"`
		AccountID string `json:"accountId,omitempty"`
		InvokedBy string `json:"invokedBy,omitempty"`
	} `json:"userIdentity"`
	RequestParameters struct {
		EncryptionContext map[string]string `json:"encryptionContext,omitempty"`
		KeyID             string            `json:"keyId,omitempty"`
		TopicArn          string            `json:"topicArn,omitempty"`
		QueueURL          string            `json:"queueUrl,omitempty"`
		Endpoint          string            `json:"endpoint,omitempty"`
		Protocol          string            `json:"protocol,omitempty"`
	} `json:"requestParameters"`
	Resources []struct {
		ARN       string `json:"ARN,omitempty"`
		AccountID string `json:"accountId,omitempty"`
		Type      string `json:"type,omitempty"`
	} `json:"resources,omitempty"`
	EventID string `json:"eventID,omitempty"`
}

// denied reports whether the event is one of a call that was denied, or of a key that could not be used. What this reader was denied
// itself is no evidence.
func (e *event) denied() bool {
	if e.ErrorCode == "" || slices.ContainsFunc(operations, func(o operation) bool { return o.Name == e.EventName }) {
		return false
	}
	return e.EventSource == "kms.amazonaws.com" || strings.Contains(e.ErrorCode, "Denied") || strings.Contains(e.ErrorCode, "Authoriz") || strings.Contains(e.ErrorCode, "KMS")
}

// about returns the ARN of the topic or queue of the event; empty if it names none.
func (e *event) about(g *regional) string {
	if u := e.RequestParameters.QueueURL; u != "" {
		return queueAt(u, g.partition, g.scope.region)
	}
	return e.RequestParameters.TopicArn
}

// sawDenials notes denied events: of several that are the same but for their time, the newest, with their number.
func (g *regional) sawDenials(events []types.Event, resource string) {
	found := map[[6]string]*live.Evidence{}
	for _, raw := range events {
		var e event
		if json.Unmarshal([]byte(str(raw.CloudTrailEvent)), &e) != nil || !e.denied() {
			continue
		}
		if e.RequestParameters.Protocol != "sqs" {
			e.RequestParameters.Endpoint = ""
		}
		of := cmp.Or(resource, e.about(g))
		if of == "" || resource == "" && !g.relevant(of) {
			continue
		}
		text, err := json.Marshal(e)
		if err != nil {
			continue
		}
		at := aws.ToTime(raw.EventTime).UTC()
		same := [6]string{of, e.EventName, e.ErrorCode, e.UserIdentity.ARN, e.UserIdentity.InvokedBy, fmt.Sprint(e.RequestParameters.EncryptionContext)}
		old := found[same]
		if old == nil {
			old = &live.Evidence{Resource: of, Source: "CloudTrail", From: at, To: at, Text: string(text)}
			found[same] = old
		}
		old.Value++
		if at.Before(old.From) {
			old.From = at
		}
		if at.After(old.To) {
			old.To, old.Text = at, string(text)
		}
	}
	for _, e := range found {
		g.saw(*e)
	}
}

// readEvidence reads what there is to be seen of deliveries.
func (g *regional) readEvidence(ctx context.Context) {
	together(
		func() {
			failed := g.readMetrics(ctx)
			g.readLogs(ctx, failed, !g.lacks("cloudwatch:GetMetricData"))
		},
		func() { g.readTrail(ctx) },
	)
}

// lacks reports whether a call has failed.
func (s *scope) lacks(operation string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for g := range s.gaps {
		if g.Operation == operation {
			return true
		}
	}
	return false
}
