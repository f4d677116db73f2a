package systemd

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"coen/install/internal/getopt"
	"coen/install/proc"
	"coen/tree"
)

// A helper is one run of deb-systemd-helper, which enables the units of a
// package once and remembers in a state directory what it did.
type helper struct {
	p       *proc.Proc
	t       *tree.Tree
	in      string
	enabled string // state directory
	masked  string // state directory
	quiet   bool
	purge   bool
}

// A wantedLink is a symbolic link that enabling a unit makes.
type wantedLink struct{ at, to string }

func debSystemdHelper(p *proc.Proc) (int, error) {
	opts, rest, err := getopt.ParsePerl(p.Args[1:], "quiet", "user", "system")
	if err != nil {
		fmt.Fprintln(p.Stderr(), err)
	}
	h := &helper{p: p, t: p.Tree, in: "system"}
	for _, o := range opts {
		switch o.Name {
		case "quiet":
			h.quiet = true
		default:
			h.in = o.Name
		}
	}
	state := "/var/lib/systemd/deb-systemd-"
	if h.in == "user" {
		state += "user-"
	}
	h.enabled, h.masked = state+"helper-enabled", state+"helper-masked"
	switch {
	case len(rest) == 0:
		fmt.Fprintf(p.Stdout(), "%s is a program which should be called by dpkg maintscripts only.\n", p.Args[0])
		return 0, nil
	case p.Env["DPKG_MAINTSCRIPT_PACKAGE"] == "":
		fmt.Fprintf(p.Stderr(), "%s was not called from dpkg. Exiting.\n", p.Args[0])
		return 1, nil
	case p.Env["DPKG_ROOT"] != "":
		return 0, p.Unmodelledf("DPKG_ROOT")
	}
	return h.run(rest[0], rest[1:])
}

func (h *helper) run(action string, units []string) (int, error) {
	status := 0
	if action == "is-enabled" || action == "was-enabled" || action == "debian-installed" {
		status = 1
	}
	if action == "purge" {
		h.purge, action = true, "disable"
	}
	for _, unit := range units {
		ok, err := h.act(action, unit, h.find(unit))
		if _, missing := err.(errUnit); missing {
			fmt.Fprintf(h.p.Stderr(), "%s: error: %v\n", h.p.Args[0], err)
			return 1, nil
		}
		if err != nil {
			return 0, err
		}
		if ok {
			status = 0
		}
	}
	return status, nil
}

func (h *helper) act(action, unit, file string) (ok bool, err error) {
	switch action {
	case "is-enabled":
		links, err := h.closure(file, nil)
		return h.report(!slices.ContainsFunc(links, func(l wantedLink) bool { return !h.isLink(l.at) })), err
	case "was-enabled":
		return h.report(!slices.ContainsFunc(h.recorded(unit), func(l string) bool { return !h.isLink(l) })), nil
	case "debian-installed":
		return h.t.Exists(h.stateFile(unit)), nil
	case "update-state":
		return false, h.updateState(unit, file)
	case "enable":
		return false, h.enable(unit, file)
	case "reenable":
		if err := h.disable(file); err != nil {
			return false, err
		}
		return false, h.makeLinks(unit, file, true)
	case "disable":
		if err := h.disable(file); err != nil {
			return false, err
		}
		return false, h.tidy()
	case "mask":
		return false, h.mask(file)
	case "unmask":
		if err := h.unmask(file); err != nil {
			return false, err
		}
		return false, h.removeEmpty("/var/lib/systemd/deb-systemd-helper-masked",
			"/var/lib/systemd/deb-systemd-user-helper-masked")
	}
	return false, nil
}

func (h *helper) report(enabled bool) bool {
	if !h.quiet {
		word := "disabled"
		if enabled {
			word = "enabled"
		}
		fmt.Fprintln(h.p.Stderr(), word)
	}
	return enabled
}

// find gives the path of a unit file, the bare name if there is none.
func (h *helper) find(unit string) string {
	for _, dir := range []string{"/etc/systemd/", "/lib/systemd/", "/usr/lib/systemd/"} {
		file := dir + h.in + "/" + unit
		if n, err := h.t.Lookup(file); err == nil && n.Kind == tree.Regular {
			return file
		}
	}
	return unit
}

func (h *helper) stateFile(unit string) string {
	return path.Join(h.enabled, path.Base(unit)+".dsh-also")
}

// recorded reads the links a state file lists.
func (h *helper) recorded(unit string) []string {
	data, err := h.t.ReadFile(h.stateFile(unit))
	if err != nil {
		return nil
	}
	return strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
}

func (h *helper) isLink(name string) bool {
	n, err := h.t.Lstat(name)
	return err == nil && n.Kind == tree.Symlink
}

var (
	wantedLine   = regexp.MustCompile(`(?i)^\s*(WantedBy|RequiredBy)=(.+)$`)
	alsoLine     = regexp.MustCompile(`(?i)^\s*Also=(.+)$`)
	aliasLine    = regexp.MustCompile(`(?i)^\s*Alias=(.+)$`)
	instanceLine = regexp.MustCompile(`(?i)^\s*DefaultInstance=\s*["']?(.+?)["']?\s*$`)
)

// closure lists the links that enabling a unit makes, with those of the units
// in Also=. It reads lines wherever they stand, as the helper does.
func (h *helper) closure(file string, visited []string) ([]wantedLink, error) {
	data, err := h.t.ReadFile(file)
	if err != nil {
		return nil, errUnit{"unable to read " + file}
	}
	name := path.Base(file)
	target := name
	var links []wantedLink
	var dirs []string
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		if m := wantedLine.FindStringSubmatch(line); m != nil {
			suffix := map[string]string{"WantedBy": ".wants", "RequiredBy": ".requires"}[m[1]]
			for _, w := range words(m[2]) {
				dirs = append(dirs, "/etc/systemd/"+h.in+"/"+w+suffix+"/")
			}
		}
		if m := alsoLine.FindStringSubmatch(line); m != nil {
			for _, w := range words(m[1]) {
				if w == name || slices.Contains(visited, w) {
					continue
				}
				visited = append(visited, w)
				more, err := h.closure(h.find(w), visited)
				if err != nil {
					return nil, err
				}
				links = append(links, more...)
			}
		}
		if m := aliasLine.FindStringSubmatch(line); m != nil {
			for _, w := range words(m[1]) {
				if w != name {
					links = append(links, wantedLink{"/etc/systemd/" + h.in + "/" + m[1], file})
				}
			}
		}
		if m := instanceLine.FindStringSubmatch(line); m != nil {
			if target = m[1]; isTemplate(name) {
				prefix, _, suffix, _ := splitName(name)
				target = prefix + "@" + m[1] + suffix
			}
		}
	}
	for _, dir := range dirs {
		links = append(links, wantedLink{dir + target, file})
	}
	return links, nil
}
