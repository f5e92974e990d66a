package template

// DeployedKind is the kind of an app that is there already; see [Deployed].
const DeployedKind = "account"

// A Deployment is what an account has in one Region, or once for all of them, in the words of resource types. Nothing in it is
// computed: its properties hold no functions.
type Deployment struct {
	Name               string // tells it apart from those that are read with it; see [Stack.Shown]
	Account, Partition string
	Region             string // "" of what the account has once
	// Resources have an ARN each, if resources of the type have one. Their ids are unique within a type.
	Resources []*Resource
	// Names are what people call resources, by their ids.
	Names map[string]string
}

// Deployed returns what accounts have as one app. It has no file: positions name the deployment.
func Deployed(path string, all []Deployment) *App {
	a := &App{Path: path, Kind: DeployedKind}
	for _, d := range all {
		t := &template{file: d.Name, deployed: true, resources: d.Resources, byID: make(map[string]*Resource, len(d.Resources))}
		for _, r := range d.Resources {
			if t.byID[r.ID] == nil {
				t.byID[r.ID] = r
			}
		}
		a.stacks = append(a.stacks, &source{template: t, shown: d.Name, account: d.Account, region: d.Region, partition: d.Partition,
			paths: constructPaths{all: map[string]map[string]string{"": d.Names}}})
	}
	return a
}
