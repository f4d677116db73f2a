package account

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"coen/install/internal/getopt"
	"coen/install/proc"
)

// The exit statuses of adduser(8) and deluser(8).
const (
	addExists      = 11
	addMissing     = 12
	addWrong       = 13
	addIDInUse     = 21
	addNoID        = 22
	addBadName     = 31
	addBadHome     = 32
	addBadCall     = 51
	addConflict    = 53
	addSystemError = 82
)

// An adder is one run of adduser or addgroup.
type adder struct {
	p      *proc.Proc
	db     *DB
	config settings
	given  map[string]string
	name   string
	system bool
}

var adduserOptions = []string{"add_extra_groups|add-extra-groups", "allow-all-names",
	"force-badname|allow-badname|allow-bad-names", "gecos|comment?", "c|conf:", "debug",
	"stdoutmsglevel:", "stderrmsglevel:", "logmsglevel:", "disabled-login", "disabled-password",
	"firstgid:", "firstuid:", "gid:", "group", "home:", "ingroup:", "lastgid:", "lastuid:",
	"no-create-home", "q|quiet", "shell:", "system", "uid:", "verbose"}

// adduser models adduser and addgroup, which are one program.
func adduser(p *proc.Proc) (int, error) {
	opts, rest, err := getopt.ParsePerl(p.Args[1:], adduserOptions...)
	if err != nil {
		return fail(p, addBadCall, "%v", err)
	}
	a := &adder{p: p, given: map[string]string{}}
	for _, o := range opts {
		a.given[o.Name] = o.Value
		if o.Name == "conf" {
			return 0, unmodelledOption(p, o)
		}
	}
	a.config = readSettings(p.Tree, "/etc/adduser.conf")
	if a.config["uid_pool"] != "" || a.config["gid_pool"] != "" || a.config["quotauser"] != "" {
		return 0, p.Unmodelledf("UID_POOL, GID_POOL and QUOTAUSER of adduser.conf")
	}
	a.system = a.has("system")
	return a.run(rest)
}

func (a *adder) has(option string) bool { _, ok := a.given[option]; return ok }

func (a *adder) run(names []string) (int, error) {
	group := path.Base(a.p.Args[0]) == "addgroup" || a.has("group") && !a.system
	switch {
	case len(names) == 0 || len(names) > 2:
		return a.fatal(addBadCall, "Only one or two names allowed.")
	case len(names) == 2 && (group || a.system || a.has("group")):
		return a.fatal(addBadCall, "Specify only one name in this mode.")
	case a.exclusive() > 1 && !group:
		return a.fatal(addConflict, "The --group, --ingroup, and --gid options are mutually exclusive.")
	case a.has("home") && !strings.HasPrefix(a.given["home"], "/"):
		return a.fatal(addBadHome, "The home dir must be an absolute path.")
	}
	if err := a.reload(); err != nil {
		return 0, err
	}
	if len(names) == 2 {
		return a.addToGroup(names[0], names[1])
	}
	a.name = names[0]
	if !a.nameAllowed() {
		return a.fatal(addBadName, "Please enter a username matching the regular expression\n"+
			"            configured via the %s configuration variable.", strings.ToUpper(a.regexName()))
	}
	switch {
	case group:
		return a.addGroup()
	case a.system:
		return a.addSystemUser()
	}
	return a.addUser()
}

func (a *adder) exclusive() int {
	n := 0
	for _, o := range []string{"group", "ingroup", "gid"} {
		if a.has(o) {
			n++
		}
	}
	return n
}

func (a *adder) regexName() string {
	if a.system {
		return "sys_name_regex"
	}
	return "name_regex"
}

var ieeeName = regexp.MustCompile(`^[a-zA-Z0-9_.][a-zA-Z0-9_.-]*\$?$`)

// nameAllowed is sanitize_name of adduser: the configured expression, relaxed
// by --force-badname and --allow-all-names.
func (a *adder) nameAllowed() bool {
	if !nameOK(a.name) || len(a.name) > 32 {
		return false
	}
	re, err := regexp.Compile(a.config[a.regexName()])
	if err == nil && re.MatchString(a.name) || a.has("allow-all-names") {
		return true
	}
	return a.has("allow-bad-names") && ieeeName.MatchString(a.name)
}

