//go:build js && wasm

// Command languages is the generator with all languages, for when somebody asks for another one than JSON.
package main

import (
	"syscall/js"

	"github.com/hopgrant/hopgrant/internal/generator"
	"github.com/hopgrant/hopgrant/internal/generator/language"
)

func main() {
	all := language.All()
	js.Global().Set("generate", js.FuncOf(func(_ js.Value, args []js.Value) any { return generator.JSON(args[0].String(), all) }))
	js.Global().Call("ready")
	select {}
}
