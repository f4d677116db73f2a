package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"coen/inspect/explain"
	"coen/inspect/survey"
	"coen/internal/oracle"
)

// An unpacked image is its root file system as unsquashfs unpacks it.
func unpackedRoot(t *testing.T, iso string) string {
	t.Helper()
	oracle.Need(t, "unsquashfs")
	oracle.Need(t, "xorriso")
	dir := t.TempDir()
	squash := filepath.Join(dir, "root.squashfs")
	shell(t, fmt.Sprintf("xorriso -osirrox on -indev %s -extract /live/root.squashfs %s 2>&1", iso, squash))
	shell(t, fmt.Sprintf("unsquashfs -no-progress -ignore-errors -d %s/root %s 2>&1", dir, squash))
	shell(t, fmt.Sprintf("unsquashfs -lln %s > %s/listing", squash, dir))
	return dir
}

func shell(t *testing.T, script string) string {
	t.Helper()
	out, err := exec.Command("sh", "-c", script).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", script, err, out)
	}
	return string(out)
}

// told runs coen and decodes the JSON it prints.
func told[T any](t *testing.T, args ...string) (v T) {
	t.Helper()
	out := must(t, args...)
	if err := json.Unmarshal([]byte(out), &v); err != nil {
		t.Fatalf("coen %s: %v", strings.Join(args, " "), err)
	}
	return v
}

// TestInspect compares what coen says of the console image with what other
// programs say.
func TestInspect(t *testing.T) {
	if testing.Short() {
		t.Skip("builds an image")
	}
	iso := shippedISO(t, "console")
	dir := unpackedRoot(t, iso)
	root := filepath.Join(dir, "root")
	s := told[survey.Survey](t, "inspect", "--json", iso)
	t.Run("list", func(t *testing.T) { compareListing(t, iso, filepath.Join(dir, "listing")) })
	t.Run("boot", func(t *testing.T) { compareBoot(t, iso, &s) })
	t.Run("packages", func(t *testing.T) { comparePackages(t, root, &s) })
	t.Run("accounts", func(t *testing.T) { compareAccounts(t, root, &s) })
	t.Run("units", func(t *testing.T) { compareUnits(t, root, &s) })
	t.Run("setuid", func(t *testing.T) { compareSetuid(t, filepath.Join(dir, "listing"), &s) })
	t.Run("sbom", func(t *testing.T) {
		beside, err := os.ReadFile(strings.TrimSuffix(iso, ".iso") + ".spdx.json")
		if err != nil {
			t.Fatal(err)
		}
		if got := must(t, "inspect", "--sbom", "spdx", iso); got != string(beside) {
			t.Error("the list from the image is not the one beside it")
		}
	})
	t.Run("owners", func(t *testing.T) { compareOwners(t, iso, root) })
	t.Run("authors", func(t *testing.T) { explainAuthors(t, iso) })
	t.Run("text", func(t *testing.T) { inspectText(t, iso) })
}

// lines are those of a file of unsquashfs -lln: mode, owner, size, date, path.
func lines(t *testing.T, file string) [][]string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all [][]string
	// Devices have "MAJOR, MINOR" for a size.
	line := regexp.MustCompile(`(?m)^(\S{10}) (\d+)/(\d+) +(\d+|\d+, *\d+) (\S+ \S+) squashfs-root(\S*)(?: -> .*)?$`)
	for _, m := range line.FindAllStringSubmatch(string(data), -1) {
		all = append(all, m[1:])
	}
	return all
}

// compareListing compares paths, types, permissions, owners and sizes.
func compareListing(t *testing.T, iso, listing string) {
	want := map[string]string{}
	for _, l := range lines(t, listing) {
		size := l[3]
		if l[0][0] != '-' {
			size = ""
		}
		want["/"+strings.TrimPrefix(l[5], "/")] = fmt.Sprint(l[0], " ", l[1], ":", l[2], " ", size)
	}
	got := map[string]string{}
	dec := json.NewDecoder(strings.NewReader(must(t, "inspect", "--list", "--json", iso)))
	for dec.More() {
		var l listed
		if err := dec.Decode(&l); err != nil {
			t.Fatal(err)
		}
		if l.Place == "root" {
			got[l.Path] = fmt.Sprint(symbolic(t, l.Kind, l.Mode), " ", l.UID, ":", l.GID, " ", sizeOf(l))
		}
	}
	if len(want) < 5000 {
		t.Fatalf("unsquashfs lists %d paths", len(want))
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if got[name] != want[name] {
			t.Errorf("%s: coen %q, unsquashfs %q", name, got[name], want[name])
		}
		delete(got, name)
	}
	for name := range got {
		t.Errorf("%s is not there", name)
	}
}

