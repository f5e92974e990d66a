//go:build js && wasm

// Command generator answers the generator's form in a browser. It gives its worker a function generate, which takes and returns
// JSON, and the list of services.
package main

import (
	"syscall/js"

	"github.com/hopgrant/hopgrant/internal/generator"
	"github.com/hopgrant/hopgrant/internal/service"
)

func main() {
	var services []any
	for _, s := range service.All() {
		if !s.Regional {
			services = append(services, map[string]any{"principal": s.Principal, "name": s.Name})
		}
	}
	global := js.Global()
	global.Set("services", services)
	global.Set("generate", js.FuncOf(func(_ js.Value, args []js.Value) any { return generator.JSON(args[0].String(), nil) }))
	global.Call("ready")
	select {}
}
