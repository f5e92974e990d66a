package eval

// WithResourceOf returns policies that are c's, but for the resource policy and the resource control policies, which are
// those of other. Both stay as they are: who asks for many pairs of principal and resource prepares each document once.
func (c *Compiled) WithResourceOf(other *Compiled) *Compiled {
	combined := *c
	combined.resource, combined.unknownResource = other.resource, other.unknownResource
	combined.resourceControl = other.resourceControl
	combined.statements = c.statements + other.statements
	return &combined
}
