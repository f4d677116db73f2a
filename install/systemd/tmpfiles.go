package systemd

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"coen/install/account"
	"coen/install/internal/getopt"
	"coen/install/proc"
	"coen/tree"
)

// exitData is the status of systemd-tmpfiles after lines it could not read,
// exitCreate after paths it could not make (sysexits.h).
const (
	exitData   = 65
	exitCreate = 73
)

// systemdTmpfiles makes the files and directories that tmpfiles.d(5) lists.
func systemdTmpfiles(p *proc.Proc) (int, error) {
	opts, rest, err := getopt.Parse(p.Args[1:], "create", "remove", "clean", "boot", "prefix:",
		"exclude-prefix:", "root:", "no-pager", "user", "graceful", "dry-run", "replace:", "E")
	if err != nil {
		fmt.Fprintf(p.Stderr(), "systemd-tmpfiles: %v\n", err)
		return 1, nil
	}
	db, err := account.Open(p.Tree)
	if err != nil {
		return 0, err
	}
	t := &tmpfiles{p: p, t: p.Tree, db: db, values: specifiers(p.Tree, p.Arch), items: map[string][]*item{}}
	for _, o := range opts {
		switch {
		case o.Name == "create":
			t.create = true
		case o.Name == "remove":
			t.remove = true
		case o.Name == "boot":
			t.boot = true
		case o.Name == "graceful":
			t.graceful = true
		case o.Name == "prefix":
			t.prefixes = append(t.prefixes, o.Value)
		case o.Name == "exclude-prefix":
			t.excluded = append(t.excluded, o.Value)
		case o.Name == "E":
			t.excluded = append(t.excluded, "/dev", "/proc", "/run", "/sys")
		case o.Name == "root" && path.Clean(o.Value) == "/", o.Name == "no-pager":
		default:
			return 0, p.Unmodelledf("option %q", o.Name)
		}
	}
	if file, err := t.read(rest); file != "" || err != nil {
		fmt.Fprintf(p.Stderr(), "Failed to open '%s': No such file or directory\n", file)
		return 1, err
	}
	return t.apply()
}

// An item is one line.
type item struct {
	kind      byte
	force     bool // "+"
	onlyIf    bool // "?" of L: if the source exists
	tolerant  bool // "-": errors do not matter
	masked    bool // "~" before the mode
	path      string
	mode      uint32
	hasMode   bool
	modeNew   bool // ":" before the mode: only for what is made
	uid, gid  uint32
	hasUID    bool
	hasGID    bool
	uidNew    bool
	gidNew    bool
	arg       string
	hasArg    bool
	file      string
	line      int
	processed bool
}

type tmpfiles struct {
	p                    *proc.Proc
	t                    *tree.Tree
	db                   *account.DB
	values               map[byte]string
	create, remove, boot bool
	graceful             bool
	prefixes, excluded   []string
	items                map[string][]*item
	order                []string // paths in the order of first mention
	badLine, failed      bool
}

// read reads the files named, or all. It returns the name of one that does not
// exist.
func (t *tmpfiles) read(args []string) (missing string, err error) {
	files := confFiles(t.t, "tmpfiles.d")
	if len(args) > 0 {
		files = nil
	}
	for _, a := range args {
		file := findConf(t.t, "tmpfiles.d", a)
		if file == "" {
			return a, nil
		}
		files = append(files, file)
	}
	for _, file := range files {
		lines, err := confLines(t.t, file, 6)
		if err != nil {
			return "", err
		}
		for _, l := range lines {
			if err := t.line(l); err != nil {
				return "", err
			}
		}
	}
	return "", nil
}

func (t *tmpfiles) say(format string, args ...any) {
	fmt.Fprintf(t.p.Stderr(), format+"\n", args...)
}

func (t *tmpfiles) complain(l confLine, format string, args ...any) {
	t.badLine = true
	t.say("%s:%d: %s", l.file, l.number, fmt.Sprintf(format, args...))
}

// volatile are the specifiers that only a running system gives a value:
// machine and boot id, host name, kernel. Lines with them are for the booted
// system, as they are for an image whose /etc/machine-id is empty.
const volatile = "mbHlv"

func (t *tmpfiles) line(l confLine) error {
	if len(l.fields) < 2 {
		t.complain(l, "Syntax error.")
		return nil
	}
	for _, c := range volatile {
		if strings.Contains(l.fields[1], "%"+string(c)) {
			return nil
		}
	}
	it := &item{file: l.file, line: l.number}
	skip, ok := it.setType(l.fields[0], t.boot)
	if !ok {
		t.complain(l, "Unknown modifiers in command: %s", l.fields[0])
		return nil
	}
	if skip {
		return nil
	}
	name, ok := expandSpecifiers(l.fields[1], t.values)
	if !ok {
		return t.p.Unmodelledf("%s:%d: specifier in %q", l.file, l.number, l.fields[1])
	}
	it.path = path.Clean(name)
	if !t.wanted(it.path) {
		return nil
	}
	// The argument is the rest of the line, taken as it stands.
	if it.arg = l.raw; len(l.fields) > 6 || l.raw != "" {
		it.hasArg = true
	}
	if err := t.setArg(it, l); err != nil {
		return err
	}
	if t.setOwner(it, l) {
		t.add(it, l)
	}
	return nil
}

