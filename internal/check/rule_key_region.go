package check

var ruleKeyRegion = &Rule{
	ID: "key-region", Severity: Error,
	Documentation: Documentation{
		Title: "the key is in another Region",
		Text:  `A queue or topic uses keys of its own Region only.`,
		AWS: []string{
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html",
		},
	},
	check: keyRegion,
}

func keyRegion(s *subject, r *Rule) []Finding {
	var all []Finding
	seen := map[string]bool{}
	for i := range s.hops {
		h := &s.hops[i]
		for _, err := range keyRegions(&h.Hop) {
			if !seen[err.Error()] {
				seen[err.Error()] = true
				all = append(all, s.hopFinding(r, h, err.Error(), h.By.At))
			}
		}
	}
	return all
}