func sizeOf(l listed) string {
	if l.Kind != "f" {
		return ""
	}
	return fmt.Sprint(l.Size)
}

// symbolic writes a mode as ls does.
func symbolic(t *testing.T, kind, octal string) string {
	t.Helper()
	var mode uint32
	if _, err := fmt.Sscanf(octal, "%o", &mode); err != nil {
		t.Fatal(err)
	}
	s := []byte(strings.Replace(kind, "f", "-", 1) + "rwxrwxrwx")
	for i := range 9 {
		if mode&(1<<(8-i)) == 0 {
			s[i+1] = '-'
		}
	}
	for _, special := range []struct {
		bit    uint32
		at     int
		letter byte
	}{{0o4000, 3, 's'}, {0o2000, 6, 's'}, {0o1000, 9, 't'}} {
		if mode&special.bit != 0 {
			if s[special.at] == '-' {
				special.letter -= 'a' - 'A'
			}
			s[special.at] = special.letter
		}
	}
	return string(s)
}

// compareBoot compares the boot records with xorriso's.
func compareBoot(t *testing.T, iso string, s *survey.Survey) {
	out := shell(t, fmt.Sprintf("xorriso -indev %s -report_el_torito plain -report_system_area plain 2>/dev/null", iso))
	for _, b := range s.Boot {
		if !strings.Contains(out, b.Path) {
			t.Errorf("xorriso knows no boot image %s", b.Path)
		}
	}
	images := regexp.MustCompile(`(?m)^El Torito boot img :`).FindAllString(out, -1)
	if len(images) != len(s.Boot) {
		t.Errorf("%d boot images, xorriso knows %d", len(s.Boot), len(images))
	}
	for _, p := range s.Partitions {
		if p.Table == "GPT" && !regexp.MustCompile(fmt.Sprintf(`GPT start and size +: +\d+ +%d +%d`, p.First, p.Count)).MatchString(out) {
			t.Errorf("xorriso knows no partition of %d sectors from %d on", p.Count, p.First)
		}
	}
}

// comparePackages asks dpkg-query.
func comparePackages(t *testing.T, root string, s *survey.Survey) {
	oracle.Need(t, "dpkg-query")
	want := shell(t, fmt.Sprintf("dpkg-query --admindir=%s/var/lib/dpkg -W -f '${Package} ${Version} ${Architecture}\\n' | LC_ALL=C sort", root))
	var got []string
	for _, p := range s.Packages {
		got = append(got, fmt.Sprintf("%s %s %s\n", p.Name, p.Version, p.Arch))
		if p.SHA256 == "" {
			t.Errorf("%s is not from the lock", p.Name)
		}
	}
	slices.Sort(got)
	if strings.Join(got, "") != want {
		t.Errorf("packages:\n%s\ndpkg-query:\n%s", strings.Join(got, ""), want)
	}
}

// compareAccounts asks passwd, of which --root reads another /etc.
func compareAccounts(t *testing.T, root string, s *survey.Survey) {
	data, err := os.ReadFile(filepath.Join(root, "etc/passwd"))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(data), "\n"); n != len(s.Accounts) {
		t.Errorf("%d accounts of %d", len(s.Accounts), n)
	}
	for _, a := range s.Accounts {
		if want := map[bool]string{true: "none", false: "locked"}[a.Name == "root"]; a.Password != want {
			t.Errorf("password of %s: %s", a.Name, a.Password)
		}
	}
}

// compareUnits asks systemctl, which reads units of another root too.
func compareUnits(t *testing.T, root string, s *survey.Survey) {
	oracle.Need(t, "systemctl")
	states := map[string]string{}
	for _, u := range s.Units {
		states[u.Name] = u.State
	}
	compared := 0
	for line := range strings.Lines(shell(t, "systemctl --root="+root+" list-unit-files --no-legend --no-pager")) {
		f := strings.Fields(line)
		// Of a unit without an [Install] section that has one in a drop-in, and of
		// those that only exist as links, systemctl has more words than there are states.
		if len(f) < 2 || !slices.Contains([]string{"enabled", "disabled", "static", "masked", "alias"}, f[1]) {
			continue
		}
		compared++
		if states[f[0]] != f[1] {
			t.Errorf("%s: %q, systemctl says %s", f[0], states[f[0]], f[1])
		}
	}
	if compared < 100 {
		t.Errorf("systemctl knows %d units", compared)
	}
}

