//go:build integ

package integ

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	awspolicy "github.com/hashicorp/awspolicyequivalence"

	"github.com/hopgrant/hopgrant/integ/internal/account"
	"github.com/hopgrant/hopgrant/integ/internal/emulator"
	"github.com/hopgrant/hopgrant/integ/internal/flow"
	"github.com/hopgrant/hopgrant/integ/internal/linter"
)

// TestDocumentsThroughTheAPI checks that the API accepts every document that "hopgrant policy" prints, and that it
// means the same when it is read back, as compared by HashiCorp's library.
func TestDocumentsThroughTheAPI(t *testing.T) {
	p := newDocumentAPI(t)
	for _, file := range documentFiles(t) {
		t.Run(filepath.Base(filepath.Dir(file))+"/"+filepath.Base(file), func(t *testing.T) {
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			kind, _, _ := strings.Cut(filepath.Base(file), "-")
			set, ok := map[string]func(context.Context, string) (string, error){
				"identity": p.identity, "queue": p.queue, "topic": p.topic, "key": p.key,
			}[kind]
			if !ok {
				t.Fatalf("got a document for %q, want identity, queue, topic or key", kind)
			}
			got, err := set(t.Context(), string(want))
			if err != nil {
				t.Fatal(err)
			}
			if same, err := awspolicy.PoliciesAreEquivalent(got, string(want)); err != nil || !same {
				t.Errorf("got %s (%v), want the same as %s", got, err, want)
			}
			other := strings.Replace(string(want), ":", ":x", 1)
			other = strings.Replace(other, `"Allow"`, `"Deny"`, 1)
			if same, err := awspolicy.PoliciesAreEquivalent(got, other); err == nil && same {
				t.Errorf("the comparison takes %s for the same as %s", got, other)
			}
		})
	}
}

// documentFiles returns the JSON files of all policy commands.
func documentFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(policyDocuments(t), "*", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"identity-", "queue-", "topic-", "key-"} {
		if !slices.ContainsFunc(files, func(f string) bool { return strings.HasPrefix(filepath.Base(f), kind) }) {
			t.Errorf("got documents %q, want one that begins with %q", files, kind)
		}
	}
	return files
}

// A documentAPI sets documents on resources of the emulator and reads them back.
type documentAPI struct {
	c        *account.Clients
	url      *string
	topicARN *string
	keyID    *string
	policies int
}

func newDocumentAPI(t *testing.T) *documentAPI {
	t.Helper()
	p := &documentAPI{c: plain.Clients(emulator.Account, "us-east-1")}
	queue, err := p.c.SQS.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("orders")})
	if err != nil {
		t.Fatal(err)
	}
	topic, err := p.c.SNS.CreateTopic(t.Context(), &sns.CreateTopicInput{Name: aws.String("sales")})
	if err != nil {
		t.Fatal(err)
	}
	key, err := p.c.KMS.CreateKey(t.Context(), &kms.CreateKeyInput{})
	if err != nil {
		t.Fatal(err)
	}
	p.url, p.topicARN, p.keyID = queue.QueueUrl, topic.TopicArn, key.KeyMetadata.KeyId
	return p
}

func (p *documentAPI) identity(ctx context.Context, doc string) (string, error) {
	p.policies++
	made, err := p.c.IAM.CreatePolicy(ctx, &iam.CreatePolicyInput{
		PolicyName: aws.String("pasted-" + string(rune('a'+p.policies))), PolicyDocument: aws.String(doc),
	})
	if err != nil {
		return "", err
	}
	text, err := flow.ManagedPolicy(ctx, p.c, aws.ToString(made.Policy.Arn))
	if err != nil {
		return "", err
	}
	return url.PathUnescape(text)
}

func (p *documentAPI) queue(ctx context.Context, doc string) (string, error) {
	_, err := p.c.SQS.SetQueueAttributes(ctx, &sqs.SetQueueAttributesInput{QueueUrl: p.url, Attributes: map[string]string{"Policy": doc}})
	if err != nil {
		return "", err
	}
	return p.readQueue(ctx)
}

func (p *documentAPI) readQueue(ctx context.Context) (string, error) {
	out, err := p.c.SQS.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: p.url, AttributeNames: []sqstypes.QueueAttributeName{sqstypes.QueueAttributeNamePolicy},
	})
	if err != nil {
		return "", err
	}
	return out.Attributes["Policy"], nil
}

func (p *documentAPI) topic(ctx context.Context, doc string) (string, error) {
	_, err := p.c.SNS.SetTopicAttributes(ctx, &sns.SetTopicAttributesInput{
		TopicArn: p.topicARN, AttributeName: aws.String("Policy"), AttributeValue: aws.String(doc),
	})
	if err != nil {
		return "", err
	}
	return p.readTopic(ctx)
}

