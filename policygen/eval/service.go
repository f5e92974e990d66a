package eval

import (
	"fmt"
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
)

// A knownService is a service of which the evaluator knows more than the logic that all services share.
type knownService struct {
	name    string // as messages have it
	actions actionNames
	// batch are operations that are authorized as the action without "Batch", and are no actions themselves.
	batch actionNames
	// alone are the actions that are about no single resource, and so asked with the resource "*".
	alone    actionNames
	resource string // what all other actions are about; empty if that differs, and "*" is a resource of some
	owner    string // the service segment in the ARN of a resource
}

// actionNames are names of actions, without the service.
type actionNames map[string]bool

func names(s string) actionNames {
	all := actionNames{}
	for _, name := range strings.Fields(s) {
		all[name], all[text.Lower(name)] = true, true
	}
	return all
}

// has reports whether name is among the names, which have no case.
func (n actionNames) has(name string) bool { return n[name] || n[text.Lower(name)] }

// knownServices are the services whose own rules the evaluator knows, by their names in actions.
//
// [Actions of Amazon SQS], [Actions of Amazon SNS], [Actions of AWS KMS], [Actions of AWS STS], [Batch actions of SQS],
// [Actions in SNS policies]
//
// [Actions of Amazon SQS]: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
// [Actions of Amazon SNS]: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html
// [Actions of AWS KMS]: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html
// [Actions of AWS STS]: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html
// [Batch actions of SQS]: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_AddPermission.html
// [Actions in SNS policies]: https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html
var knownServices = map[string]*knownService{
	"sqs": {name: "Amazon SQS", resource: "queue", owner: "sqs", alone: names("ListQueues"),
		actions: names(`AddPermission CancelMessageMoveTask ChangeMessageVisibility CreateQueue DeleteMessage DeleteQueue GetQueueAttributes
			GetQueueUrl ListDeadLetterSourceQueues ListMessageMoveTasks ListQueues ListQueueTags PurgeQueue ReceiveMessage RemovePermission
			SendMessage SetQueueAttributes StartMessageMoveTask TagQueue UntagQueue`),
		batch: names("ChangeMessageVisibilityBatch DeleteMessageBatch SendMessageBatch")},
	"sns": {name: "Amazon SNS", owner: "sns",
		actions: names(`AddPermission CheckIfPhoneNumberIsOptedOut ConfirmSubscription CreatePlatformApplication CreatePlatformEndpoint
			CreateSMSSandboxPhoneNumber CreateTopic DeleteEndpoint DeletePlatformApplication DeleteSMSSandboxPhoneNumber DeleteTopic
			GetDataProtectionPolicy GetEndpointAttributes GetPlatformApplicationAttributes GetSMSAttributes GetSMSSandboxAccountStatus
			GetSubscriptionAttributes GetTopicAttributes ListEndpointsByPlatformApplication ListOriginationNumbers ListPhoneNumbersOptedOut
			ListPlatformApplications ListSMSSandboxPhoneNumbers ListSubscriptions ListSubscriptionsByTopic ListTagsForResource ListTopics
			OptInPhoneNumber Publish PutDataProtectionPolicy Receive RemovePermission SetEndpointAttributes SetPlatformApplicationAttributes
			SetSMSAttributes SetSubscriptionAttributes SetTopicAttributes Subscribe TagResource Unsubscribe UntagResource
			VerifySMSSandboxPhoneNumber`),
		batch: names("PublishBatch")},
	"kms": {name: "AWS KMS", resource: "key", owner: "kms",
		alone: names(`ConnectCustomKeyStore CreateCustomKeyStore CreateKey DeleteCustomKeyStore DescribeCustomKeyStores
			DisconnectCustomKeyStore GenerateRandom ListAliases ListKeys ListRetirableGrants UpdateCustomKeyStore`),
		actions: names(`CancelKeyDeletion ConnectCustomKeyStore CreateAlias CreateCustomKeyStore CreateGrant CreateKey Decapsulate Decrypt
			DeleteAlias DeleteCustomKeyStore DeleteImportedKeyMaterial DeriveSharedSecret DescribeCustomKeyStores DescribeKey DisableKey
			DisableKeyRotation DisconnectCustomKeyStore EnableKey EnableKeyRotation Encapsulate Encrypt GenerateDataKey GenerateDataKeyPair
			GenerateDataKeyPairWithoutPlaintext GenerateDataKeyWithoutPlaintext GenerateMac GenerateRandom GetKeyLastUsage GetKeyPolicy
			GetKeyRotationStatus GetParametersForImport GetPublicKey ImportKeyMaterial ListAliases ListGrants ListKeyPolicies
			ListKeyRotations ListKeys ListResourceTags ListRetirableGrants PutKeyPolicy ReEncryptFrom ReEncryptTo ReplicateKey RetireGrant
			RevokeGrant RotateKeyOnDemand ScheduleKeyDeletion Sign SynchronizeMultiRegionKey TagResource UntagResource UpdateAlias
			UpdateCustomKeyStore UpdateKeyDescription UpdatePrimaryRegion Verify VerifyMac`)},
	"sts": {name: "AWS STS", owner: "iam",
		actions: names(`AssumeRole AssumeRoleWithSAML AssumeRoleWithWebIdentity AssumeRoot DecodeAuthorizationMessage GetAccessKeyInfo
			GetCallerIdentity GetDelegatedAccessToken GetFederationToken GetServiceBearerToken GetSessionToken GetWebIdentityToken SetContext
			SetSourceIdentity TagGetWebIdentityToken TagSession`)},
}

