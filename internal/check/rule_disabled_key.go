package check

var ruleDisabledKey = &Rule{
	ID: "disabled-key", Severity: Error,
	Documentation: Documentation{
		Title: "a hop needs a disabled key",
		Text:  `A disabled key neither encrypts nor decrypts: SQS and SNS fail with KMS.DisabledException, whatever the policies allow.`,
		AWS: []string{
			"https://docs.aws.amazon.com/kms/latest/developerguide/enabling-keys.html",
		},
	},
	check: ruleDisabled,
}

func ruleDisabled(s *subject, r *Rule) []Finding {
	var all []Finding
	for i := range s.hops {
		h := &s.hops[i]
		if k := disabledKey(h); k != nil {
			f := s.hopFinding(r, h, "key "+k.ID+" is disabled: "+lost(h), k.Property("Enabled"))
			f.Elements = append(f.Elements, &k.Element)
			all = append(all, f)
		}
	}
	return all
}