// setType reads the first field, a letter and modifiers. Lines that are for
// booting only, or whose content would come from a credential, are skipped.
func (it *item) setType(word string, boot bool) (skip, ok bool) {
	it.kind = word[0]
	for _, c := range word[1:] {
		switch c {
		case '+':
			it.force = true
		case '!':
			skip = skip || !boot
		case '-':
			it.tolerant = true
		case '?':
			it.onlyIf = true
		case '^':
			skip = true
		case '$', '=', '~':
		default:
			return false, false
		}
	}
	return skip, strings.IndexByte("fFwdDevqQpLcbCxXrRzZtThHaA", it.kind) >= 0
}

func (t *tmpfiles) wanted(name string) bool {
	under := func(prefix string) bool {
		prefix = path.Clean(prefix)
		return name == prefix || strings.HasPrefix(name, strings.TrimSuffix(prefix, "/")+"/")
	}
	if slices.ContainsFunc(t.excluded, under) {
		return false
	}
	return len(t.prefixes) == 0 || slices.ContainsFunc(t.prefixes, under)
}

// setArg expands the argument where it is a path or text.
func (t *tmpfiles) setArg(it *item, l confLine) error {
	if it.arg == "-" {
		it.arg, it.hasArg = "", false
	}
	if strings.IndexByte("fFwLC", it.kind) >= 0 && it.hasArg {
		v, ok := expandSpecifiers(unescaped(it.arg), t.values)
		if !ok {
			return t.p.Unmodelledf("%s:%d: specifier in %q", l.file, l.number, it.arg)
		}
		it.arg = v
	}
	if (it.kind == 'L' || it.kind == 'C') && it.arg == "" {
		it.arg = "/usr/share/factory" + it.path
	}
	return nil
}

// setOwner reads mode, user and group. It reports false for a line that cannot
// be used.
func (t *tmpfiles) setOwner(it *item, l confLine) bool {
	f := make([]string, 6)
	copy(f, l.fields)
	if mode := f[2]; mode != "" && mode != "-" {
		mode, it.masked = cutPrefix(mode, "~")
		mode, it.modeNew = cutPrefix(mode, ":")
		if !it.masked {
			mode, it.masked = cutPrefix(mode, "~")
		}
		n, err := strconv.ParseUint(mode, 8, 12)
		if err != nil {
			t.complain(l, "Invalid mode '%s'.", f[2])
			return false
		}
		it.mode, it.hasMode = uint32(n), true
	}
	if name := f[3]; name != "" && name != "-" {
		name, it.uidNew = cutPrefix(name, ":")
		u, ok := t.db.User(name)
		if n, err := strconv.ParseUint(name, 10, 32); err == nil {
			u.UID, ok = uint32(n), true
		}
		if !ok {
			t.unknown(l, "user", name)
			return false
		}
		it.uid, it.hasUID = u.UID, true
	}
	if name := f[4]; name != "" && name != "-" {
		name, it.gidNew = cutPrefix(name, ":")
		g, ok := t.db.Group(name)
		if n, err := strconv.ParseUint(name, 10, 32); err == nil {
			g.GID, ok = uint32(n), true
		}
		if !ok {
			t.unknown(l, "group", name)
			return false
		}
		it.gid, it.hasGID = g.GID, true
	}
	return true
}

func (t *tmpfiles) unknown(l confLine, what, name string) {
	if t.graceful {
		t.say("%s:%d: Failed to resolve %s '%s', ignoring.", l.file, l.number, what, name)
		return
	}
	t.complain(l, "Failed to resolve %s '%s': No such process", what, name)
}

func cutPrefix(s, prefix string) (string, bool) { return strings.CutPrefix(s, prefix) }

// add keeps an item unless another line has claimed its path already.
func (t *tmpfiles) add(it *item, l confLine) {
	for _, old := range t.items[it.path] {
		if old.claims() && it.claims() && !old.equal(it) && !it.force {
			t.say("%s:%d: Duplicate line for path \"%s\", ignoring.", l.file, l.number, it.path)
			return
		}
	}
	if t.items[it.path] == nil {
		t.order = append(t.order, it.path)
	}
	t.items[it.path] = append(t.items[it.path], it)
}

// claims says whether the item decides what its path is.
func (it *item) claims() bool { return strings.IndexByte("fFdDevqQpLcbCwxXrR", it.kind) >= 0 }

func (it *item) equal(o *item) bool {
	a, b := *it, *o
	a.file, a.line, b.file, b.line = "", 0, "", 0
	return a == b
}
