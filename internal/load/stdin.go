package load

import (
	"bytes"
	"cmp"
	"path/filepath"

	"github.com/hopgrant/hopgrant/internal/cfn"
	"github.com/hopgrant/hopgrant/internal/fanoutfile"
	"github.com/hopgrant/hopgrant/internal/live"
	"github.com/hopgrant/hopgrant/internal/terraform"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// Stdin is the path of the standard input, whose content is in [Options.Content] under [Options.StdinPath], by default StdinName.
const (
	Stdin     = "-"
	StdinName = "stdin"
)

// stdin returns the source of the standard input. If it is a source of Terraform, that is its folder, in which it stands for its file.
func (o *Options) stdin() source {
	path := cmp.Or(o.StdinPath, StdinName)
	if terraform.IsSource(filepath.Base(path)) {
		return source{path: filepath.Dir(path), named: true}
	}
	return source{path: path, named: true, stdin: true}
}

// readStdin reads a template, plan, saved plan, state, fanout.yaml or snapshot by what it begins like, whatever its name.
func readStdin(name string, o Options) ([]*topology.Topology, error) {
	data := o.Content[name]
	deployed := terraform.Options{Account: o.Account, Region: o.Region}
	head := data[:min(len(data), 64<<10)]
	switch {
	case live.Detect(head):
		s, err := live.Parse(name, data)
		if err != nil {
			return nil, err
		}
		return one(s.Topology(name))
	case terraform.DetectSaved(head):
		return one(terraform.ReadSavedBytes(name, data, deployed))
	case terraform.DetectState(head):
		return one(terraform.ReadStateBytes(name, data, deployed))
	case terraform.Detect(head):
		return one(terraform.ReadBytes(name, data, deployed))
	case looksLikeFanout(head):
		if err := value.CheckSize(name, int64(len(data)), fanoutfile.MaxSize); err != nil {
			return nil, err
		}
		f, err := fanoutfile.Parse(name, data)
		if err != nil {
			return nil, err
		}
		return one(f.Topology(), nil)
	}
	if err := value.CheckSize(name, int64(len(data)), cfn.MaxFileSize); err != nil {
		return nil, err
	}
	if bytes.Contains(data, []byte("Resources")) && bytes.Contains(data, []byte("AWS::")) {
		return cfn.Read(name, cfn.Options{Account: o.Account, Region: o.Region, StackName: o.StackName, Parameters: o.Parameters, Content: o.Content})
	}
	if err := mistaken(name, head); err != nil {
		return nil, err
	}
	if _, err := cfn.Read(name, cfn.Options{Content: o.Content}); err != nil {
		return nil, err
	}
	return nil, &policygen.InputError{What: name, Got: "there is nothing to check in it", Want: "a template, a plan (terraform show -json), a state or a fanout.yaml"}
}