// aliasActions are the actions of KMS whose resource may be an alias.
//
// [Specifying KMS keys in IAM policy statements]
//
// [Specifying KMS keys in IAM policy statements]: https://docs.aws.amazon.com/kms/latest/developerguide/cmks-in-iam-policies.html
var aliasActions = names("CreateAlias DeleteAlias UpdateAlias")

// assumeActions are the actions of STS that are about a role, whose trust policy has to allow them.
//
// [Actions of AWS STS]
//
// [Actions of AWS STS]: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html
var assumeActions = names("AssumeRole AssumeRoleWithSAML AssumeRoleWithWebIdentity SetSourceIdentity TagSession")

// freeActions need no permission, so that no policy tells the outcome. A denial of the first has no effect either.
//
// [GetCallerIdentity], [Permissions for GetSessionToken]
//
// [GetCallerIdentity]: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
// [Permissions for GetSessionToken]: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getsessiontoken.html
var freeActions = names("GetCallerIdentity GetSessionToken")

// unsigned are the services that take unsigned requests where a policy allows them to everybody.
//
// [Basic examples of SQS policies], [Granting public access to S3]
//
// [Basic examples of SQS policies]: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-basic-examples-of-sqs-policies.html
// [Granting public access to S3]: https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html
var unsigned = map[string]bool{"sqs": true, "sns": true, "s3": true}

// underResourceControl says of services whether resource control policies limit their resources. Of those that are not here
// it is not known: AWS adds services to its list.
//
// [AWS services that support resource control policies], read in November 2026; SNS was not among them
//
// [AWS services that support resource control policies]: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
var underResourceControl = map[string]text.Truth{
	"sns": text.No,
	"s3":  text.Yes, "sts": text.Yes, "sqs": text.Yes, "kms": text.Yes, "secretsmanager": text.Yes, "cognito-idp": text.Yes,
	"cognito-identity": text.Yes, "dynamodb": text.Yes, "ecr": text.Yes, "aoss": text.Yes, "logs": text.Yes,
}

// resourceControlled says whether resource control policies count for the request.
func (r *run) resourceControlled() text.Truth {
	if r.managed || r.caller.serviceLinked() || isOutsideResourceControl(r.req.Action) {
		return text.No
	}
	if t, ok := underResourceControl[r.service]; ok {
		return t
	}
	return text.Maybe
}

// action returns the action's name without the service.
func (r *run) action() string { return r.req.Action[min(len(r.service)+1, len(r.req.Action)):] }

