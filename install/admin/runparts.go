package admin

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"coen/install/internal/getopt"
	"coen/install/proc"
	"coen/tree"
)

// partName is the default of run-parts: LSB and Debian names of hooks.
var partName = regexp.MustCompile(`^[a-zA-Z0-9_-]+$`)

// runParts runs the executables of directories in the order of their names.
func runParts(p *proc.Proc) (int, error) {
	opts, dirs, err := getopt.Parse(p.Args[1:], "test", "list", "v|verbose", "report", "reverse",
		"exit-on-error", "new-session", "regex:", "lsbsysinit", "a|arg:", "u|umask:", "stdin")
	if err != nil {
		return p.Errorf("%v", err)
	}
	r := &parts{p: p, name: partName}
	for _, o := range opts {
		switch o.Name {
		case "arg":
			r.args = append(r.args, o.Value)
		case "exit-on-error":
			r.stop = true
		case "report":
			r.report = true
		case "reverse":
			r.reverse = true
		case "test", "list":
			r.list = o.Name
		case "regex":
			if r.name, err = regexp.Compile(o.Value); err != nil {
				return 0, p.Unmodelledf("expression %q", o.Value)
			}
		case "verbose", "new-session", "stdin":
		default:
			return 0, p.Unmodelledf("option %q", o.Name)
		}
	}
	if len(dirs) == 0 {
		return p.Errorf("missing operand")
	}
	return r.run(dirs)
}

type parts struct {
	p             *proc.Proc
	name          *regexp.Regexp
	args          []string
	stop, reverse bool
	report        bool
	list          string
}

// run merges the directories: a name in a later one is passed over.
func (r *parts) run(dirs []string) (int, error) {
	files := map[string]string{}
	var names []string
	for _, dir := range dirs {
		n, err := r.p.Tree.Lookup(r.p.Path(dir))
		if err != nil || n.Kind != tree.Directory {
			return r.p.Errorf("failed to open directory %s: No such file or directory", dir)
		}
		for _, name := range n.Names() {
			if _, known := files[name]; !known && r.name.MatchString(name) {
				files[name] = strings.TrimSuffix(dir, "/") + "/" + name
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	if r.reverse {
		slices.Reverse(names)
	}
	status := 0
	for _, name := range names {
		s, err := r.one(files[name])
		if err != nil {
			return 0, err
		}
		if s != 0 {
			status = 1
			if r.stop {
				return s, nil
			}
		}
	}
	return status, nil
}

func (r *parts) one(file string) (int, error) {
	n, err := r.p.Tree.Lookup(r.p.Path(file))
	if err != nil || n.Kind != tree.Regular {
		return 0, nil
	}
	executable := n.Mode&0o111 != 0
	if r.list == "list" || r.list == "test" && executable {
		fmt.Fprintln(r.p.Stdout(), file)
	}
	if r.list != "" || !executable {
		return 0, nil
	}
	child := r.p.Child(append([]string{file}, r.args...)...)
	head := &heading{text: file + ":\n"}
	if r.report {
		child.Files[1] = &proc.File{W: head.before(r.p.Stdout())}
		child.Files[2] = &proc.File{W: head.before(r.p.Stderr())}
	}
	status, err := child.Run()
	if err == nil && status != 0 {
		fmt.Fprintf(r.p.Stderr(), "run-parts: %s exited with return code %d\n", file, status)
	}
	return status, err
}

// A heading names the part before the first thing it prints.
type heading struct {
	text string
	done bool
}

type headed struct {
	h *heading
	w io.Writer
}

func (h *heading) before(w io.Writer) io.Writer { return headed{h, w} }

func (w headed) Write(b []byte) (int, error) {
	if !w.h.done {
		w.h.done = true
		if _, err := io.WriteString(w.w, w.h.text); err != nil {
			return 0, err
		}
	}
	return w.w.Write(b)
}
