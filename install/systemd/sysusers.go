package systemd

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	"coen/install/account"
	"coen/install/internal/getopt"
	"coen/install/proc"
)

// systemdSysusers creates the users and groups that sysusers.d(5) files ask
// for.
func systemdSysusers(p *proc.Proc) (int, error) {
	opts, rest, err := getopt.Parse(p.Args[1:], "root:", "inline", "no-pager", "cat-config", "dry-run", "replace:", "image:")
	if err != nil {
		fmt.Fprintf(p.Stderr(), "systemd-sysusers: %v\n", err)
		return 1, nil
	}
	inline := false
	for _, o := range opts {
		switch {
		case o.Name == "inline":
			inline = true
		case o.Name == "root" && path.Clean(o.Value) == "/", o.Name == "no-pager":
		default:
			return 0, p.Unmodelledf("option --%s", o.Name)
		}
	}
	s := &sysusers{p: p, users: map[string]*entry{}, groups: map[string]*entry{}, values: specifiers(p.Tree, p.Arch)}
	if err := s.read(rest, inline); err != nil {
		if failed, ok := err.(errUnit); ok {
			fmt.Fprintln(p.Stderr(), failed.msg)
			return 1, nil
		}
		return 0, err
	}
	return s.apply()
}

// An entry is a user or group to be made.
type entry struct {
	name        string
	id          uint32
	fixed       bool   // id is given
	idFile      string // whose owner is the id
	group       string // primary group by name
	gid         uint32
	gidFixed    bool
	gecos       string
	home, shell string
	locked      bool
	file        string
	line        int
}

// sysusers is what the files ask for, in the order of first mention.
type sysusers struct {
	p          *proc.Proc
	values     map[byte]string
	users      map[string]*entry
	groups     map[string]*entry
	userOrder  []*entry
	groupOrder []*entry
	joins      []membership
	ranges     []idRange
}

type membership struct{ user, group string }

type idRange struct{ low, high uint32 }

func (s *sysusers) read(args []string, inline bool) error {
	if inline {
		for i, line := range args {
			fields, _ := unquoteWords(line, 6)
			if err := s.line(confLine{"(argv)", i + 1, fields, ""}); err != nil {
				return err
			}
		}
		return nil
	}
	files := confFiles(s.p.Tree, "sysusers.d")
	if len(args) > 0 {
		files = nil
	}
	for _, a := range args {
		file := findConf(s.p.Tree, "sysusers.d", a)
		if file == "" {
			return errUnit{fmt.Sprintf("Failed to open '%s': No such file or directory", a)}
		}
		files = append(files, file)
	}
	for _, file := range files {
		lines, err := confLines(s.p.Tree, file, 6)
		if err != nil {
			return err
		}
		for _, l := range lines {
			if err := s.line(l); err != nil {
				return err
			}
		}
	}
	return nil
}

// line reads one line; "-" and absence are the same.
func (s *sysusers) line(l confLine) error {
	f := make([]string, 6)
	for i, word := range l.fields {
		v, ok := expandSpecifiers(word, s.values)
		if !ok {
			return s.p.Unmodelledf("%s:%d: specifier in %q", l.file, l.number, word)
		}
		if v != "-" {
			f[i] = v
		}
	}
	e := &entry{name: f[1], gecos: f[3], home: f[4], shell: f[5], file: l.file, line: l.number}
	kind, locked := strings.CutSuffix(f[0], "!")
	e.locked = locked
	switch kind {
	case "u":
		return s.user(e, f[2])
	case "g":
		return s.group(e, f[2])
	case "m":
		if f[1] == "" || f[2] == "" {
			return s.bad(l, "a membership needs a user and a group")
		}
		s.joins = append(s.joins, membership{f[1], f[2]})
		return nil
	case "r":
		return s.addRange(l, f[2])
	}
	return s.bad(l, fmt.Sprintf("Unknown command type '%s'.", f[0]))
}

func (s *sysusers) bad(l confLine, msg string) error {
	return errUnit{fmt.Sprintf("%s:%d: %s", l.file, l.number, msg)}
}

func (s *sysusers) user(e *entry, id string) error {
	if owner, group, ok := strings.Cut(id, ":"); ok {
		id = strings.TrimSuffix(owner, "-")
		if gid, err := strconv.ParseUint(group, 10, 32); err == nil {
			e.gid, e.gidFixed = uint32(gid), true
		} else {
			e.group = group
		}
	}
	if err := e.setID(id); err != nil {
		return err
	}
	if s.users[e.name] == nil {
		s.users[e.name] = e
		s.userOrder = append(s.userOrder, e)
	}
	return nil
}

func (s *sysusers) group(e *entry, id string) error {
	if err := e.setID(id); err != nil {
		return err
	}
	if s.groups[e.name] == nil {
		s.groups[e.name] = e
		s.groupOrder = append(s.groupOrder, e)
	}
	return nil
}

func (e *entry) setID(id string) error {
	if strings.HasPrefix(id, "/") {
		e.idFile = id
		return nil
	}
	if id == "" {
		return nil
	}
	n, err := strconv.ParseUint(id, 10, 32)
	if err != nil {
		return errUnit{fmt.Sprintf("%s:%d: Failed to parse ID: '%s'", e.file, e.line, id)}
	}
	e.id, e.fixed = uint32(n), true
	return nil
}

func (s *sysusers) addRange(l confLine, word string) error {
	low, high, ok := strings.Cut(word, "-")
	if !ok {
		high = low
	}
	a, err1 := strconv.ParseUint(low, 10, 32)
	b, err2 := strconv.ParseUint(high, 10, 32)
	if err1 != nil || err2 != nil || a > b {
		return s.bad(l, fmt.Sprintf("Invalid UID range %s.", word))
	}
	s.ranges = append(s.ranges, idRange{uint32(a), uint32(b)})
	return nil
}

// apply makes what is missing.
func (s *sysusers) apply() (int, error) {
	for _, j := range s.joins {
		if s.users[j.user] == nil {
			s.user(&entry{name: j.user}, "")
		}
		if s.groups[j.group] == nil {
			s.group(&entry{name: j.group}, "")
		}
	}
	db, err := account.Open(s.p.Tree)
	if err != nil {
		return 0, err
	}
	a := newAllocator(s.p.Tree, db, s.ranges)
	for _, g := range s.groupOrder {
		if err := a.addGroup(g); err != nil {
			return s.failed(err)
		}
	}
	for _, u := range s.userOrder {
		err := a.addUser(u, s.groups)
		if group, ok := err.(errGroup); ok {
			fmt.Fprintln(s.p.Stderr(), group)
		} else if err != nil {
			return s.failed(err)
		}
	}
	for _, j := range s.joins {
		db.Join(j.group, j.user)
	}
	return 0, db.WriteAsSystemd()
}

func (s *sysusers) failed(err error) (int, error) {
	if e, ok := err.(errUnit); ok {
		fmt.Fprintln(s.p.Stderr(), e.msg)
		return 1, nil
	}
	return 0, err
}
