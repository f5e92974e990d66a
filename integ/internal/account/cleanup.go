package account

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"
)

// Bootstrapped reports whether the account and Region are prepared for the CDK.
func (c *Clients) Bootstrapped(ctx context.Context) (bool, error) {
	_, err := c.SSM.GetParameter(ctx, &ssm.GetParameterInput{Name: aws.String(bootstrapVersion)})
	var missing *ssmtypes.ParameterNotFound
	if errors.As(err, &missing) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("parameter %q: %w", bootstrapVersion, err)
	}
	return true, nil
}

// StackExists reports whether there is a stack of that name.
func (c *Clients) StackExists(ctx context.Context, name string) (bool, error) {
	out, err := c.CloudFormation.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: aws.String(name)})
	switch {
	case err != nil && stackGone(err):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("stack %q: %w", name, err)
	}
	return out.Stacks[0].StackStatus != types.StackStatusDeleteComplete, nil
}

// pendingDays is the shortest waiting period, in days, before KMS deletes a key.
const pendingDays = 7

// DeleteRetained deletes a resource that a stack left behind, and says how it was deleted.
func (c *Clients) DeleteRetained(ctx context.Context, typ, id string) (string, error) {
	switch typ {
	case "AWS::KMS::Key":
		_, err := c.KMS.ScheduleKeyDeletion(ctx, &kms.ScheduleKeyDeletionInput{KeyId: aws.String(id), PendingWindowInDays: aws.Int32(pendingDays)})
		return fmt.Sprintf("will be deleted in %d days", pendingDays), err
	case "AWS::S3::Bucket":
		return "deleted", c.deleteBucket(ctx, id)
	}
	return "stays; delete it by hand if you don't want it", nil
}

// deleteBucket deletes a bucket without versions, and all of its objects.
func (c *Clients) deleteBucket(ctx context.Context, bucket string) error {
	pages := s3.NewListObjectsV2Paginator(c.S3, &s3.ListObjectsV2Input{Bucket: aws.String(bucket)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		var ids []s3types.ObjectIdentifier
		for _, o := range page.Contents {
			ids = append(ids, s3types.ObjectIdentifier{Key: o.Key})
		}
		if len(ids) == 0 {
			continue
		}
		if _, err := c.S3.DeleteObjects(ctx, &s3.DeleteObjectsInput{Bucket: aws.String(bucket), Delete: &s3types.Delete{Objects: ids}}); err != nil {
			return err
		}
	}
	_, err := c.S3.DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: aws.String(bucket)})
	return err
}
