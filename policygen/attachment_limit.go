package policygen

// CheckLimits returns a [*LimitError] for the first of AWS's limits that the document passes, and nil if there is none.
// [Generate] does that for its own documents; this is for those that come from elsewhere. An identity policy is measured as
// a managed policy.
func (a Attachment) CheckLimits() error { return checkLimits(a) }
