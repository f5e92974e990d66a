//go:build ignore

package main

import "github.com/hopgrant/hopgrant/integ/internal/snapshot"

func main() { snapshot.Main("fanout", "Fanout") }
