package depmod

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"

	"coen/install/proc"
	"coen/tree"
)

// modulesDir is where the modules of all kernels lie.
const modulesDir = "/usr/lib/modules/"

// workers is how many modules are parsed at a time. The files do not depend on
// it: each module is parsed alone, and put in its place.
const workers = 8

// Command models depmod as the kernel's package calls it: with one operand, the
// version of the kernel.
func Command(p *proc.Proc) (int, error) {
	if len(p.Args) != 2 || strings.HasPrefix(p.Args[1], "-") || strings.Contains(p.Args[1], "/") {
		return 0, p.Unmodelledf("arguments %q", p.Args[1:])
	}
	if err := Generate(p.Tree, p.Args[1], p.Memo); err != nil {
		return p.Errorf("%v", err)
	}
	return 0, nil
}

// Generate writes the files for the modules of the given kernel version. What
// modules say of themselves is kept in memo, if that is not nil.
func Generate(t *tree.Tree, version string, memo proc.Memo) error {
	dir := modulesDir + version
	s, err := load(t, dir, memo)
	if err != nil {
		return fmt.Errorf("depmod: %w", err)
	}
	for _, o := range outputs {
		data, err := o.make(s)
		if err != nil {
			return fmt.Errorf("depmod: %s: %w", o.name, err)
		}
		if err := t.WriteFile(dir+"/"+o.name, data, 0o644); err != nil {
			return fmt.Errorf("depmod: %w", err)
		}
	}
	return nil
}

func load(t *tree.Tree, dir string, memo proc.Memo) (*set, error) {
	modules, err := parseAll(t, dir, memo)
	if err != nil {
		return nil, err
	}
	order, err := lines(t, dir+"/modules.order")
	if err != nil {
		return nil, err
	}
	s := &set{modules: modules}
	arrange(s.modules, order)
	s.owner = owners(s.modules)
	connect(s.modules, s.owner)
	if err := rank(s.modules); err != nil {
		return nil, err
	}
	if s.builtin, err = lines(t, dir+"/modules.builtin"); err != nil {
		return nil, err
	}
	modinfo, err := t.ReadFile(dir + "/modules.builtin.modinfo")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	s.modinfo = string(modinfo)
	return s, nil
}

// parseAll reads all modules below dir, several at a time.
func parseAll(t *tree.Tree, dir string, memo proc.Memo) ([]*module, error) {
	type job struct {
		path string
		node *tree.Node
	}
	var jobs []job
	err := t.WalkFrom(dir, func(name string, n *tree.Node) error {
		if n.Kind == tree.Regular && isModule(name) {
			jobs = append(jobs, job{strings.TrimPrefix(name, dir+"/"), n})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	modules, errs := make([]*module, len(jobs)), make([]error, len(jobs))
	next := make(chan int)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := range next {
				m := &module{path: jobs[i].path, name: moduleName(jobs[i].path)}
				m.facts, errs[i] = recall(jobs[i].node, isCompressed(m.path), memo)
				modules[i] = m
			}
		})
	}
	for i := range jobs {
		next <- i
	}
	close(next)
	wg.Wait()
	for i, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("%s: %w", jobs[i].path, err)
		}
	}
	return modules, nil
}

// lines returns the lines of a file, none if it does not exist.
func lines(t *tree.Tree, file string) ([]string, error) {
	data, err := t.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var all []string
	for line := range bytes.Lines(data) {
		all = append(all, string(bytes.TrimSuffix(line, []byte("\n"))))
	}
	return all, nil
}
