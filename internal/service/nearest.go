package service

import "github.com/hopgrant/hopgrant/internal/value"

// Nearest returns the principal of the service that a misspelled principal most likely means, "" if none is like it.
func Nearest(principal string) string {
	all := make([]string, len(services))
	for i := range services {
		all[i] = services[i].Principal
	}
	return value.Nearest(principal, all)
}
