package systemd

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"coen/install/internal/getopt"
	"coen/install/proc"
	"coen/tree"
)

// onlineOnly are the verbs that need a running manager; in a chroot systemctl
// says that it ignores them, and succeeds.
var onlineOnly = []string{"list-units", "list-automounts", "list-paths", "list-sockets", "list-timers",
	"list-jobs", "list-machines", "clear-jobs", "cancel", "start", "stop", "condstop", "reload", "restart",
	"try-restart", "reload-or-restart", "reload-or-try-restart", "try-reload-or-restart", "force-reload",
	"condreload", "condrestart", "isolate", "kill", "clean", "freeze", "thaw", "is-active", "check",
	"is-failed", "show", "cat", "status", "help", "daemon-reload", "daemon-reexec", "log-level",
	"log-target", "service-watchdogs", "show-environment", "set-environment", "unset-environment",
	"import-environment", "set-property", "reset-failed", "bind", "mount-image", "halt", "poweroff",
	"reboot", "kexec", "soft-reboot", "default", "rescue", "emergency", "exit", "suspend", "hibernate"}

// systemctl models the verbs that work on unit files.
func systemctl(p *proc.Proc) (int, error) {
	opts, rest, err := getopt.Parse(p.Args[1:], "system", "user", "global", "root:", "preset-mode:", "now",
		"q|quiet", "f|force", "no-reload", "runtime", "no-ask-password", "no-pager", "no-legend", "t|type:",
		"a|all", "p|property:", "P:", "value", "state:", "s|signal:", "kill-whom:", "kill-who:", "no-block",
		"M|machine:", "l|full", "plain", "job-mode:", "no-warn")
	if err != nil {
		fmt.Fprintf(p.Stderr(), "systemctl: %v\n", err)
		return 1, nil
	}
	l := &linker{p: p, in: system}
	mode := "full"
	for _, o := range opts {
		switch o.Name {
		case "user", "global":
			l.in = user
		case "quiet":
			l.quiet = true
		case "force":
			l.force = true
		case "preset-mode":
			mode = o.Value
		case "root":
			if path.Clean(o.Value) != "/" {
				return 0, p.Unmodelledf("--root=%s", o.Value)
			}
		case "runtime":
			return 0, p.Unmodelledf("--runtime")
		}
	}
	if len(rest) == 0 {
		rest = []string{"list-units"}
	}
	status, err := l.verb(rest[0], rest[1:], mode)
	var failed errUnit
	if errors.As(err, &failed) {
		fmt.Fprintln(p.Stderr(), failed.msg)
		return 1, nil
	}
	return status, err
}

func (l *linker) verb(verb string, names []string, mode string) (int, error) {
	if slices.Contains(onlineOnly, verb) {
		l.say("Running in chroot, ignoring command '%s'", verb)
		return 0, nil
	}
	for i := range names {
		names[i] = mangle(names[i])
	}
	switch verb {
	case "enable", "reenable", "disable", "preset", "preset-all", "mask", "unmask", "is-enabled":
		return l.unitVerb(verb, names, mode)
	case "set-default":
		return l.setDefault(names)
	case "get-default":
		return l.getDefault()
	case "is-system-running":
		fmt.Fprintln(l.p.Stdout(), "offline")
		return 1, nil
	}
	return 0, l.p.Unmodelledf("verb %q", verb)
}

func (l *linker) unitVerb(verb string, names []string, mode string) (int, error) {
	switch verb {
	case "preset":
		return 0, l.preset(names, mode)
	case "preset-all":
		return 0, l.preset(l.allUnits(), mode)
	case "mask":
		return 0, l.mask(names)
	case "unmask":
		return 0, l.unmask(names)
	case "is-enabled":
		return l.isEnabled(names)
	}
	names, status, err := l.sysv(verb, names)
	if status != 0 || err != nil || len(names) == 0 {
		return status, err
	}
	if verb == "disable" {
		return 0, l.disable(names)
	}
	if verb == "reenable" {
		if err := l.disable(names); err != nil {
			return 0, err
		}
	}
	possible, err := l.enable(names)
	if err == nil && !possible {
		l.say("The unit files have no installation config (WantedBy=, RequiredBy=, UpheldBy=,\n" +
			"Also=, or Alias= settings in the [Install] section, and DefaultInstance= for\n" +
			"template units). This means they are not meant to be enabled or disabled using systemctl.")
	}
	return 0, err
}

// sysvInstall hands init scripts over to update-rc.d.
const sysvInstall = "/usr/lib/systemd/systemd-sysv-install"

// sysv calls systemd-sysv-install for services that have an init script and
// returns the names that have a unit file too.
func (l *linker) sysv(verb string, names []string) (native []string, status int, err error) {
	if l.p.Env["SYSTEMCTL_SKIP_SYSV"] != "" || l.in != system || verb == "reenable" {
		return names, 0, nil
	}
	for _, name := range names {
		base, isService := strings.CutSuffix(name, ".service")
		found := l.in.find(l.p.Tree, name) != nil
		if !isService || !l.p.Tree.Exists("/etc/init.d/"+base) {
			native = append(native, name)
			continue
		}
		if found {
			native = append(native, name)
			l.say("Synchronizing state of %s with SysV service script with %s.", name, sysvInstall)
		}
		l.say("Executing: %s %s %s", sysvInstall, verb, base)
		if status, err = l.p.Child(sysvInstall, verb, base).Run(); status != 0 || err != nil {
			return nil, status, err
		}
	}
	return native, 0, nil
}

// preset enables or disables units as the preset files say.
func (l *linker) preset(names []string, mode string) error {
	rules := l.in.presets(l.p.Tree)
	var plus, minus []string
	for _, name := range names {
		u := l.in.find(l.p.Tree, name)
		switch {
		case u == nil:
			return errUnit{fmt.Sprintf("Failed to preset unit: Unit %s does not exist", name)}
		case u.masked:
			return errUnit{fmt.Sprintf("Failed to preset unit: Unit %s is masked", name)}
		}
		enable, instances := wants(rules, name)
		if !enable {
			minus = append(minus, name)
			continue
		}
		if len(instances) == 0 {
			plus = append(plus, name)
		}
		prefix, _, suffix, _ := splitName(name)
		for _, inst := range instances {
			plus = append(plus, prefix+"@"+inst+suffix)
		}
	}
	if mode != "enable-only" {
		if err := l.disable(minus); err != nil {
			return err
		}
	}
	if mode == "disable-only" {
		return nil
	}
	_, err := l.enable(plus)
	return err
}

// allUnits lists the unit files in all directories, aliases left out.
func (l *linker) allUnits() []string {
	var names []string
	for _, dir := range l.in.dirs() {
		n, err := l.p.Tree.Lookup(dir)
		if err != nil {
			continue
		}
		for _, name := range n.Names() {
			if n.Child(name).Kind == tree.Regular && mangle(name) == name && !slices.Contains(names, name) &&
				!l.in.find(l.p.Tree, name).masked {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names
}
