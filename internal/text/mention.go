package text

import "strings"

// Mentions returns the ARNs and URLs that a text is or holds, up to the next character that none of them has.
func Mentions(s string) []string {
	var all []string
	for _, begin := range []string{"arn:", "https://"} {
		for at := 0; at < len(s); {
			i := strings.Index(s[at:], begin)
			if i < 0 {
				break
			}
			at += i
			end := at + len(begin)
			for end < len(s) {
				if strings.HasPrefix(s[end:], "${") {
					before, reference, _ := Cut(s[end:])
					if before == "" && reference != "" {
						end += len(reference)
						continue
					}
				}
				if strings.IndexByte(" \t\r\n\"'`<>,;()[]{}|&\\$?#=", s[end]) >= 0 {
					break
				}
				end++
			}
			all = append(all, s[at:end])
			at = end
		}
	}
	return all
}
