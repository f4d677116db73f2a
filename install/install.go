package install

import (
	"context"
	"fmt"
	"strings"

	"coen/install/debconf"
	"coen/install/dpkg"
	"coen/install/proc"
	"coen/install/unpacked"
	"coen/tree"
)

// Options say how packages are installed. All but Cache, Workers and Progress change
// the result.
type Options struct {
	Arch    string   // native architecture, "amd64"
	Foreign []string // further architectures

	// Exclude leaves paths out. Where several match, the last one decides.
	Exclude []dpkg.Exclusion
	// Rules answer for commands that are not modelled.
	Rules []Rule
	// Answers are given to debconf's questions before any package asks.
	Answers []Answer
	// Env is added to the environment of maintainer scripts.
	Env map[string]string

	Hostname string // as scripts see it; "localhost" if empty
	Kernel   string // what "uname -r" says

	// Cache, if not nil, keeps unpacked packages and what else can be computed
	// again. The result does not depend on it.
	Cache unpacked.Cache

	// Workers is how many packages are decompressed at the same time; 1 if less.
	Workers int
	// Progress, if set, is told what is about to happen.
	Progress func(Progress)
}

// An Answer to a question of debconf, as a line of debconf-set-selections.
type Answer struct {
	Owner    string // package that asks, "keyboard-configuration"
	Question string // "keyboard-configuration/layoutcode"
	Type     string // of the question: "select", "string", "boolean", ...
	Value    string
}

// Progress is a step of the installation.
type Progress struct {
	Stage       string // "extract", "unpack", "configure"
	Package     string // "name version", or of how many packages
	Done, Total int    // packages unpacked so far, and in all
}

// A Result tells of an installation.
type Result struct {
	// Machine is the world that the scripts ran in, for further commands.
	Machine *proc.Machine
	// Database is dpkg's, with all packages and their files.
	Database *dpkg.Database
	// Order is the order in which packages were unpacked, as "name version".
	Order []string
	// Journal has the maintainer scripts in the order in which they ran.
	Journal []Script
	// Excluded has what the exclusions left out, in the order of unpacking.
	Excluded []Excluded
}

// An installation is one run of Install.
type installation struct {
	ctx      context.Context
	options  Options
	tree     *tree.Tree
	db       *dpkg.Database
	opened   []*archive
	archives map[*dpkg.Package]*archive
	ahead    *ahead
	held     map[*dpkg.Package]content // extracted, not yet unpacked
	journal  *journal
	result   *Result
	total    int
}

// Install installs packages into t, which should hold nothing but what a
// recipe wants there before the first package. When it fails, t is of no use.
func Install(ctx context.Context, t *tree.Tree, packages []Package, o Options) (*Result, error) {
	in := &installation{
		ctx: ctx, options: o, tree: t, total: len(packages),
		archives: map[*dpkg.Package]*archive{}, held: map[*dpkg.Package]content{},
		result: &Result{},
	}
	defer in.close()
	if err := in.run(packages); err != nil {
		return nil, fmt.Errorf("install %w", err)
	}
	return in.result, nil
}

func (in *installation) close() {
	if in.ahead != nil {
		in.ahead.close()
	}
	for _, a := range in.opened {
		a.close()
	}
}

func (in *installation) run(packages []Package) error {
	if err := in.prepare(); err != nil {
		return err
	}
	archives, err := openAll(packages, max(1, in.options.Workers))
	if err != nil {
		return err
	}
	if err := in.add(archives); err != nil {
		return err
	}
	plan, err := newPlan(in.db)
	if err != nil {
		return err
	}
	in.ahead = newAhead(in.ctx, in.order(plan), in.db.Filter, in.options.Cache, max(1, in.options.Workers))
	for _, s := range plan.steps {
		if err := in.do(s); err != nil {
			return hint(err, in.journal.call)
		}
	}
	in.report("configure", fmt.Sprintf("%d packages", in.total))
	if err := in.db.Finish(in.ctx); err != nil {
		return hint(err, in.journal.call)
	}
	in.result.Journal = in.journal.scripts
	if err := in.journal.rules.idle(); err != nil {
		return err
	}
	return sweep(in.tree)
}