// standIn puts a resource that is not known in place of the request's, where that is none of its action: a star, or an alias
// of a key. AWS asks about the queue, key or role itself.
func (r *run) standIn() {
	s, star, what := knownServices[r.service], r.req.Resource == "*", ""
	switch {
	case s == nil || r.actionOpen || !star && !r.isAlias() || !s.actions.has(r.action()) || s.alone.has(r.action()):
	case star:
		if what = s.resource; r.service == "sts" && assumeActions.has(r.action()) {
			what = "role"
		}
	case !aliasActions.has(r.action()):
		what = s.resource
	}
	if what == "" {
		return
	}
	missing, p := "${the "+what+"}", r.resource.Parts
	if !star && r.resource.OK() {
		missing = "arn:" + p[1] + ":kms:" + p[3] + ":" + p[4] + ":key/" + missing
	}
	r.standsFor = what
	r.resource = text.ARN{}
	r.resource.Set(missing)
	r.resource.Prepare()
}

// isAlias reports whether the resource is an alias of a key that is not an AWS managed one.
func (r *run) isAlias() bool {
	return r.isKMS && !r.managed && (strings.HasPrefix(r.resource.Parts[5], "alias/") || strings.HasPrefix(string(r.req.Resource), "alias/"))
}

// free reports whether the request needs no permission.
func (r *run) free() bool { return r.service == "sts" && freeActions.has(r.action()) }

// doubt says why policies do not tell the outcome; empty if they do.
func (r *run) doubt() string {
	switch {
	case r.actionOpen:
	case r.free():
		return r.req.Action + " needs no permission"
	case r.caller.kind == nobody && !unsigned[r.service]:
		return fmt.Sprintf("it is not known that %s takes unsigned requests", r.service)
	case r.standsFor != "":
		return fmt.Sprintf("%s is no resource of %s, which is asked about one %s by its ARN", r.req.Resource, r.req.Action, r.standsFor)
	}
	return ""
}

// remark says why AWS would not ask the request as it is; empty if it would.
func (r *run) remark() string {
	s, name := knownServices[r.service], r.action()
	switch {
	case r.actionOpen:
	case s == nil:
		return fmt.Sprintf("of %s only the rules that all services share are known", r.service)
	case !s.actions.has(name) && s.batch.has(name):
		return fmt.Sprintf("%s is no action of %s, which authorizes it as %s", r.req.Action, s.name, r.req.Action[:len(r.req.Action)-len("Batch")])
	case !s.actions.has(name):
		return fmt.Sprintf("%s is no action of %s that is known", r.req.Action, s.name)
	case r.resource.OK() && r.resource.Parts[2] != s.owner && !text.Unresolved(r.resource.Parts[2]):
		return fmt.Sprintf("%s is no resource of %s", r.req.Resource, s.name)
	}
	return ""
}

// settle returns the outcome of what the policies say, which is o. What policies do not tell is not allowed, and what needs
// no permission no policy decides.
func (r *run) settle(o Outcome) Outcome {
	if o == Allowed && r.doubt() != "" || r.free() {
		return Undecided
	}
	return o
}

// Notes says what should be known about the request beside the outcome, each in one sentence without a period: that AWS
// would not ask it as it is, that a policy does not count, that a denial may be explicit, or that the evaluator knows only
// the logic that all services share.
func (d Decision) Notes() []string {
	r := d.run
	if r == nil {
		return nil
	}
	var all []string
	for _, note := range []string{r.doubt(), r.remark()} {
		if note != "" {
			all = append(all, note)
		}
	}
	if len(d.policies.resourceControl) > 0 {
		switch r.resourceControlled() {
		case text.No:
			all = append(all, "resource control policies do not count for "+r.req.Action+" here")
		case text.Maybe:
			all = append(all, "it is not known whether resource control policies count for "+r.service)
		}
	}
	if d.Outcome == ImplicitDeny && d.totals.deny == text.Maybe {
		all = append(all, "the denial may be explicit")
	}
	return all
}