func (p *documentAPI) readTopic(ctx context.Context) (string, error) {
	out, err := p.c.SNS.GetTopicAttributes(ctx, &sns.GetTopicAttributesInput{TopicArn: p.topicARN})
	if err != nil {
		return "", err
	}
	return out.Attributes["Policy"], nil
}

func (p *documentAPI) key(ctx context.Context, doc string) (string, error) {
	_, err := p.c.KMS.PutKeyPolicy(ctx, &kms.PutKeyPolicyInput{KeyId: p.keyID, PolicyName: aws.String("default"), Policy: aws.String(doc)})
	if err != nil {
		return "", err
	}
	return p.readKey(ctx)
}

func (p *documentAPI) readKey(ctx context.Context) (string, error) {
	out, err := p.c.KMS.GetKeyPolicy(ctx, &kms.GetKeyPolicyInput{KeyId: p.keyID, PolicyName: aws.String("default")})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.Policy), nil
}

func (p *documentAPI) readRole(ctx context.Context, role *string) (string, error) {
	out, err := p.c.IAM.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: role, PolicyName: aws.String("hopgrant")})
	if err != nil {
		return "", err
	}
	return url.PathUnescape(aws.ToString(out.PolicyDocument))
}

// TestAWSCLIFormat runs the commands with the AWS CLI against the emulator, and compares what the API then has with the JSON format.
func TestAWSCLIFormat(t *testing.T) {
	p := newDocumentAPI(t)
	cli, err := tools.Python("aws")
	if err != nil {
		t.Fatal(err)
	}
	role := aws.String("app")
	if _, err := p.c.IAM.CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: role, AssumeRolePolicyDocument: aws.String(
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`)}); err != nil {
		t.Fatal(err)
	}
	key := strings.Replace(docKey, "1234abcd-12ab-34cd-56ef-1234567890ab", aws.ToString(p.keyID), 1)
	for _, name := range []string{"producer-other", "publisher-s3", "consumer", "sns"} {
		t.Run(name, func(t *testing.T) {
			args := slices.Clone(policyCommands[name])
			for i := range args {
				args[i] = strings.Replace(args[i], docKey, key, 1)
			}
			// Without the flag, a command about a queue goes to the host of the queue's URL.
			const atEmulator = `aws() { "$AWS" --endpoint-url "$EMULATOR" "$@"; }` + "\n"
			cmd := exec.CommandContext(t.Context(), "sh", "-c", atEmulator+runPolicy(t, append(args, "--format", "aws-cli")...))
			cmd.Env = append(os.Environ(), "AWS="+cli, "EMULATOR="+plain.URL, "AWS_ACCESS_KEY_ID=testing", "AWS_SECRET_ACCESS_KEY=testing", "AWS_DEFAULT_REGION=us-east-1")
			output(t, cmd)

			var got []string
			for _, want := range jsonDocuments(t, args) {
				var text string
				switch {
				case strings.Contains(want, `"Principal"`) && strings.Contains(want, `"kms:`):
					text, err = p.readKey(t.Context())
				case strings.Contains(want, `"Principal"`) && strings.Contains(want, `"sqs:`):
					text, err = p.readQueue(t.Context())
				case strings.Contains(want, `"Principal"`):
					text, err = p.readTopic(t.Context())
				default:
					text, err = p.readRole(t.Context(), role)
				}
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, text)
			}
			compareDocuments(t, got, jsonDocuments(t, args))
		})
	}
}

// TestCloudFormationFormat checks that the CloudFormation format is one template for each account, without findings of
// cfn-lint.
func TestCloudFormationFormat(t *testing.T) {
	var files []string
	dir := t.TempDir()
	for name, args := range policyCommands {
		text := runPolicy(t, append(slices.Clone(args), "--format", "cloudformation")...)
		for i, template := range strings.Split(text, "\n---\n") {
			file := filepath.Join(dir, fmt.Sprintf("%s-%d.yaml", name, i))
			if err := os.WriteFile(file, []byte(template), 0o600); err != nil {
				t.Fatal(err)
			}
			files = append(files, file)
		}
	}
	findings, err := linter.CfnLint(t.Context(), tools, files...)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range findings {
		t.Error(f)
	}
}

