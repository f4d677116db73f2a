package systemd

import (
	"path"
	"slices"
	"strings"

	"coen/tree"
)

// enable leaves the first decision to the presets, through systemctl if the
// tree has it; later calls only add links that are new.
func (h *helper) enable(unit, file string) error {
	if !h.t.Exists("/usr/bin/systemctl") {
		return h.makeLinks(unit, file, true)
	}
	create := false
	if h.t.Exists(h.stateFile(unit)) {
		links, err := h.closure(file, nil)
		if err != nil {
			return err
		}
		create = slices.ContainsFunc(links, func(l wantedLink) bool { return h.isLink(l.at) })
	} else {
		scope := "--system"
		if h.in == "user" {
			scope = "--global"
		}
		status, err := h.p.Child("systemctl", "--root=/", scope, "--preset-mode=enable-only", "preset", unit).Run()
		if err != nil {
			return err
		}
		if status != 0 {
			return errUnit{"systemctl preset failed on " + unit + ": "}
		}
	}
	return h.makeLinks(unit, file, create)
}

// makeLinks records the links of a unit, makes them if it shall, and notes for
// each that it was made once.
func (h *helper) makeLinks(unit, file string, create bool) error {
	links, err := h.closure(file, nil)
	if err != nil {
		return err
	}
	for _, l := range links {
		if err := h.record(unit, l.at); err != nil {
			return err
		}
		state := h.stateOf(l.at, h.enabled)
		if h.t.Exists(state) {
			continue
		}
		if create && !h.isLink(l.at) {
			if err := h.t.MkdirAll(path.Dir(l.at), 0o755); err != nil {
				return err
			}
			if err := h.t.Symlink(l.to, l.at); err != nil {
				return err
			}
		}
		if err := h.touch(state); err != nil {
			return err
		}
	}
	return nil
}

// stateOf is the file in a state directory that stands for a link.
func (h *helper) stateOf(link, dir string) string {
	return strings.Replace(link, "/etc/systemd/"+h.in, dir, 1)
}

func (h *helper) touch(file string) error {
	if err := h.t.MkdirAll(path.Dir(file), 0o755); err != nil {
		return err
	}
	if h.t.Exists(file) {
		return nil
	}
	return h.t.WriteFile(file, nil, 0o644)
}

// record adds a link to the state file of a unit.
func (h *helper) record(unit, link string) error {
	lines := h.recorded(unit)
	if !slices.Contains(lines, link) {
		lines = append(lines, link)
	}
	return h.writeState(unit, lines)
}

func (h *helper) writeState(unit string, lines []string) error {
	if err := h.t.MkdirAll(h.enabled, 0o755); err != nil {
		return err
	}
	body := ""
	for _, l := range lines {
		body += l + "\n"
	}
	return h.t.Put(h.stateFile(unit), &tree.Node{Kind: tree.Regular, Mode: 0o644, ModTime: h.t.Epoch(),
		Content: tree.Bytes([]byte(body))})
}

// updateState makes the state file say what the unit file says now.
func (h *helper) updateState(unit, file string) error {
	links, err := h.closure(file, nil)
	if err != nil {
		return err
	}
	var lines []string
	for _, l := range links {
		lines = append(lines, l.at)
	}
	return h.writeState(unit, lines)
}

// disable removes the recorded links of a unit, and of those in Also=.
func (h *helper) disable(file string) error {
	links := h.recorded(file)
	if h.purge {
		if err := h.t.RemoveAll(h.stateFile(file)); err != nil {
			return err
		}
	}
	for _, link := range links {
		there := h.isLink(link)
		if h.purge || there {
			if err := h.t.RemoveAll(h.stateOf(link, h.enabled)); err != nil {
				return err
			}
		}
		if there {
			if err := h.t.Remove(link); err != nil {
				return err
			}
		}
	}
	data, err := h.t.ReadFile(file)
	if err != nil {
		return nil // removed together with its package
	}
	for line := range strings.Lines(string(data)) {
		if m := alsoLine.FindStringSubmatch(strings.TrimSuffix(line, "\n")); m != nil {
			if err := h.disable(h.find(m[1])); err != nil {
				return err
			}
		}
	}
	return nil
}

// tidy removes what disabling left empty.
func (h *helper) tidy() error {
	if err := h.removeEmpty("/var/lib/systemd/deb-systemd-helper-enabled",
		"/var/lib/systemd/deb-systemd-user-helper-enabled"); err != nil {
		return err
	}
	for _, dir := range []string{"/etc/systemd/system", "/etc/systemd/user"} {
		n, err := h.t.Lookup(dir)
		if err != nil {
			continue
		}
		for _, name := range n.Names() {
			if err := h.removeEmpty(path.Join(dir, name)); err != nil {
				return err
			}
		}
	}
	return nil
}

// removeEmpty removes directories that hold nothing but empty directories.
func (h *helper) removeEmpty(dirs ...string) error {
	for _, dir := range dirs {
		n, err := h.t.Lstat(dir)
		if err != nil || n.Kind != tree.Directory {
			continue
		}
		for _, name := range n.Names() {
			if err := h.removeEmpty(path.Join(dir, name)); err != nil {
				return err
			}
		}
		if len(n.Names()) == 0 {
			if err := h.t.Remove(dir); err != nil {
				return err
			}
		}
	}
	return nil
}

func (h *helper) mask(file string) error {
	link := "/etc/systemd/" + h.in + "/" + path.Base(file)
	if h.t.Exists(link) {
		return nil
	}
	if n, err := h.t.Lstat(link); err == nil && n.Target == "/dev/null" {
		return nil
	}
	if err := h.t.MkdirAll(path.Dir(link), 0o755); err != nil {
		return err
	}
	if err := h.t.RemoveAll(link); err != nil {
		return err
	}
	if err := h.t.Symlink("/dev/null", link); err != nil {
		return err
	}
	return h.touch(h.stateOf(link, h.masked))
}

func (h *helper) unmask(file string) error {
	link := "/etc/systemd/" + h.in + "/" + path.Base(file)
	n, err := h.t.Lstat(link)
	state := h.stateOf(link, h.masked)
	if err != nil || n.Kind != tree.Symlink || n.Target != "/dev/null" || !h.t.Exists(state) {
		return nil
	}
	if err := h.t.Remove(link); err != nil {
		return err
	}
	return h.t.Remove(state)
}
