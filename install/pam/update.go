package pam

import (
	"fmt"
	"slices"
	"strings"

	"coen/install/debconf"
	"coen/install/proc"
)

// The debconf questions of libpam-runtime.
const (
	askProfiles = "libpam-runtime/profiles"
	askOverride = "libpam-runtime/override"
	askNone     = "libpam-runtime/no_profiles_chosen"
	tellClash   = "libpam-runtime/conflicts"
	title       = "libpam-runtime/title"
	templates   = "/var/lib/dpkg/info/libpam-runtime.templates"
)

const (
	confDir = "/etc/pam.d"
	saveDir = "/var/lib/pam"
)

// An update is one run of pam-auth-update.
type update struct {
	p        *proc.Proc
	client   *debconf.Client
	err      error // the first failure of the conversation
	force    bool
	quiet    bool // a package asks, not an operator
	priority string

	remove, disable, enable []string

	profiles map[string]profile
	sorted   []string
	enabled  []string
	changes  *changes
}

// Update is the model of pam-auth-update.
func Update(p *proc.Proc) (int, error) {
	u := &update{p: p, priority: "high"}
	if err := u.parse(p.Args[1:]); err != nil {
		return 0, err
	}
	if u.client = debconf.NewClient(p); u.client == nil {
		return debconf.Under(p)
	}
	if err := u.prepare(); err != nil {
		return 0, err
	}
	ok, err := u.choose()
	if err == nil {
		err = u.err
	}
	if err != nil || !ok {
		return 0, err
	}
	if err := p.Tree.MkdirAll(saveDir, 0o755); err != nil {
		return 0, err
	}
	seen := ""
	for _, name := range u.sorted {
		seen += name + "\n"
	}
	if err := p.Tree.WriteFile(saveDir+"/seen", []byte(seen), 0o644); err != nil {
		return 0, err
	}
	if ok, err := u.write(); !ok || err != nil {
		return 0, err
	}
	u.say("fset", askOverride, "seen", "false")
	u.say("set", askOverride, "false")
	return 0, u.err
}

func (u *update) parse(args []string) error {
	for len(args) > 0 {
		option := args[0]
		args = args[1:]
		var list *[]string
		switch option {
		case "--force":
			u.force = true
		case "--package":
			u.quiet = true
		case "--root":
			if len(args) == 0 || strings.Trim(args[0], "/") != "" {
				return u.p.Unmodelledf("--root %q", args)
			}
			args = args[1:]
		case "--remove":
			list = &u.remove
		case "--disable":
			list = &u.disable
		case "--enable":
			list = &u.enable
		}
		for list != nil && len(args) > 0 && !strings.HasPrefix(args[0], "--") {
			*list, args = append(*list, args[0]), args[1:]
			u.quiet = true
		}
	}
	if u.quiet {
		u.priority = "medium"
	}
	return nil
}

// say holds one exchange with debconf.
func (u *update) say(words ...string) string {
	if u.err != nil {
		return ""
	}
	value, _, err := u.client.Do(words...)
	u.err = err
	return value
}

// prepare reads profiles and the present configuration.
func (u *update) prepare() (err error) {
	u.say("version", "2.0")
	u.say("capb", "backup", "escape")
	var all []string
	if u.profiles, all, err = profiles(u.p.Tree); err != nil {
		return err
	}
	u.sorted = slices.DeleteFunc(all, func(n string) bool { return slices.Contains(u.remove, n) })
	u.say("x_loadtemplatefile", templates, "libpam-runtime")
	var titles []string
	for _, name := range u.sorted {
		titles = append(titles, u.profiles[name]["Name"])
	}
	u.say("subst", askProfiles, "profile_names", strings.Join(u.sorted, ", "))
	u.say("subst", askProfiles, "profiles", strings.Join(titles, ", "))
	u.changes = readChanges(u.p.Tree)
	return u.err
}

