package install

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"coen/install/dpkg"
	"coen/install/internal/debtest"
	"coen/install/proc"
	"coen/tree"
)

// control returns a control paragraph.
func control(name, more string) string {
	return "Package: " + name + "\nVersion: 1\nArchitecture: all\nMaintainer: x\n" + more + "Description: x\n"
}

const logged = "#!/bin/sh\nset -e\necho \"$DPKG_MAINTSCRIPT_PACKAGE $DPKG_MAINTSCRIPT_NAME $1\" >> /log\n"

// world is a small system: essential packages, pre-dependencies, a cycle.
func world() map[string]map[string]string {
	return map[string]map[string]string{
		"base-files": {
			"DEBIAN/control": control("base-files", "Essential: yes\nPre-Depends: awk\n"), "DEBIAN/postinst": logged,
			"META": "link bin usr/bin\ndir usr/bin\ndir var/lib\ndir etc",
		},
		"awk":    {"DEBIAN/control": control("mawk", "Provides: awk\n"), "DEBIAN/preinst": logged, "usr/bin/mawk": "#!/bin/sh\n"},
		"shell":  {"DEBIAN/control": control("shell", "Essential: yes\nDepends: early-lib\n"), "DEBIAN/preinst": logged + "test -x /bin/prog && test -d /usr/bin\n", "bin/prog": "#!/bin/sh\n"},
		"lib":    {"DEBIAN/control": control("early-lib", ""), "usr/share/doc/lib/README": "read me", "usr/share/doc/lib/copyright": "free"},
		"app":    {"DEBIAN/control": control("app", "Depends: plugin\nPre-Depends: server\n"), "DEBIAN/postinst": logged, "usr/bin/app": "app"},
		"plugin": {"DEBIAN/control": control("plugin", "Depends: app\n"), "DEBIAN/postinst": logged, "usr/lib/plugin": "plugin"},
		"server": {"DEBIAN/control": control("server", "Depends: helper\n"), "DEBIAN/postinst": logged, "DEBIAN/preinst": logged, "etc/server.conf": "x", "DEBIAN/conffiles": "/etc/server.conf\n"},
		"helper": {"DEBIAN/control": control("helper", ""), "DEBIAN/postinst": logged, "usr/share/big": strings.Repeat("x", 1<<20)},
	}
}

func packages(t testing.TB, files map[string]map[string]string) []Package {
	t.Helper()
	var list []Package
	for name, f := range files {
		content := debtest.Build(t, f)
		list = append(list, Package{Name: name, Open: func() (io.ReaderAt, int64, error) {
			return bytes.NewReader(content), int64(len(content)), nil
		}})
	}
	slices.SortFunc(list, func(a, b Package) int { return strings.Compare(a.Name, b.Name) })
	return list
}

func try(t testing.TB, list []Package, o Options) (*tree.Tree, *Result, error) {
	t.Helper()
	root := tree.New(debtest.Epoch)
	o.Arch = "amd64"
	r, err := Install(context.Background(), root, list, o)
	return root, r, err
}

