package torture

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/covernote/covernote/internal/torture/disks"
	"github.com/covernote/covernote/internal/torture/faults"
)

// options are the command line.
type options struct {
	Seed    uint64   `help:"Repeats a run: the same seed gives the same plan. Drawn and printed if it is left out."`
	Scale   string   `help:"short, as in the test command, or long." enum:"short,long" default:"short"`
	Engine  string   `help:"sqlite, postgres or both." enum:"sqlite,postgres,both" default:"both"`
	Nodes   []int    `help:"How many nodes on PostgreSQL; SQLite has one." default:"1,3"`
	Faults  []string `help:"Only these faults." placeholder:"NAME,…"`
	Without []string `help:"All but these faults." placeholder:"NAME,…"`
	Times   int      `help:"How often each fault is done in each stage, instead of what the scale says." placeholder:"N"`
	Chapter string   `help:"Only this chapter of the plan, such as sqlite-1/3." placeholder:"NAME"`
	Disks   bool     `help:"Also in a short run, cut the power and fill the disk, on file systems that are mounted for it. A long run does if it is root and there is FUSE."`
	Program string   `help:"A covernote that is built already." type:"existingfile"`
	Before  string   `help:"A covernote of the release before that is built already: the fault upgrade replaces it by this one." type:"existingfile"`
	Out     string   `help:"Folder for the ledgers, by default a temporary one that is kept if something is found."`
	Plan    bool     `help:"Print the plan and do nothing."`
	List    bool     `help:"List the faults and do nothing."`
	Clients int      `help:"How many clients ask at once." default:"12"`
	AtOnce  int      `help:"How many chapters run at once; they mostly wait." default:"3"`
}

// check refuses names that there are not.
func (o options) check() error {
	for _, name := range slices.Concat(o.Faults, o.Without) {
		if !slices.ContainsFunc(faults.All(), func(f faults.Fault) bool { return f.Name == name }) {
			return fmt.Errorf("there is no fault %q; --list names them", name)
		}
	}
	if o.AtOnce < 1 || o.Clients < 1 {
		return errors.New("less than one at once is nothing")
	}
	for _, n := range o.Nodes {
		if n < 1 || n > 9 {
			return fmt.Errorf("%d nodes are not 1 to 9", n)
		}
	}
	return nil
}

// settings are the stages of the run, in order.
func (o options) settings() []faults.Setting {
	var all []faults.Setting
	if o.Engine != "postgres" {
		all = append(all, faults.Setting{Engine: "sqlite", Nodes: 1, Upgraded: o.Before != ""})
		if o.disks() {
			all = append(all, faults.Setting{Engine: "sqlite", Nodes: 1, Disk: faults.Forgetful},
				faults.Setting{Engine: "sqlite", Nodes: 1, Disk: faults.Small})
		}
	}
	if o.Engine != "sqlite" {
		for _, n := range o.Nodes {
			all = append(all, faults.Setting{Engine: "postgres", Nodes: n, Upgraded: o.Before != ""})
		}
	}
	return all
}

// faults are those that were asked for.
func (o options) faults() []faults.Fault {
	return slices.DeleteFunc(faults.All(), func(f faults.Fault) bool {
		return len(o.Faults) > 0 && !slices.Contains(o.Faults, f.Name) || slices.Contains(o.Without, f.Name)
	})
}

// times is how often a fault is done in a stage. The number of a long run is that
// of all stages together.
func (o options) times(f faults.Fault, in faults.Setting, all []faults.Setting) int {
	if o.Times > 0 {
		return o.Times
	}
	if o.Scale == "short" {
		return f.Short
	}
	first, fitting := false, 0
	for _, s := range all {
		if f.Fits(s) {
			first = first || fitting == 0 && s == in
			fitting++
		}
	}
	if first { // takes what does not divide
		return f.Long/fitting + f.Long%fitting
	}
	return f.Long / fitting
}

// chosen says whether a chapter is to be run.
func (o options) chosen(c chapter) bool {
	return o.Chapter == "" || strings.EqualFold(o.Chapter, c.name())
}

func (c chapter) name() string { return fmt.Sprintf("%s/%d", c.setting.Name(), c.number) }

// disks says whether file systems are mounted to be harmed.
func (o options) disks() bool {
	return o.Engine != "postgres" && (o.Disks || o.Scale == "long" && disks.Mountable())
}

// away is how long a database is gone when it is gone.
func (o options) away() time.Duration {
	if o.Scale == "short" {
		return 3 * time.Second
	}
	return time.Minute
}
