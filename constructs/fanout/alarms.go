package fanout

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// AlarmProps say when a fan-out needs attention, and who hears of it.
type AlarmProps struct {
	// OldestMessage is how old the oldest message of a queue may become. Default: 15 minutes.
	OldestMessage awscdk.Duration
	// Actions are what the alarms do, such as awscloudwatchactions.NewSnsAction. An alarm about a fan-out is best not
	// published to the topic itself. Default: nothing, they are only seen in CloudWatch.
	Actions []awscloudwatch.IAlarmAction
}

// AddAlarms makes the alarms of the whole fan-out in one call:
//
//   - of the topic: NumberOfNotificationsFailed, and NumberOfNotificationsFailedToRedriveToDlq, for which messages are
//     lost, above 0;
//   - of each queue, those that are added later too: ApproximateAgeOfOldestMessage, and any message in the dead-letter
//     queue.
//
// It returns the topic's alarms; those of the queues get the same actions. A queue whose alarms [Queue.AddAlarms] has made
// keeps those. Props may be nil. It panics with a [*Misuse] if it is called twice.
func (t *Topic) AddAlarms(props *AlarmProps) []awscloudwatch.Alarm {
	if t.alarms != nil {
		refuse(t, bad("alarms", "", "there are alarms already", "one call", ""))
	}
	p := value(props)
	t.alarms = &p
	scope := constructs.NewConstruct(t, jsii.String("Alarms"))
	minutes := t.end.r.minutes(5)
	metric := func(name string) awscloudwatch.Metric {
		return t.Metric(jsii.String(name), &awscloudwatch.MetricOptions{Statistic: jsii.String("Sum"), Period: minutes})
	}
	alarms := []awscloudwatch.Alarm{
		p.alarm(scope, "NotificationsFailed", metric("NumberOfNotificationsFailed"), 0,
			"SNS gave up delivering messages. The delivery status log says why."),
		p.alarm(scope, "FailedToRedrive", metric("NumberOfNotificationsFailedToRedriveToDlq"), 0,
			"SNS could not put undeliverable messages into a subscription's dead-letter queue: they are lost."),
	}
	for _, q := range t.queues {
		t.alarm(q)
	}
	return alarms
}

// alarm makes the alarms of a queue, if the topic has any and the queue none.
func (t *Topic) alarm(q *Queue) {
	if t.alarms == nil || q.alarmed {
		return
	}
	q.AddAlarms(t.alarms)
}

// AddAlarms makes the queue's alarms and returns them, see [Topic.AddAlarms]. It panics with a [*Misuse] if the queue has
// them already: call it before Topic.AddAlarms where a queue's alarms differ.
func (q *Queue) AddAlarms(props *AlarmProps) []awscloudwatch.Alarm {
	if q.alarmed {
		refuse(q, bad("alarms", "", "there are alarms already", "one call", ""))
	}
	q.alarmed = true
	p := value(props)
	scope := constructs.NewConstruct(q, jsii.String("Alarms"))
	age := 900.0
	if p.OldestMessage != nil {
		age = *p.OldestMessage.ToSeconds(nil)
	}
	options := &awscloudwatch.MetricOptions{Statistic: jsii.String("Maximum"), Period: q.end.r.minutes(5)}
	alarms := []awscloudwatch.Alarm{p.alarm(scope, "OldestMessage", q.MetricApproximateAgeOfOldestMessage(options), age,
		"The oldest message is older than "+trimmed(age)+" seconds: the consumer does not keep up, or cannot read the queue.")}
	if q.dead != nil {
		alarms = append(alarms, p.alarm(scope, "DeadLetters", q.dead.queue.MetricApproximateNumberOfMessagesVisible(options), 0, "There are messages in the dead-letter queue."))
	}
	return alarms
}

func (p *AlarmProps) alarm(scope constructs.Construct, id string, metric awscloudwatch.Metric, threshold float64, description string) awscloudwatch.Alarm {
	alarm := awscloudwatch.NewAlarm(scope, jsii.String(id), &awscloudwatch.AlarmProps{
		Metric: metric, Threshold: jsii.Number(threshold), EvaluationPeriods: jsii.Number(1), AlarmDescription: jsii.String(description),
		ComparisonOperator: awscloudwatch.ComparisonOperator_GREATER_THAN_THRESHOLD, TreatMissingData: awscloudwatch.TreatMissingData_NOT_BREACHING,
	})
	if len(p.Actions) > 0 {
		alarm.AddAlarmAction(p.Actions...)
	}
	return alarm
}

// NewDashboard makes a CloudWatch dashboard of the topic and the queues that it has now: what is published, delivered and
// not delivered, and for each queue how much waits, how long, and how much is in its dead-letter queue.
func (t *Topic) NewDashboard(id *string) awscloudwatch.Dashboard {
	sum := &awscloudwatch.MetricOptions{Statistic: jsii.String("Sum"), Period: t.end.r.minutes(5)}
	most := &awscloudwatch.MetricOptions{Statistic: jsii.String("Maximum"), Period: t.end.r.minutes(5)}
	graph := func(title string, metrics ...awscloudwatch.IMetric) awscloudwatch.IWidget {
		return awscloudwatch.NewGraphWidget(&awscloudwatch.GraphWidgetProps{Title: jsii.String(title), Left: &metrics, Width: jsii.Number(12)})
	}
	rows := []*[]awscloudwatch.IWidget{{
		graph("Published and delivered", t.MetricNumberOfMessagesPublished(sum), t.MetricNumberOfNotificationsDelivered(sum),
			t.MetricNumberOfNotificationsFilteredOut(sum)),
		graph("Not delivered", t.MetricNumberOfNotificationsFailed(sum),
			t.Metric(jsii.String("NumberOfNotificationsRedrivenToDlq"), sum), t.Metric(jsii.String("NumberOfNotificationsFailedToRedriveToDlq"), sum)),
	}}
	for _, q := range t.queues {
		name := *q.Node().Id()
		waiting := []awscloudwatch.IMetric{q.MetricApproximateNumberOfMessagesVisible(most), q.MetricApproximateNumberOfMessagesNotVisible(most)}
		if q.dead != nil {
			waiting = append(waiting, q.dead.queue.MetricApproximateNumberOfMessagesVisible(most))
		}
		rows = append(rows, &[]awscloudwatch.IWidget{
			graph(name+": messages", waiting...), graph(name+": age of the oldest message", q.MetricApproximateAgeOfOldestMessage(most)),
		})
	}
	return awscloudwatch.NewDashboard(t, id, &awscloudwatch.DashboardProps{Widgets: &rows})
}
