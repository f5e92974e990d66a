package load

import (
	"bytes"

	"github.com/hopgrant/hopgrant/internal/cfn"
	"github.com/hopgrant/hopgrant/internal/fanoutfile"
	"github.com/hopgrant/hopgrant/internal/live"
	"github.com/hopgrant/hopgrant/internal/terraform"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// Stdin is the path of the standard input, whose content is in [Options.Content] under [StdinName].
const (
	Stdin     = "-"
	StdinName = "stdin"
)

// readStdin reads a template, plan, saved plan, state, fanout.yaml or snapshot by what it begins like, since it has no name.
func readStdin(data []byte, o Options) ([]*topology.Topology, error) {
	deployed := terraform.Options{Account: o.Account, Region: o.Region}
	head := data[:min(len(data), 64<<10)]
	switch {
	case live.Detect(head):
		s, err := live.Parse(StdinName, data)
		if err != nil {
			return nil, err
		}
		return one(s.Topology(StdinName))
	case terraform.DetectSaved(head):
		return one(terraform.ReadSavedBytes(StdinName, data, deployed))
	case terraform.DetectState(head):
		return one(terraform.ReadStateBytes(StdinName, data, deployed))
	case terraform.Detect(head):
		return one(terraform.ReadBytes(StdinName, data, deployed))
	case looksLikeFanout(head):
		if err := value.CheckSize(StdinName, int64(len(data)), fanoutfile.MaxSize); err != nil {
			return nil, err
		}
		f, err := fanoutfile.Parse(StdinName, data)
		if err != nil {
			return nil, err
		}
		return one(f.Topology(), nil)
	}
	if err := value.CheckSize(StdinName, int64(len(data)), cfn.MaxFileSize); err != nil {
		return nil, err
	}
	if bytes.Contains(data, []byte("Resources")) && bytes.Contains(data, []byte("AWS::")) {
		return cfn.Read(StdinName, cfn.Options{Account: o.Account, Region: o.Region, StackName: o.StackName, Parameters: o.Parameters, Content: o.Content})
	}
	if err := mistaken(StdinName, head); err != nil {
		return nil, err
	}
	if _, err := cfn.Read(StdinName, cfn.Options{Content: o.Content}); err != nil {
		return nil, err
	}
	return nil, &policygen.InputError{What: "stdin", Got: "there is nothing to check in it", Want: "a template, a plan (terraform show -json), a state or a fanout.yaml"}
}