// TestTerraformFormat checks that the Terraform formats are valid HCL in the style of "terraform fmt", and that the
// documents of the one with jsonencode, as terraform evaluates them, mean what the JSON format says. Terraform validates both with a
// provider that knows the arguments of their types. Without a terraform program HashiCorp's libraries read and evaluate the file, and
// neither style nor arguments are checked.
func TestTerraformFormat(t *testing.T) {
	terraform, err := exec.LookPath("terraform")
	if err != nil {
		t.Log("no terraform program found: parsed with HashiCorp's HCL only, without terraform fmt -check and terraform validate")
	}
	provider := stubProvider(t)
	if out, ok := validate(t, terraform, provider, "resource \"aws_sqs_queue_policy\" \"orders\" {\n  queue  = \"https://…\"\n  policy = \"{}\"\n}\n"); terraform != "" && (ok || !strings.Contains(out, `"queue_url" is required`)) {
		t.Errorf("terraform validate accepts a queue policy without queue_url:\n%s", out)
	}
	for name, args := range policyCommands {
		t.Run(name, func(t *testing.T) {
			encoded := runPolicy(t, append(slices.Clone(args), "--format", "terraform-jsonencode")...)
			for _, text := range []string{encoded, runPolicy(t, append(slices.Clone(args), "--format", "terraform")...)} {
				if terraform == "" {
					break
				}
				cmd := exec.CommandContext(t.Context(), terraform, "fmt", "-check", "-diff", "-no-color", "-")
				cmd.Stdin = strings.NewReader(text)
				var diff bytes.Buffer
				cmd.Stdout = &diff
				if err := cmd.Run(); err != nil {
					t.Errorf("terraform fmt: %v\n%s", err, diff.String())
				}
				if out, ok := validate(t, terraform, provider, text); !ok {
					t.Errorf("terraform validate:\n%s\n%s", out, text)
				}
			}
			got, err := terraformPolicies(encoded)
			if err != nil {
				t.Fatal(err)
			}
			want := jsonDocuments(t, args)
			compareDocuments(t, got, want)
			if terraform != "" {
				compareDocuments(t, evaluatedPolicies(t, terraform, encoded), want)
			}
		})
	}
}

// stubProvider builds the provider that knows the arguments of the types that hopgrant writes, and returns the CLI configuration that
// puts it in place of the AWS provider.
//
// [Development overrides]
//
// [Development overrides]: https://developer.hashicorp.com/terraform/cli/config/config-file#development-overrides-for-provider-developers
func stubProvider(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	output(t, exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(dir, "terraform-provider-aws"), "./stubprovider"))
	path := filepath.Join(dir, "terraform.rc")
	text := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"hashicorp/aws\" = %q\n  }\n}\n", dir)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// validate returns what terraform validate says of a configuration, and whether it is valid.
func validate(t *testing.T, terraform, provider, text string) (string, bool) {
	t.Helper()
	if terraform == "" {
		return "", false
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), terraform, "validate", "-no-color")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "TF_CLI_CONFIG_FILE="+provider)
	out, err := cmd.CombinedOutput()
	return string(out), err == nil
}

// TestGoFormat checks that the Go format compiles, and that the program synthesizes templates with the documents of the
// JSON format.
func TestGoFormat(t *testing.T) {
	dir := t.TempDir()
	args := []string{"fanout", "-f", filepath.Join("testdata", "fanout.yaml")}
	source := filepath.Join(dir, "main.go")
	if err := os.WriteFile(source, []byte(runPolicy(t, append(slices.Clone(args), "--format", "cdk-go")...)), 0o600); err != nil {
		t.Fatal(err)
	}
	program, err := tools.Build(dir, source)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program)
	cmd.Env = append(os.Environ(), "CDK_OUTDIR="+filepath.Join(dir, "cdk.out"), "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=20")
	output(t, cmd)
	got, err := templatePolicies(filepath.Join(dir, "cdk.out"))
	if err != nil {
		t.Fatal(err)
	}
	compareDocuments(t, got, jsonDocuments(t, args))
}

// jsonDocuments returns the documents of a policy command in JSON.
func jsonDocuments(t *testing.T, args []string) []string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "documents")
	runPolicy(t, append(slices.Clone(args), "--output-dir", dir)...)
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	var docs []string
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		docs = append(docs, string(data))
	}
	return docs
}

// compareDocuments reports documents without an equivalent on the other side.
func compareDocuments(t *testing.T, got, want []string) {
	t.Helper()
	if len(want) == 0 || len(got) != len(want) {
		t.Errorf("got %d documents, want %d and at least one", len(got), len(want))
	}
	for _, w := range want {
		i := slices.IndexFunc(got, func(g string) bool {
			same, err := awspolicy.PoliciesAreEquivalent(g, w)
			return err == nil && same
		})
		if i < 0 {
			t.Errorf("got %s, want one that is the same as %s", strings.Join(got, "\n"), w)
			continue
		}
		got = slices.Delete(got, i, i+1)
	}
}
