package account

import (
	"context"
	"maps"

	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi/types"
	"github.com/hopgrant/hopgrant/internal/live"
)

// readOwners notes the value of the tag Options.OwnerTag at the topics, queues and keys that were read: see [live.TagAttribute].
//
// [GetResources]
//
// [GetResources]: https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
func (g *regional) readOwners(ctx context.Context) {
	name := g.reader.o.OwnerTag
	tagged, _ := list(ctx, g.scope, "", func(token *string) (page[types.ResourceTagMapping], error) {
		out, err := g.tags.GetResources(ctx, &resourcegroupstaggingapi.GetResourcesInput{
			ResourceTypeFilters: []string{"sns", "sqs", "kms:key"}, TagFilters: []types.TagFilter{{Key: &name}}, PaginationToken: token,
		})
		if err != nil {
			return page[types.ResourceTagMapping]{}, err
		}
		return page[types.ResourceTagMapping]{out.ResourceTagMappingList, out.PaginationToken}, nil
	})
	owners := map[string]string{}
	for _, r := range tagged {
		for _, tag := range r.Tags {
			if str(tag.Key) == name {
				owners[str(r.ResourceARN)] = str(tag.Value)
			}
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for id, r := range g.resources {
		switch id.typ {
		case "AWS::SNS::Topic", "AWS::SQS::Queue", "AWS::KMS::Key":
			// What an earlier reading found shares its attributes with that reading's snapshot.
			r.Attributes = maps.Clone(r.Attributes)
			delete(r.Attributes, live.TagAttribute(name))
			if owners[id.id] != "" {
				if r.Attributes == nil {
					r.Attributes = map[string]string{}
				}
				r.Attributes[live.TagAttribute(name)] = owners[id.id]
			}
			g.resources[id] = r
		}
	}
}
