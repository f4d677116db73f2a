package alternatives

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"coen/install/proc"
)

// failed is the exit status for everything that goes wrong.
const failed = 2

// A run is one call of update-alternatives.
type run struct {
	p      *proc.Proc
	action string
	name   string
	path   string
	offer  *group // of --install, with one choice
	altdir string
	admin  string
	quiet  bool
	talks  bool
	force  bool
	skip   bool
}

// errGiven marks an error whose message is the program's own.
type errGiven struct{ msg string }

func (e errGiven) Error() string { return e.msg }

func givef(format string, args ...any) error { return errGiven{fmt.Sprintf(format, args...)} }

// Command is the model of update-alternatives.
func Command(p *proc.Proc) (int, error) {
	r := &run{p: p, altdir: "/etc/alternatives", admin: "/var/lib/dpkg/alternatives"}
	err := r.parse(p.Args[1:])
	if err == nil {
		err = r.do()
	}
	var given errGiven
	if errors.As(err, &given) {
		fmt.Fprintf(p.Stderr(), "update-alternatives: error: %s\n", given.msg)
		return failed, nil
	}
	return 0, err
}

// operands is how many words follow an option.
var operands = map[string]int{
	"--quiet": 0, "--verbose": 0, "--debug": 0, "--force": 0, "--skip-auto": 0, "--get-selections": 0,
	"--install": 4, "--slave": 3, "--remove": 2, "--set": 2, "--remove-all": 1, "--auto": 1,
	"--display": 1, "--query": 1, "--list": 1, "--log": 1, "--altdir": 1, "--admindir": 1,
}

func (r *run) parse(args []string) error {
	for len(args) > 0 {
		option := args[0]
		n, ok := operands[option]
		switch {
		case !strings.HasPrefix(option, "--"):
			return givef("unknown argument '%s'", option)
		case !ok:
			return r.p.Unmodelledf("option %q", option)
		case len(args) < n+1:
			return givef("%s needs %d arguments", option, n)
		}
		if err := r.option(option[2:], args[1:n+1]); err != nil {
			return err
		}
		args = args[n+1:]
	}
	if r.action == "" {
		return givef("need an action")
	}
	return nil
}

func (r *run) option(name string, words []string) error {
	switch name {
	case "quiet":
		r.quiet = true
	case "verbose", "debug":
		r.talks = true
	case "force":
		r.force = true
	case "skip-auto", "log":
	case "altdir":
		r.altdir = words[0]
	case "admindir":
		r.admin = words[0]
	case "slave":
		return r.optionSlave(words[0], words[1], words[2])
	default:
		if r.action != "" && r.action != name {
			return givef("two commands specified: --%s and --%s", name, r.action)
		}
		r.action = name
		return r.optionAction(words)
	}
	return nil
}

func (r *run) optionAction(words []string) error {
	switch {
	case r.action == "install":
		link, name, file := words[0], words[1], words[2]
		priority, err := strconv.ParseInt(words[3], 10, 32)
		switch {
		case link == file:
			return givef("<link> '%s' is the same as <path>", link)
		case err != nil:
			return givef("priority '%s' must be an integer", words[3])
		}
		r.name = name
		r.offer = &group{name: name, link: link, status: auto, modified: true,
			choices: []choice{{path: file, priority: int(priority), slaves: map[string]string{}}}}
	case len(words) == 2:
		r.name, r.path = words[0], words[1]
	case len(words) == 1:
		r.name = words[0]
	}
	return nil
}

func (r *run) optionSlave(link, name, file string) error {
	switch {
	case r.offer == nil:
		return givef("--slave only allowed with --install")
	case link == file:
		return givef("<link> '%s' is the same as <path>", link)
	case name == r.name:
		return givef("<name> '%s' is both primary and slave", name)
	case link == r.offer.link:
		return givef("<link> '%s' is both primary and slave", link)
	case r.offer.slave(name) != nil:
		return givef("duplicate slave <name> '%s'", name)
	}
	for _, s := range r.offer.slaves {
		if s.link == link {
			return givef("duplicate slave <link> '%s'", link)
		}
	}
	r.offer.slaves = append(r.offer.slaves, slave{name: name, link: link})
	r.offer.choices[0].slaves[name] = file
	return nil
}

func (r *run) do() error {
	if r.action == "get-selections" {
		return r.selections()
	}
	if err := checkName(r.name); err != nil {
		return err
	}
	if r.action == "install" {
		if err := r.checkOffer(); err != nil {
			return err
		}
	}
	g, err := r.load(r.name)
	if err != nil {
		return err
	}
	if g == nil && r.action != "install" {
		if r.action == "remove" {
			return nil
		}
		return givef("no alternatives for %s", r.name)
	}
	if show := map[string]func(*group) error{"display": r.display, "query": r.query, "list": r.list}[r.action]; show != nil {
		return show(g)
	}
	return r.modify(g)
}

// load reads a group from the database, nil if it does not exist.
func (r *run) load(name string) (*group, error) {
	file := path.Join(r.admin, name)
	data, err := r.p.Tree.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(data) == 0 {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	g, err := parse(name, data, func(p string) bool {
		gone := r.missing(p)
		if gone {
			r.warn("alternative %s (part of link group %s) does not exist; removing from list of alternatives", p, name)
		}
		return gone
	})
	if err != nil {
		return nil, givef("%s corrupt: %v", file, err)
	}
	return g, nil
}

func (r *run) missing(file string) bool { return !r.p.Tree.Exists(file) }

func (r *run) info(format string, args ...any) {
	if !r.quiet {
		fmt.Fprintf(r.p.Stdout(), "update-alternatives: "+format+"\n", args...)
	}
}

func (r *run) warn(format string, args ...any) {
	if !r.quiet {
		fmt.Fprintf(r.p.Stderr(), "update-alternatives: warning: "+format+"\n", args...)
	}
}
