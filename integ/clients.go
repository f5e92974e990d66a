package integ

import (
	"context"
	"fmt"
	"net/http"
	"os"

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
	Pace            Pace

	CloudFormation *cloudformation.Client
	IAM            *iam.Client
	KMS            *kms.Client
	S3             *s3.Client
	SNS            *sns.Client
	SQS            *sqs.Client
	SSM            *ssm.Client
	STS            *sts.Client
}

// EmulatorAccount is the emulator's account for requests that do not name one.
const EmulatorAccount = "123456789012"

// Clients returns clients of an emulated account, with made-up credentials: nothing of the environment is read, so that a
// test can never reach a real account.
func (e *Emulator) Clients(account, region string) *Clients {
	return emulatorClients(e.URL, account, region)
}

func emulatorClients(endpoint, account, region string) *Clients {
	return newClients(account, EmulatorPace, aws.Config{
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

// LoadClients returns clients for the credentials and Region that the environment has, as the AWS command line reads them.
// The account is asked for.
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
	pace := AWSPace
	if IsEmulated() {
		pace = EmulatorPace
	}
	c := newClients("", pace, cfg)
	who, err := c.STS.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return nil, fmt.Errorf("credentials: %w", err)
	}
	c.Account = aws.ToString(who.Account)
	return c, nil
}

func newClients(account string, pace Pace, cfg aws.Config) *Clients {
	return &Clients{
		Account:        account,
		Region:         cfg.Region,
		Pace:           pace,
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

// bootstrapVersion is the SSM parameter that templates of the CDK read; `cdk bootstrap` writes it.
const bootstrapVersion = "/cdk-bootstrap/hnb659fds/version"

// Seed pretends that the account was bootstrapped for the CDK, so that its templates can be created as they are.
func (c *Clients) Seed(ctx context.Context) error {
	_, err := c.SSM.PutParameter(ctx, &ssm.PutParameterInput{
		Name: aws.String(bootstrapVersion), Value: aws.String("30"), Type: ssmtypes.ParameterTypeString, Overwrite: aws.Bool(true),
	})
	if err != nil {
		return fmt.Errorf("parameter %q: %w", bootstrapVersion, err)
	}
	return nil
}
