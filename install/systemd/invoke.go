package systemd

import (
	"fmt"
	"regexp"
	"strings"

	"coen/install/internal/getopt"
	"coen/install/proc"
)

// debSystemdInvoke models deb-systemd-invoke. Whatever policy-rc.d says,
// nothing is started in a chroot, since systemctl ignores the request; only the
// words on standard error differ.
func debSystemdInvoke(p *proc.Proc) (int, error) {
	opts, rest, err := getopt.ParsePerl(p.Args[1:], "user", "system", "no-dbus")
	if err != nil || len(p.Args) < 3 {
		fmt.Fprintf(p.Stderr(), "Syntax: %s <action> [<unit file> [<unit file> ...]]\n", p.Args[0])
		return 1, nil
	}
	in := system
	for _, o := range opts {
		if o.Name == "user" {
			in = user
		}
	}
	if len(rest) == 0 || in == user {
		return 0, nil // there is no user manager to speak to
	}
	action, units := rest[0], rest[1:]
	if _, ok := p.Find("/usr/sbin/policy-rc.d"); ok {
		for _, u := range units {
			status, err := p.Child("/usr/sbin/policy-rc.d", u, action).Run()
			if err != nil {
				return 0, err
			}
			if status == 101 {
				fmt.Fprintf(p.Stderr(), "/usr/sbin/policy-rc.d returned 101, not running '%s'\n", strings.Join(rest, " "))
				return 0, nil
			}
		}
	}
	if action != "start" && action != "restart" {
		return p.Child(append([]string{"systemctl"}, rest...)...).Run()
	}
	l := &linker{p: p, in: in}
	for _, u := range units {
		state, err := l.state(mangle(u))
		if err != nil {
			return 0, err
		}
		if state != "enabled" && action == "start" {
			fmt.Fprintf(p.Stderr(), "%s is a disabled or a static unit, not starting it.\n", u)
		}
	}
	return 0, nil
}

// updateRCD models update-rc.d without insserv: init scripts are linked into
// the runlevels their LSB header names, all with number 01.
func updateRCD(p *proc.Proc) (int, error) {
	args := p.Args[1:]
	for len(args) > 0 && args[0] == "-f" {
		args = args[1:]
	}
	if len(args) < 2 || strings.HasPrefix(args[0], "-") {
		fmt.Fprintln(p.Stderr(), "update-rc.d: error: not enough arguments")
		return 1, nil
	}
	if p.Tree.Exists("/usr/lib/insserv/insserv") && p.Tree.Exists("/etc/insserv.conf") || p.Tree.Exists("/sbin/openrc") {
		return 0, p.Unmodelledf("insserv or openrc")
	}
	r := &rc{p: p, script: args[0]}
	switch action := args[1]; action {
	case "remove":
		return 0, r.remove()
	case "defaults", "start", "stop":
		return r.defaults("S")
	case "defaults-disabled":
		return r.defaults("K")
	case "enable", "disable":
		return r.toggle(action, args[2:])
	}
	fmt.Fprintln(p.Stderr(), "update-rc.d: error: usage")
	return 1, nil
}

// rc links one init script.
type rc struct {
	p      *proc.Proc
	script string
}

var rcLink = regexp.MustCompile(`^[SK][0-9][0-9]`)

// links lists the links of the script in the runlevels given.
func (r *rc) links(levels string) []string {
	var found []string
	for _, level := range levels {
		dir := fmt.Sprintf("/etc/rc%c.d", level)
		n, err := r.p.Tree.Lookup(dir)
		if err != nil {
			continue
		}
		for _, name := range n.Names() {
			if rcLink.MatchString(name) && name[3:] == r.script {
				found = append(found, dir+"/"+name)
			}
		}
	}
	return found
}

const allLevels = "0123456S"

func (r *rc) remove() error {
	for _, link := range r.links(allLevels) {
		if err := r.p.Tree.Remove(link); err != nil {
			return err
		}
	}
	return nil
}

func (r *rc) defaults(start string) (int, error) {
	if len(r.links(allLevels)) > 0 {
		return 0, nil
	}
	on, off, ok := r.levels()
	if !ok {
		fmt.Fprintf(r.p.Stderr(), "update-rc.d: error: unable to read /etc/init.d/%s\n", r.script)
		return 1, nil
	}
	for _, level := range on {
		if err := r.link(level, start); err != nil {
			return 0, err
		}
	}
	for _, level := range off {
		if err := r.link(level, "K"); err != nil {
			return 0, err
		}
	}
	return 0, nil
}

func (r *rc) link(level, kind string) error {
	dir := "/etc/rc" + level + ".d"
	if err := r.p.Tree.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	name := dir + "/" + kind + "01" + r.script
	if _, err := r.p.Tree.Lstat(name); err == nil {
		return nil
	}
	return r.p.Tree.Symlink("../init.d/"+r.script, name)
}

var (
	startLine = regexp.MustCompile(`^# Default-Start:\s*(\S?.*)$`)
	stopLine  = regexp.MustCompile(`^# Default-Stop:\s*(\S?.*)$`)
)

// levels reads the runlevels from the script's LSB header.
func (r *rc) levels() (on, off []string, ok bool) {
	data, err := r.p.Tree.ReadFile("/etc/init.d/" + r.script)
	if err != nil {
		return nil, nil, false
	}
	_, header, found := strings.Cut(string(data), "### BEGIN INIT INFO")
	header, _, _ = strings.Cut(header, "### END INIT INFO")
	if !found {
		return nil, nil, true
	}
	for line := range strings.Lines(header) {
		line = strings.TrimSuffix(line, "\n")
		if m := startLine.FindStringSubmatch(line); m != nil {
			on = strings.Fields(m[1])
		}
		if m := stopLine.FindStringSubmatch(line); m != nil {
			off = strings.Fields(m[1])
		}
	}
	return on, off, true
}

// toggle turns start links into stop links or back, and the unit with them.
func (r *rc) toggle(action string, levels []string) (int, error) {
	if len(levels) == 0 {
		levels, _, _ = r.levels()
	}
	found := r.links(strings.Join(levels, ""))
	if len(found) == 0 {
		fmt.Fprintln(r.p.Stderr(), "update-rc.d: error: no runlevel symlinks to modify, aborting!")
		return 1, nil
	}
	from, to := "/K", "/S"
	if action == "disable" {
		from, to = to, from
	}
	for _, link := range found {
		i := strings.LastIndex(link, "/")
		if link[i:i+2] != from {
			continue
		}
		if err := r.p.Tree.Rename(link, link[:i]+to+link[i+2:]); err != nil {
			return 0, err
		}
	}
	if r.p.Env["_SKIP_SYSTEMD_NATIVE"] == "1" {
		return 0, nil
	}
	child := r.p.Child("systemctl", "--root=/", "--quiet", action, r.script)
	child.Env["SYSTEMCTL_SKIP_SYSV"] = "1"
	_, err := child.Run()
	return 0, err
}
