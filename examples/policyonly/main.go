// Policyonly prints every policy document of a fan-out without the CDK: a topic, two queues under customer managed keys, a
// publisher, and a consumer for each queue.
package main

import (
	"fmt"
	"io"
	"os"

	"github.com/hopgrant/hopgrant/policygen"
)

// Documents returns the fan-out's documents.
func Documents() (policygen.Policies, error) {
	const key = policygen.KeyARN("arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab")
	return policygen.Generate(policygen.Options{}, policygen.Fanout{
		Topics:     []policygen.Topic{{ARN: "arn:aws:sns:us-east-1:111122223333:sales"}},
		Publishers: []policygen.Publisher{{Principal: policygen.RoleARN("arn:aws:iam::111122223333:role/till")}},
		Queues: []policygen.Subscription{{
			Queue:     policygen.Queue{ARN: "arn:aws:sqs:us-east-1:111122223333:invoices", Key: key},
			Consumers: []policygen.Consumer{{Principal: policygen.RoleARN("arn:aws:iam::111122223333:role/accounting")}},
		}, {
			Queue:     policygen.Queue{ARN: "arn:aws:sqs:us-east-1:111122223333:statistics"}, // SSE-SQS
			Consumers: []policygen.Consumer{{Principal: policygen.RoleARN("arn:aws:iam::111122223333:role/statistics"), Client: policygen.LambdaTrigger}},
		}},
	})
}

// Print writes each document under a line that says what it is to be attached to.
func Print(w io.Writer) error {
	all, err := Documents()
	if err != nil {
		return err
	}
	for _, a := range all {
		to := string(a.Resource)
		if a.On == policygen.OnIdentity {
			to = a.Principal.String()
		}
		if _, err := fmt.Fprintf(w, "# %s policy of %s\n%s\n", a.On, to, a.Document); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	if err := Print(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "policyonly: error:", err)
		os.Exit(1)
	}
}