// choose settles which profiles are enabled. It reports false if the files were
// changed by hand and must not be touched.
func (u *update) choose() (bool, error) {
	if u.changes != nil {
		u.enabled = slices.DeleteFunc(slices.Clone(u.changes.profiles),
			func(n string) bool { return slices.Contains(u.remove, n) })
	} else {
		u.enabled = splitList(u.say("get", askProfiles))
	}
	seen := u.seen()
	u.enabled = slices.DeleteFunc(u.enabled, func(n string) bool { return u.profiles[n] == nil })
	for _, name := range u.sorted {
		if slices.Contains(u.enable, name) {
			u.enabled = append(u.enabled, name)
		}
	}
	u.enabled = slices.DeleteFunc(u.enabled, func(n string) bool { return slices.Contains(u.disable, n) })
	for _, name := range u.disable {
		seen[name] = true
	}
	if len(u.enabled) == 0 {
		clear(seen)
		if !u.force {
			u.priority = "high"
		}
	}
	isNew := false
	for _, name := range u.sorted {
		isNew = isNew || !seen[name]
		if u.profiles[name]["Default"] == "yes" && !seen[name] {
			u.enabled = append(u.enabled, name)
		}
	}
	sortByPriority(u.profiles, u.enabled)
	u.enabled = slices.Compact(u.enabled)
	u.say("settitle", title)
	if u.changes == nil && !u.force {
		u.say("input", "high", askOverride)
		u.say("go")
		u.force = u.say("get", askOverride) == "true"
	}
	if u.changes == nil && !u.force {
		fmt.Fprint(u.p.Stderr(), "\npam-auth-update: Local modifications to /etc/pam.d/common-*, not updating.\n"+
			"pam-auth-update: Run pam-auth-update --force to override.\n\n")
		return false, u.err
	}
	return true, u.ask(isNew)
}

// seen reads which profiles an earlier run knew.
func (u *update) seen() map[string]bool {
	seen := map[string]bool{}
	data, err := u.p.Tree.ReadFile(saveDir + "/seen")
	if err != nil {
		return seen
	}
	for line := range strings.Lines(string(data)) {
		seen[strings.TrimSuffix(line, "\n")] = true
	}
	return seen
}

// ask puts the question and takes conflicts out of the answer, until there are
// none.
func (u *update) ask(isNew bool) error {
	for round := 0; ; round++ {
		if round > len(u.profiles)+1 {
			return u.p.Unmodelledf("no profile can be enabled")
		}
		if isNew || !u.quiet {
			u.say("fset", askProfiles, "seen", "false")
		}
		u.say("set", askProfiles, strings.Join(u.enabled, ", "))
		u.say("input", u.priority, askProfiles)
		u.say("go")
		u.enabled = splitList(u.say("get", askProfiles))
		clashes := u.resolve()
		if len(clashes) > 0 {
			u.say("subst", tellClash, "conflicts", strings.Join(clashes, `\n`))
			u.say("input", "high", tellClash)
		}
		u.say("set", askProfiles, strings.Join(u.enabled, ", "))
		if len(u.enabled) == 0 {
			u.say("input", "high", askNone)
			u.say("fset", askProfiles, "seen", "false")
		}
		if u.err != nil || len(clashes) == 0 && len(u.enabled) > 0 {
			return u.err
		}
	}
}

// resolve removes what conflicts with a profile of higher priority.
func (u *update) resolve() (clashes []string) {
	for i := 0; i < len(u.enabled); i++ {
		p := u.profiles[u.enabled[i]]
		for j := len(u.enabled) - 1; j >= 0; j-- {
			other := u.enabled[j]
			if p.conflicts(other) {
				u.enabled = slices.Delete(u.enabled, j, j+1)
				clashes = append(clashes, p["Name"]+", "+u.profiles[other]["Name"])
			}
		}
	}
	return clashes
}

func splitList(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ", ")
}
