// Package account calls the APIs of one AWS account and Region, real or emulated, and deploys stacks in it.
package account

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// Clients are the AWS clients of one account and Region.
type Clients struct {
	Account, Region string
	Timing          Timing

	CloudFormation *cloudformation.Client
	IAM            *iam.Client
	KMS            *kms.Client
	S3             *s3.Client
	SNS            *sns.Client
	SQS            *sqs.Client
	SSM            *ssm.Client
	STS            *sts.Client
}

// Emulated returns clients of an emulated account, with made-up credentials. It reads nothing from the environment, so
// a test can never reach a real account.
func Emulated(endpoint, account, region string) *Clients {
	return newClients(account, EmulatorTiming, aws.Config{
		Region:       region,
		BaseEndpoint: aws.String(endpoint),
		Credentials:  credentials.NewStaticCredentialsProvider("testing", "testing", ""),
		HTTPClient:   &http.Client{Transport: accountHeader{account}},
	})
}

// accountHeader names the account of a request to the emulator, which takes any credentials.
type accountHeader struct{ account string }

func (h accountHeader) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("x-moto-account-id", h.account)
	return http.DefaultTransport.RoundTrip(r)
}

// LoadClients returns clients for the credentials and Region of the environment, as the AWS command line reads them. It
// asks AWS for the account.
func LoadClients(ctx context.Context) (*Clients, error) {
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		if bundle := os.Getenv("AWS_CA_BUNDLE"); bundle != "" {
			err = fmt.Errorf("%w (AWS_CA_BUNDLE is %q; unset it if that file is not what you want)", err, bundle)
		}
		return nil, err
	}
	if cfg.Region == "" {
		return nil, fmt.Errorf("region: none given, set AWS_REGION")
	}
	timing := AWSTiming
	if IsEmulated() {
		timing = EmulatorTiming
	}
	c := newClients("", timing, cfg)
	who, err := c.STS.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return nil, fmt.Errorf("credentials: %w", err)
	}
	c.Account = aws.ToString(who.Account)
	return c, nil
}

func newClients(account string, timing Timing, cfg aws.Config) *Clients {
	return &Clients{
		Account:        account,
		Region:         cfg.Region,
		Timing:         timing,
		CloudFormation: cloudformation.NewFromConfig(cfg),
		IAM:            iam.NewFromConfig(cfg),
		KMS:            kms.NewFromConfig(cfg),
		S3:             s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = cfg.BaseEndpoint != nil || IsEmulated() }),
		SNS:            sns.NewFromConfig(cfg),
		SQS:            sqs.NewFromConfig(cfg),
		SSM:            ssm.NewFromConfig(cfg),
		STS:            sts.NewFromConfig(cfg),
	}
}

// bootstrapVersion is the SSM parameter that "cdk bootstrap" writes and that templates of the CDK read.
const bootstrapVersion = "/cdk-bootstrap/hnb659fds/version"

// Seed pretends that the account was bootstrapped for the CDK, so that the CDK's templates can be deployed unchanged.
func (c *Clients) Seed(ctx context.Context) error {
	_, err := c.SSM.PutParameter(ctx, &ssm.PutParameterInput{
		Name: aws.String(bootstrapVersion), Value: aws.String("30"), Type: ssmtypes.ParameterTypeString, Overwrite: aws.Bool(true),
	})
	if err != nil {
		return fmt.Errorf("parameter %q: %w", bootstrapVersion, err)
	}
	return nil
}

// IsEmulated reports whether the environment points the AWS SDKs to another endpoint than AWS.
func IsEmulated() bool {
	for _, v := range os.Environ() {
		if name, value, _ := strings.Cut(v, "="); strings.HasPrefix(name, "AWS_ENDPOINT_URL") && value != "" {
			return true
		}
	}
	return false
}

// A Timing says how patient a run is. An emulator answers at once and delivers before Publish returns; AWS does
// neither.
type Timing struct {
	// Poll is how long a receive waits for messages, in seconds (at most 20). Without waiting, SQS asks only some of its servers
	// and may miss messages.
	Poll int32
	// Arrival is how long a run waits for a message that does not come.
	Arrival time.Duration
	// PolicyChange is how long a changed policy may take to have an effect.
	PolicyChange time.Duration
	// KeyPolicyChange is the same for key policies. SQS keeps using a data key for the queue's data key reuse period.
	//
	// [Data key reuse period]
	//
	// [Data key reuse period]: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html
	KeyPolicyChange time.Duration
}

// EmulatorTiming suits an emulator. It waits only if a message is lost.
var EmulatorTiming = Timing{Arrival: 2 * time.Second}

// AWSTiming suits a real account. The data key reuse period of our queues is SQS's default, five minutes.
var AWSTiming = Timing{Poll: 5, Arrival: time.Minute, PolicyChange: time.Minute, KeyPolicyChange: 6 * time.Minute}