// compareSetuid looks at unsquashfs's listing.
func compareSetuid(t *testing.T, listing string, s *survey.Survey) {
	var want, got []string
	for _, l := range lines(t, listing) {
		if l[0][0] == '-' && strings.ContainsAny(l[0], "sS") {
			want = append(want, l[5])
		}
	}
	for _, f := range s.Privileged {
		if f.Capabilities == "" {
			got = append(got, f.Path)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if len(want) == 0 || !slices.Equal(got, want) {
		t.Errorf("%v, unsquashfs says %v", got, want)
	}
}

// compareOwners asks dpkg -S whose a path is, of a sample of those that packages
// ship.
func compareOwners(t *testing.T, iso, root string) {
	oracle.Need(t, "dpkg-query")
	lists, err := filepath.Glob(filepath.Join(root, "var/lib/dpkg/info/*.list"))
	if err != nil || len(lists) < 100 {
		t.Fatalf("%d lists, %v", len(lists), err)
	}
	var paths []string
	for i := 0; i < len(lists); i += 3 {
		data, err := os.ReadFile(lists[i])
		if err != nil {
			t.Fatal(err)
		}
		all := strings.Fields(string(data))
		paths = append(paths, all[len(all)-1])
	}
	var there []string
	for _, name := range paths {
		if info, err := os.Lstat(filepath.Join(root, name)); err == nil && !info.IsDir() {
			there = append(there, name)
		}
	}
	chains := told[[]explain.Chain](t, append([]string{"explain", "--json", iso}, there...)...)
	for _, c := range chains {
		// Dpkg finds a path of a directory that is a link now under its old name too.
		out, err := exec.Command("dpkg-query", "--admindir="+filepath.Join(root, "var/lib/dpkg"), "-S", c.Path).Output()
		owner, _, _ := strings.Cut(string(out), ":")
		if err != nil || c.Made.Kind != "package" || c.Package == nil || c.Package.Name != owner {
			t.Errorf("%s: %+v, dpkg -S says %q (%v)", c.Path, c.Made, owner, err)
		}
		if c.Suite == nil || len(c.Suite.Signatures) == 0 {
			t.Errorf("%s: nobody signed for it", c.Path)
		}
	}
	if len(chains) < 15 {
		t.Errorf("only %d paths were compared", len(chains))
	}
}

// explainAuthors asks for a path of each kind of author.
func explainAuthors(t *testing.T, iso string) {
	for name, want := range map[string]struct{ kind, line string }{
		"/usr/bin/passwd":             {"package", ""},
		"/etc/hosts":                  {"rule", "- path: /etc/hosts"},
		"/etc/alternatives/vi":        {"script", "update-alternatives"},
		"/dev/null":                   {"tool", ""},
		"/bin/../usr/bin/kskm":        {"tool", ""},
		"/lib/systemd/system/../sshd": {"", ""},
	} {
		if want.kind == "" {
			exits(t, 2, name+": file does not exist", "explain", iso, name)
			continue
		}
		c := told[[]explain.Chain](t, "explain", "--json", iso, name)[0]
		if c.Made.Kind != want.kind || !c.Intact {
			t.Errorf("%s: %+v", name, c)
		}
		if want.line != "" && (len(c.Made.Lines) == 0 || !strings.Contains(c.Made.Lines[0].Text, want.line)) {
			t.Errorf("%s: %+v", name, c.Made.Lines)
		}
	}
}

// inspectText looks at what people read.
func inspectText(t *testing.T, iso string) {
	for want, args := range map[string][]string{
		"coen-console 3.0.0": {},
		"every entry: ":      {"--boot"},
		"GPL-":               {"--packages"},
		"password none":      {"--accounts"},
		"enabled ":           {"--units"},
		"/usr/bin/passwd":    {"--setuid"},
	} {
		if out := must(t, append([]string{"inspect", iso}, args...)...); !strings.Contains(out, want) {
			t.Errorf("%v: no %q in\n%s", args, want, out)
		}
	}
	exits(t, 2, `"xml" is neither spdx nor cyclonedx`, "inspect", "--sbom", "xml", iso)
	if status := run(context.Background(), []string{"inspect", "/dev/null"}); status != 2 {
		t.Errorf("/dev/null: exit %d", status)
	}
}
