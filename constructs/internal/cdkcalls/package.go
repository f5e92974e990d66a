package cdkcalls

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"embed"
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

// tarball packs the files as jsii wants them.
var tarball = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	zipped := gzip.NewWriter(&b)
	packed := tar.NewWriter(zipped)
	for from, to := range map[string]string{"js/package.json": "package.json", "js/index.js": "index.js", "js/jsii.json": ".jsii"} {
		text, err := files.ReadFile(from)
		if err == nil {
			err = packed.WriteHeader(&tar.Header{Name: "package/" + to, Mode: 0o644, Size: int64(len(text))})
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
