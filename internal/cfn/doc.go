// Package cfn reads CloudFormation templates (JSON, YAML, SAM) and CDK cloud assemblies into a topology.
//
// What CloudFormation would know at deployment and a file does not tell stays in the text as ${…}: ${AWS::Region},
// ${Parameter}, ${Resource.Attribute}, ${Fn::ImportValue(Name)}. The same text stands for the same value everywhere in one
// topology; where several stacks are read together, what belongs to one of them carries its name, as in ${Stack/Parameter}.
// A resource without a name of its own gets the one CloudFormation would make, ${AWS::StackName}-Orders-${Orders}, with
// the random part unknown.
//
// Conditions that are not known are tried both ways: [Read] returns one topology for each combination that can occur.
package cfn
