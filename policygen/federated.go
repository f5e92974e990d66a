package policygen

// FederatedUserARN is the ARN of a federated user's session, arn:aws:sts::account:federated-user/name. It makes requests,
// but hopgrant generates no grants for it: [ParsePrincipal] refuses it.
//
// [AWS STS federated user session principals]
//
// [AWS STS federated user session principals]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#sts-session-principals
type FederatedUserARN string

// FederatedIdentity is somebody whom an identity provider vouches for: the provider's domain, such as
// cognito-identity.amazonaws.com, or the ARN of the account's OIDC or SAML provider. Its only request is to assume a role,
// and hopgrant generates no grants for it: [ParsePrincipal] refuses it.
//
// [Federated principals]
//
// [Federated principals]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-federated-web-identity
type FederatedIdentity string

func (p FederatedUserARN) String() string  { return string(p) }
func (p FederatedIdentity) String() string { return string(p) }

func (FederatedUserARN) isPrincipal()  {}
func (FederatedIdentity) isPrincipal() {}