// prepare makes the machine and the database.
func (in *installation) prepare() error {
	rules, err := newRules(in.options.Rules)
	if err != nil {
		return err
	}
	in.journal = &journal{rules: rules}
	machine := newMachine(in.tree, in.options)
	machine.Before = in.journal.before
	in.db, err = dpkg.New(machine, dpkg.Config{
		Arch: in.options.Arch, Foreign: in.options.Foreign,
		Filter: in.options.Exclude, Env: in.environment(), Ran: in.journal.ran,
	})
	if err != nil {
		return err
	}
	in.journal.db, in.result.Database = in.db, in.db
	in.result.Machine = machine
	in.models(machine)
	defer in.tree.By(in.tree.By(tree.Author{Kind: tree.ByRule, Name: "recipe", Detail: "debconf answers"}))
	for _, a := range in.options.Answers {
		if err := debconf.Seed(in.tree, a.Owner, a.Question, a.Type, a.Value); err != nil {
			return err
		}
	}
	return nil
}

// environment is that of a build without anybody to answer questions.
func (in *installation) environment() map[string]string {
	env := map[string]string{
		"LC_ALL":                      "C",
		"DEBIAN_FRONTEND":             "noninteractive",
		"DEBCONF_NONINTERACTIVE_SEEN": "true",
		"SOURCE_DATE_EPOCH":           fmt.Sprint(in.tree.Epoch()),
	}
	for name, value := range in.options.Env {
		env[name] = value
	}
	return env
}

// add makes packages known to the database. The package dpkg says what version of
// dpkg this is.
func (in *installation) add(archives []*archive) (err error) {
	in.opened = archives
	for _, a := range archives {
		if a.entry, err = in.db.Add(a.deb.Control, a.deb.Members); err != nil {
			return err
		}
		in.archives[a.entry] = a
		if a.entry.Name == "dpkg" {
			in.db.Version = a.entry.Version.String()
		}
	}
	return nil
}

// order returns the archives in the order in which the plan needs them.
func (in *installation) order(p *plan) []*archive {
	var list []*archive
	for _, s := range p.steps {
		if s.action == extract || s.action == unpack {
			list = append(list, in.archives[s.packages[0]])
		}
	}
	return list
}

func (in *installation) do(s step) error {
	if err := in.ctx.Err(); err != nil {
		return err
	}
	p := s.packages[0]
	switch s.action {
	case extract:
		in.report("extract", p.String())
		c := in.ahead.take(in.ctx)
		in.held[p] = c
		if c.err != nil {
			return c.err
		}
		return in.db.Extract(p, c.files)
	case populate:
		return makeDevices(in.tree)
	case unpackForced:
		c := in.held[p]
		delete(in.held, p)
		return in.unpack(p, c, true)
	case unpack:
		return in.unpack(p, in.ahead.take(in.ctx), false)
	case configure:
		in.report("configure", names(s.packages))
		return in.db.Configure(in.ctx, s.packages...)
	default:
		in.report("configure", fmt.Sprintf("%d packages", len(s.packages)))
		return in.db.ConfigureAll(in.ctx, s.packages...)
	}
}

func (in *installation) unpack(p *dpkg.Package, c content, forced bool) error {
	in.report("unpack", p.String())
	if c.err != nil {
		return c.err
	}
	if err := in.db.Unpack(p, c.files, forced); err != nil {
		return err
	}
	in.result.Order = append(in.result.Order, p.String())
	in.result.Excluded = append(in.result.Excluded, c.excluded...)
	return nil
}

func (in *installation) report(stage, name string) {
	if in.options.Progress != nil {
		in.options.Progress(Progress{stage, name, len(in.result.Order), in.total})
	}
}

func names(packages []*dpkg.Package) string {
	var list []string
	for _, p := range packages {
		list = append(list, p.Name)
	}
	return strings.Join(list, ", ")
}
