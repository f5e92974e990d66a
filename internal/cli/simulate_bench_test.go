package cli

import (
	"bytes"
	"fmt"
	"testing"
	"time"
)

// simulatedLines returns n requests of consumers on the keys of their queues, of which each sets-th has the same policies: an
// identity policy and a key policy of three statements each.
func simulatedLines(n, sets int) []byte {
	var b bytes.Buffer
	for i := range n {
		q := fmt.Sprintf("orders-%d", i%sets)
		fmt.Fprintf(&b, `{"id":"%d","request":{"principal":"arn:aws:iam::111122223333:role/consumer","action":"kms:Decrypt","resource":"arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",`+
			`"context":{"kms:ViaService":"sqs.us-east-2.amazonaws.com","kms:CallerAccount":"111122223333","aws:PrincipalIsAWSService":"false"}},`+
			`"identityPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["sqs:ReceiveMessage","sqs:DeleteMessage","sqs:GetQueueAttributes"],"Resource":"arn:aws:sqs:us-east-2:111122223333:%s"},`+
			`{"Effect":"Allow","Action":"kms:Decrypt","Resource":"arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab","Condition":{"StringEquals":{"kms:ViaService":"sqs.us-east-2.amazonaws.com"}}},`+
			`{"Effect":"Deny","Action":"sqs:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}],`+
			`"resourcePolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"kms:*","Resource":"*"},`+
			`{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":["kms:GenerateDataKey*","kms:Decrypt"],"Resource":"*","Condition":{"ArnEquals":{"aws:SourceArn":"arn:aws:sns:us-east-2:111122223333:%s"}}},`+
			`{"Effect":"Deny","Principal":"*","Action":"kms:*","Resource":"*","Condition":{"StringNotEquals":{"kms:CallerAccount":"111122223333"},"Bool":{"aws:PrincipalIsAWSService":"false"}}}]}}`+"\n", i, q, q)
	}
	return b.Bytes()
}

// BenchmarkSimulate runs the command over requests that share policies: all of them one set, and ever more sets until each
// has its own.
func BenchmarkSimulate(b *testing.B) {
	const n = 13000
	for _, sets := range []int{1, 200, 2000, n} {
		b.Run(fmt.Sprintf("sets=%d", sets), func(b *testing.B) {
			in := simulatedLines(n, sets)
			b.SetBytes(int64(len(in)))
			start := time.Now()
			for b.Loop() {
				var out, err bytes.Buffer
				c := Command{Stdin: bytes.NewReader(in), Stdout: &out, Stderr: &err}
				if status := c.Main([]string{"simulate"}); status != StatusOK || bytes.Count(out.Bytes(), []byte(`"decision":"allowed"`)) != n {
					b.Fatalf("status %d, %.300s", status, err.String())
				}
			}
			b.ReportMetric(float64(n*b.N)/time.Since(start).Seconds(), "decisions/s")
		})
	}
}