func digest(t *testing.T, root *tree.Tree) string {
	t.Helper()
	h := sha256.New()
	err := root.Walk(func(name string, n *tree.Node) error {
		content, err := n.Read()
		fmt.Fprintf(h, "%s %c %o %d %d %d %s %d %x %v %v\n", name, n.Kind, n.Mode, n.UID, n.GID, n.ModTime, n.Target, n.Links(), content, n.Made, n.Changed)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

func TestInstall(t *testing.T) {
	root, r, err := try(t, packages(t, world()), Options{Exclude: []dpkg.Exclusion{
		{Pattern: "/usr/share/doc/*", Reason: "no room"},
		{Pattern: "/usr/share/doc/*/copyright", Include: true},
	}})
	if err != nil {
		t.Fatal(err)
	}
	log, _ := root.ReadFile("/log")
	const want = `mawk preinst install
shell preinst install
base-files postinst configure
server preinst install
helper postinst configure
server postinst configure
app postinst configure
plugin postinst configure
`
	if string(log) != want {
		t.Errorf("scripts ran as\n%swant\n%s", log, want)
	}
	if len(r.Journal) != 8 || r.Journal[0].Package != "mawk 1" || r.Journal[0].Script != "preinst" {
		t.Errorf("journal is %+v", r.Journal)
	}
	wantExcluded := []Excluded{{"/usr/share/doc/lib/README", "early-lib 1", "no room"}}
	if !slices.Equal(r.Excluded, wantExcluded) {
		t.Errorf("excluded is %v", r.Excluded)
	}
	if root.Exists("/usr/share/doc/lib/README") || !root.Exists("/usr/share/doc/lib/copyright") {
		t.Error("exclusions were not followed")
	}
	for name, want := range map[string]string{
		"/usr/bin/prog":    "package shell 1",
		"/log":             "script plugin 1: plugin.postinst:3: echo plugin postinst configure",
		"/etc/server.conf": "package server 1",
	} {
		n, err := root.Lookup(name)
		if err != nil {
			t.Fatal(err)
		}
		if n.Made.String() != want {
			t.Errorf("%s was made by %q, want %q", name, n.Made, want)
		}
	}
}

func TestSameResult(t *testing.T) {
	list := packages(t, world())
	first := ""
	for workers := range 6 {
		rand.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		root, _, err := try(t, list, Options{Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		got := digest(t, root)
		if first == "" {
			first = got
		}
		if got != first {
			t.Errorf("%d workers: %s, want %s", workers, got, first)
		}
	}
}

func TestRules(t *testing.T) {
	files := map[string]map[string]string{
		"app": {
			"DEBIAN/control":     control("app", ""),
			"DEBIAN/postinst":    "#!/bin/sh\nset -e\nfrobnicate --all now\necho done > /done\n",
			"DEBIAN/preinst":     "#!/usr/bin/python3\n",
			"usr/bin/frobnicate": "\x7fELF",
			"META":               "mode usr/bin/frobnicate 755\n",
		},
	}
	skip := Rule{Package: "app", Script: "preinst", Reason: "only for upgrades"}
	answer := Rule{Package: "app", Script: "postinst", Command: "frobnicate --all", Reason: "nothing to do"}
	failing := answer
	failing.Status = 4
	for _, c := range []struct {
		rules []Rule
		want  string
	}{
		{[]Rule{skip, answer}, ""},
		{nil, `install app 1: preinst: unknown command "/var/lib/dpkg/tmp.ci/preinst" (a script for /usr/bin/python3)
  the recipe can answer this with a script rule: package "app", script "preinst", command`},
		{[]Rule{skip}, `install app 1: postinst:3: unknown command "frobnicate" (an ELF program)
  the recipe can answer this with a script rule: package "app", script "postinst", command "frobnicate", a status and a reason`},
		{[]Rule{skip, failing}, "install app 1: postinst: exit status 4"},
		{[]Rule{skip, answer, {Package: "app", Script: "postinst", Command: "other", Reason: "x"}},
			`install rule for "other" in postinst of app: never needed`},
		{[]Rule{skip, answer, {Package: "app", Script: "postinst", Command: "frobnicate --none", Reason: "x"}}, "never needed"},
		{[]Rule{{Package: "app", Script: "preinst"}}, "install rule for preinst of app: no reason"},
		{[]Rule{skip, skip}, "there are two"},
		{[]Rule{{Package: "app", Reason: "x"}}, "no script"},
		{[]Rule{{Package: "app", Script: "preinst", Reason: "x", Status: 256}}, "status 256"},
	} {
		root, r, err := try(t, packages(t, files), Options{Rules: c.rules})
		if c.want != "" {
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v\nwant %s", err, c.want)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if !root.Exists("/done") {
			t.Error("the script did not go on")
		}
		if j := r.Journal[1]; !slices.Equal(j.Answered, []string{"/usr/bin/frobnicate"}) || !slices.Contains(j.Commands, "/usr/bin/frobnicate") {
			t.Errorf("journal is %+v", j)
		}
	}
}

func TestErrors(t *testing.T) {
	good := map[string]string{"DEBIAN/control": control("app", "")}
	for _, c := range []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"depends", map[string]string{"DEBIAN/control": control("bad", "Depends: nothing (>= 1)\n")},
			`install bad 1: depends on "nothing (>= 1)": no such package is installed`},
		{"pre-depends", map[string]string{"DEBIAN/control": control("bad", "Pre-Depends: nothing\n")},
			`install bad 1: pre-depends on "nothing"`},
		{"twice", good, "install app 1: app 1 is there already"},
		{"architecture", map[string]string{"DEBIAN/control": strings.Replace(control("bad", ""), "all", "sparc", 1)},
			`architecture "sparc" is neither "amd64" nor a foreign one`},
		{"relation", map[string]string{"DEBIAN/control": control("bad", "Breaks: app ()\n")}, "install bad: control: Breaks: "},
		{"conffile", map[string]string{"DEBIAN/control": control("bad", ""), "DEBIAN/conffiles": "etc/x\n"}, `install bad 1: conffiles: "etc/x" is not absolute`},
		{"triggers", map[string]string{"DEBIAN/control": control("bad", ""), "DEBIAN/triggers": "intrest x\n"}, `install bad 1: triggers: unknown directive "intrest"`},
	} {
		list := append(packages(t, map[string]map[string]string{"app": good}), packages(t, map[string]map[string]string{c.name: c.files})...)
		if _, _, err := try(t, list, Options{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %s", c.name, err, c.want)
		}
	}
}

func TestPreDependsCycle(t *testing.T) {
	list := packages(t, map[string]map[string]string{
		"aa": {"DEBIAN/control": control("aa", "Depends: bb\n")},
		"bb": {"DEBIAN/control": control("bb", "Pre-Depends: cc\n")},
		"cc": {"DEBIAN/control": control("cc", "Depends: aa\n")},
	})
	const want = "install bb 1: what it pre-depends on depends on it in turn"
	if _, _, err := try(t, list, Options{}); err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

// brokenFile is content that cannot be read.
type brokenFile struct{ closed *int }

func (f brokenFile) ReadAt([]byte, int64) (int, error) { return 0, errors.New("broken") }
func (f brokenFile) Close() error                      { *f.closed++; return nil }

func TestBadContent(t *testing.T) {
	whole := debtest.Build(t, world()["helper"])
	for want, content := range map[string][]byte{
		"install p: not a Debian package": []byte("!<arch>x"),
		"install p: ":                     whole[:len(whole)-1000],
	} {
		_, _, err := try(t, []Package{{Name: "p", Open: func() (io.ReaderAt, int64, error) {
			return bytes.NewReader(content), int64(len(content)), nil
		}}}, Options{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
	closed := 0
	_, _, err := try(t, []Package{{Name: "p", Open: func() (io.ReaderAt, int64, error) { return brokenFile{&closed}, 100, nil }}}, Options{})
	if err == nil || !strings.Contains(err.Error(), "install p: ") || closed != 1 {
		t.Errorf("error %v, closed %d times", err, closed)
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	o := Options{Arch: "amd64", Workers: 3, Progress: func(p Progress) {
		if p.Package == "server 1" {
			cancel()
		}
	}}
	_, err := Install(ctx, tree.New(debtest.Epoch), packages(t, world()), o)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestUnmodelledKeepsItsType(t *testing.T) {
	files := map[string]map[string]string{"app": {
		"DEBIAN/control":  control("app", ""),
		"DEBIAN/postinst": "#!/bin/sh\nfrobnicate\n", "usr/bin/frobnicate": "#!/usr/bin/perl\n",
	}}
	_, _, err := try(t, packages(t, files), Options{})
	var u *proc.Unmodelled
	if !errors.As(err, &u) {
		t.Errorf("error %v is not for those who look for *proc.Unmodelled", err)
	}
}
