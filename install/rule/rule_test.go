package rule

import (
	"fmt"
	"strings"
	"testing"

	"coen/install/proc"
	"coen/recipe"
	"coen/tree"
)

const head = `name: small
release: 1.0.0
epoch: 2026-01-01T00:00:00Z
architecture: amd64
sources: [{archive: debian, suites: [trixie], components: [main]}]
packages: [dash]
boot: {entries: [{id: small, title: Small}]}
`

// machine is a world with an account database and a systemctl that notes what
// it is asked for, and refuses the unit bad.service.
func machine(t *testing.T, asked *[]string) *proc.Machine {
	t.Helper()
	root := tree.New(0)
	for _, dir := range []string{"/etc", "/usr/bin"} {
		if err := root.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := root.WriteFile("/etc/shadow", []byte("root:*:20000:0:99999:7:::\ndaemon:*:20000:0:99999:7:::\n"), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := root.WriteFile("/usr/bin/systemctl", []byte("\x7fELF"), 0o755); err != nil {
		t.Fatal(err)
	}
	return &proc.Machine{Tree: root, Commands: map[string]proc.Func{
		"systemctl": func(p *proc.Proc) (int, error) {
			*asked = append(*asked, strings.Join(p.Args[1:], " "))
			if p.Args[2] == "bad.service" {
				return p.Errorf("no such unit")
			}
			return 0, nil
		},
	}}
}

func apply(t *testing.T, rules string) (*tree.Tree, []string, error) {
	t.Helper()
	r, err := recipe.Parse("small", []byte(head+rules))
	if err != nil {
		t.Fatal(err)
	}
	var asked []string
	m := machine(t, &asked)
	err = Apply(m, r)
	return m.Tree, asked, err
}

func TestApply(t *testing.T) {
	root, asked, err := apply(t, `
passwords: [{account: daemon, field: "!"}]
files:
  - {path: /etc/deep/down/file, content: "x\n", mode: "0600"}
  - {path: /etc/link, link: deep}
  - {path: /srv/dir, directory: true, mode: "0700"}
units: {enable: [a.service], mask: [b.service], default: multi-user.target}
`)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"/etc/shadow":         "f 0640 rule small: passwords[0]",
		"/etc/deep":           "d 0755 rule small: files[0]",
		"/etc/deep/down/file": "f 0600 rule small: files[0]",
		"/etc/link":           "l 0777 rule small: files[1]",
		"/srv/dir":            "d 0700 rule small: files[2]",
	} {
		n, err := root.Lstat(name)
		if err != nil {
			t.Error(err)
			continue
		}
		author := n.Made
		if got := fmt.Sprintf("%c %04o %v", n.Kind, n.Mode, author); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	if shadow, _ := root.ReadFile("/etc/shadow"); !strings.Contains(string(shadow), "\ndaemon:!:20000:") {
		t.Errorf("shadow is %q", shadow)
	}
	if got := strings.Join(asked, ", "); got != "enable a.service, mask b.service, set-default multi-user.target" {
		t.Errorf("systemctl was asked to %s", got)
	}
}

func TestRefusals(t *testing.T) {
	for rules, want := range map[string]string{
		`passwords: [{account: nobody, field: ""}]`:      "passwords[0]: /etc/shadow has no account nobody",
		`units: {enable: [bad.service]}`:                 "units: enable[0]: systemctl enable bad.service: status 1: systemctl: no such unit",
		`files: [{path: /etc/shadow/x, content: ""}]`:    "files[0]: mkdir /etc/shadow: Not a directory",
		`files: [{path: /etc, content: "not a folder"}]`: "files[0]: rename /etc: Is a directory",
	} {
		if _, _, err := apply(t, rules+"\n"); err == nil || err.Error() != want {
			t.Errorf("%s: error %v, want %s", rules, err, want)
		}
	}
}
