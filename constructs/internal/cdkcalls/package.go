package cdkcalls

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"embed"
	"strings"
	"sync"

	cdk "github.com/aws/aws-cdk-go/awscdk/v2/jsii"
	"github.com/aws/jsii-runtime-go/runtime"
)

//go:embed js
var files embed.FS

const (
	name    = "@hopgrant/calls"
	version = "0.0.0"
	class   = runtime.FQN(name + ".Calls")
)

// tarball packs the files as jsii wants them, always the same: jsii caches packages by their content.
var tarball = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	zipped := gzip.NewWriter(&b)
	packed := tar.NewWriter(zipped)
	for _, name := range []string{"package.json", "index.js", "jsii.json"} {
		text, err := files.ReadFile("js/" + name)
		if err == nil {
			name = strings.Replace(name, "jsii.json", ".jsii", 1)
			err = packed.WriteHeader(&tar.Header{Name: "package/" + name, Mode: 0o644, Size: int64(len(text))})
		}
		if err == nil {
			_, err = packed.Write(text)
		}
		if err != nil {
			panic("cdkcalls: " + err.Error())
		}
	}
	if err := packed.Close(); err != nil {
		panic("cdkcalls: " + err.Error())
	}
	if err := zipped.Close(); err != nil {
		panic("cdkcalls: " + err.Error())
	}
	return b.Bytes()
})

// load loads the class into the process of the CDK; again where that process is another one.
func load() {
	cdk.Initialize()
	runtime.Load(name, version, tarball())
}
