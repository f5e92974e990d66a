//go:build ignore

package main

import "github.com/hopgrant/hopgrant/integ/snapshots"

func main() { snapshots.Main("fanout", "Fanout") }