// addGroup makes a group, a system one or another.
func (a *adder) addGroup() (int, error) {
	if g, ok := a.db.Group(a.name); ok {
		return a.groupExists(g)
	}
	low, high := a.span("gid")
	gid, ok := lowest(a.db.gids(), low, high)
	if word := a.given["gid"]; word != "" {
		id, err := parseID(word)
		if err != nil {
			return a.fatal(addBadCall, "invalid GID `%s'", word)
		}
		if _, taken := a.db.GroupByID(id); taken {
			return a.fatal(addIDInUse, "The GID `%s' is already in use.", word)
		}
		gid, ok = id, true
	}
	if !ok {
		return a.fatal(addNoID, "The group `%s' was not created.", a.name)
	}
	a.info("Adding group `%s' (GID %d) ...", a.name, gid)
	return a.call("groupadd", "-g", number(gid), a.name)
}

func (a *adder) groupExists(g Group) (int, error) {
	low, high := a.config.id("first_system_gid"), a.config.id("last_system_gid")
	switch word := a.given["gid"]; {
	case !a.system:
		return a.fatal(addExists, "The group `%s' already exists.", a.name)
	case word != "" && word != number(g.GID):
		return a.log("err", addWrong, "The group `%s' already exists, but has a different GID. Exiting.", a.name)
	case g.GID < low || g.GID > high:
		return a.log("err", addWrong, "The group `%s' already exists and is not a system group. Exiting.", a.name)
	}
	a.info("The group `%s' already exists as a system group.", a.name)
	return 0, nil
}

func (a *adder) addToGroup(user, group string) (int, error) {
	if _, ok := a.db.User(user); !ok {
		return a.fatal(addMissing, "The user `%s' does not exist.", user)
	}
	g, ok := a.db.Group(group)
	if !ok {
		return a.fatal(addMissing, "The group `%s' does not exist.", group)
	}
	for _, m := range g.Members {
		if m == user {
			return a.log("warn", 0, "The user `%s' is already a member of `%s'.", user, group)
		}
	}
	a.info("Adding user `%s' to group `%s' ...", user, group)
	return a.call("usermod", "-a", "-G", group, user)
}

// span is the range in which ids of a kind ("uid", "gid") are sought.
func (a *adder) span(kind string) (low, high uint32) {
	class := ""
	if a.system {
		class = "system_"
	}
	low, high = a.config.id("first_"+class+kind), a.config.id("last_"+class+kind)
	if id, err := parseID(a.given["first"+kind]); err == nil {
		low = id
	}
	if id, err := parseID(a.given["last"+kind]); err == nil {
		high = id
	}
	return low, high
}

// lowest is the first id of the range that is in none of the lists.
func lowest(taken []uint32, low, high uint32) (uint32, bool) {
	used := map[uint32]bool{}
	for _, id := range taken {
		used[id] = true
	}
	for id := low; id <= high; id++ {
		if !used[id] {
			return id, true
		}
	}
	return 0, false
}

// call runs a program of the shadow suite, as adduser does, and reads the
// database again.
func (a *adder) call(args ...string) (int, error) {
	child := a.p.Child(args...)
	child.Env["PATH"] = "/bin:/usr/bin:/sbin:/usr/sbin"
	status, err := child.Run()
	if err != nil {
		return 0, err
	}
	if status != 0 {
		return a.fatal(addSystemError, "`%s' returned error code %d. Exiting.", strings.Join(args, " "), status)
	}
	return 0, a.reload()
}

func (a *adder) reload() (err error) {
	a.db, err = Open(a.p.Tree)
	return err
}

func (a *adder) fatal(status int, format string, args ...any) (int, error) {
	return a.log("fatal", status, format, args...)
}

func (a *adder) log(level string, status int, format string, args ...any) (int, error) {
	fmt.Fprintf(a.p.Stderr(), level+": "+format+"\n", args...)
	return status, nil
}

// info says what is done, if asked to: by default adduser is silent.
func (a *adder) info(format string, args ...any) {
	if a.has("verbose") && !a.has("quiet") {
		say(a.p, "info: "+format+"\n", args...)
	}
}
