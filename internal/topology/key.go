package topology

import (
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// A Key is a KMS key.
type Key struct {
	Element
	// ARN is the key's ARN. Of a foreign key that is only known by an alias or by its id, it is text of the form
	// arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/${alias/NAME} with whatever of it is known.
	ARN policygen.KeyARN
	// Policy is the key policy; nil if it is not known. A key without one in its template has
	// [policygen.DefaultKeyPolicy], which the reader fills in.
	Policy *Policy
	// Possible are policies of which it is not known whether they are the key's too.
	Possible []*Policy
	// Aliases are the names of the aliases that the file gives to the key, such as "alias/orders".
	Aliases []string
	// AWSManaged is "sqs" or "sns" for the AWS managed keys alias/aws/sqs and alias/aws/sns. Such a key is not Foreign, and
	// has no Policy: package eval knows it.
	AWSManaged string
	// Enabled is No for a key that the file disables. State is what KMS calls the state of one in an account that it does not let be
	// used, such as "PendingDeletion"; empty if Enabled says all.
	Enabled text.Truth
	State   string
	// Cannot says why SQS and SNS cannot use the key, and May why it is not known whether they can; empty if they can.
	Cannot, May string
}

// Specify notes what KeySpec, KeyUsage and Origin, or their defaults, say of the key.
//
// [Key spec reference]
//
// [Key spec reference]: https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html
func (k *Key) Specify(spec, usage, origin string) {
	for _, is := range [][3]string{{"KeySpec", spec, "SYMMETRIC_DEFAULT"}, {"KeyUsage", usage, "ENCRYPT_DECRYPT"}} {
		switch {
		case is[1] == "" || is[1] == is[2]:
		case text.Unresolved(is[1]):
			k.May = "its " + is[0] + " is " + is[1]
		case k.Cannot == "":
			k.Cannot = "its " + is[0] + " is " + is[1]
		}
	}
	if origin == "EXTERNAL" {
		k.May = "its key material is imported, which is done elsewhere"
	}
}

// Refused says why KMS refuses the key's policy, whose principals it has to see: one is of another partition than the key or than
// another one. It is empty if none is.
//
// [PutKeyPolicy], [Partitions]
//
// [PutKeyPolicy]: https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html
// [Partitions]: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_cross_partition.html
func (k *Key) Refused() string {
	first := string(k.ARN)
	if k.Policy == nil {
		return ""
	}
	for i := range k.Policy.Document.Statements {
		s := &k.Policy.Document.Statements[i]
		for _, of := range []*policygen.Principals{s.Principal, s.NotPrincipal} {
			if of == nil {
				continue
			}
			for _, principal := range of.AWS {
				switch its, own := text.Known(principal, text.Partition), text.Known(first, text.Partition); {
				case its == "" || its == own:
				case own == "":
					first = principal
				default:
					return "its policy names " + principal + ", which is of another partition than " + first + ", and KMS refuses principals that it does not see"
				}
			}
		}
	}
	return ""
}

// A KeyRef is a reference from a topic or queue to its key.
type KeyRef struct {
	Key     *Key   // never nil; a key that is known by nothing but the reference is Foreign
	Written string // as written: an id, ARN, alias or alias ARN, or the reference's text
	At      Position
	Alias   bool // the reference goes through an alias
}

// arn returns the ARN of the key, or for an AWS managed key its alias, as policygen has it.
func (r *KeyRef) arn() policygen.KeyARN {
	switch {
	case r == nil || r.Key == nil:
		return ""
	case r.Key.AWSManaged != "":
		return policygen.KeyARN("alias/aws/" + r.Key.AWSManaged)
	}
	return r.Key.ARN
}
