package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"coen/hsm/hsmtest"
	"coen/hsm/pkcs11"
	"coen/ksk/outfile"
)

// goldenFolders returns the folders of golden cases: our own, and those that COEN_TESTDATA
// leads to, which hold what the predecessor of these tools did.
func goldenFolders(t *testing.T) []string {
	own, err := filepath.Abs("testdata/golden")
	if err != nil {
		t.Fatal(err)
	}
	folders := []string{own}
	if root := os.Getenv("COEN_TESTDATA"); root != "" {
		folders = append(folders, filepath.Join(root, "golden-kskm"))
	} else {
		t.Log("COEN_TESTDATA is not set: only the project's own golden cases are run")
	}
	return folders
}

// golden is a case: what was run and what came of it.
type golden struct {
	folder string
	Name   string   `json:"name"`
	Argv   []string `json:"argv"`
	Clock  string   `json:"faketime"`
}

func TestGolden(t *testing.T) {
	for _, folder := range goldenFolders(t) {
		if _, err := os.Stat(filepath.Join(folder, "keys", "token.json")); err != nil {
			t.Errorf("golden cases: %v", err)
			continue
		}
		importToken(t, folder)
		groups, _ := filepath.Glob(filepath.Join(folder, "*", "*", "meta.json"))
		slices.Sort(groups)
		group := ""
		for _, meta := range groups {
			var g golden
			text, err := os.ReadFile(meta)
			if err == nil {
				err = json.Unmarshal(text, &g)
			}
			if err != nil {
				t.Fatal(meta, err)
			}
			g.folder = filepath.Dir(meta)
			if now := filepath.Dir(g.folder); now != group && strings.HasSuffix(now, "keymaster") {
				importToken(t, folder) // these cases change it
			}
			group = filepath.Dir(g.folder)
			t.Run(g.Name, g.run)
		}
	}
}

// importToken makes the token that the cases of a folder use.
func importToken(t *testing.T, folder string) {
	var token struct {
		Token string
		Keys  []struct{ Label, ID, File string }
	}
	text, err := os.ReadFile(filepath.Join(folder, "keys", "token.json"))
	if err == nil {
		err = json.Unmarshal(text, &token)
	}
	if err != nil {
		t.Fatal(err)
	}
	hsmtest.Folder(t)
	hsmtest.Token(t, token.Token)
	for _, k := range token.Keys {
		hsmtest.Import(t, token.Token, filepath.Join(folder, "keys", k.File), k.Label, k.ID)
	}
}

func (g golden) run(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(g.folder)); err != nil {
		t.Fatal(err)
	}
	for _, output := range []string{"skr.xml", "ta.xml"} {
		os.Remove(filepath.Join(dir, output))
	}
	t.Chdir(dir)
	p, stdout, stderr := testProgram(t, g.Clock)
	if input, err := os.Open("stdin"); err == nil {
		defer input.Close()
		p.stdin = input
	}
	code := p.run(append([]string{"/usr/bin/" + g.Argv[0]}, g.Argv[1:]...))
	if os.Getenv("COEN_UPDATE_GOLDEN") == "1" && filepath.Base(filepath.Dir(filepath.Dir(filepath.Dir(g.folder)))) == "testdata" {
		g.update(t, code, stdout.String())
		return
	}
	diff := differences[g.Name]
	if want := g.exitCode(t, diff); code != want {
		t.Errorf("exit code %d, want %d\n%s", code, want, stderr)
	}
	g.compareLog(t, diff)
	if diff.stdout == nil {
		g.compareText(t, "stdout", normalText(stdout.String()), normalText(g.read("stdout")))
	} else if !diff.stdout.MatchString(stdout.String()) {
		t.Errorf("stdout:\n%s", stdout)
	}
	if !diff.noFiles {
		g.compareFile(t, "skr.xml", canonicalSKR)
		g.compareFile(t, "ta.xml", func(s string) string { return s })
	}
}

// update writes what came of a case of our own.
func (g golden) update(t *testing.T, code int, stdout string) {
	logs, _ := filepath.Glob("kskm-*.log")
	outputs := map[string]string{"exitcode": strconv.Itoa(code) + "\n", "stdout": stdout}
	for _, name := range logs {
		outputs["run.log.norm"] = normalText(read(t, name))
	}
	for _, name := range []string{"skr.xml", "ta.xml"} {
		if text, err := os.ReadFile(name); err == nil {
			outputs[name] = string(text)
		}
	}
	for name, text := range outputs {
		put(t, filepath.Join(g.folder, name), text)
	}
}

// testProgram returns a program with a clock that stands still, or runs if it is not set.
func testProgram(t *testing.T, clock string) (p *program, stdout, stderr *bytes.Buffer) {
	stdout, stderr = &bytes.Buffer{}, &bytes.Buffer{}
	now := time.Now
	if clock != "" {
		at, err := time.ParseInLocation("@2006-01-02 15:04:05", clock, time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		now = func() time.Time { return at.Add(time.Second / 2) } // their clock ran on
	}
	return &program{
		ctx: context.Background(), stdin: strings.NewReader(""), stdout: stdout, stderr: stderr,
		now: now, load: pkcs11.Load, create: outfile.New,
		askPIN: func(string) ([]byte, error) { return nil, errors.New("nobody is there") },
	}, stdout, stderr
}

func (g golden) read(name string) string {
	text, _ := os.ReadFile(filepath.Join(g.folder, name))
	return string(text)
}

func (g golden) exitCode(t *testing.T, d difference) int {
	if d.exit == succeeds {
		return exitOK
	}
	if d.exit != 0 {
		return d.exit
	}
	switch text := strings.TrimSpace(g.read("exitcode")); text {
	case "timeout": // the predecessor looped for ever
		return exitRejected
	case "0", "1", "2", "3":
		return int(text[0] - '0')
	default:
		t.Fatalf("exit code %q", text)
	}
	return 0
}

var (
	recordDate = regexp.MustCompile(`(?m)^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}: `)
	slotNumber = regexp.MustCompile(`(?i)\bslot \d+`)
	serial     = regexp.MustCompile(`(HSM Serial: +).*`)
	module     = regexp.MustCompile(`(module \S+ using ).*`)
	randomID   = regexp.MustCompile(`TrustAnchor id="[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"`)
	columns    = regexp.MustCompile(`(T\S+ +\d\d\d\d\S+ +)(\S+)( +)(\S*)$`)
)

// normalText takes out what differs from run to run.
func normalText(s string) string {
	s = recordDate.ReplaceAllString(s, "")
	s = slotNumber.ReplaceAllString(s, "slot N")
	s = serial.ReplaceAllString(s, "${1}S")
	s = module.ReplaceAllString(s, "${1}M")
	return sortDigests(randomID.ReplaceAllString(s, `TrustAnchor id="UUID"`))
}

var keyDigest = regexp.MustCompile(`(?s)<KeyDigest .*</KeyDigest>\n`)

// sortDigests sorts the entries of a trust anchor, whose order was random.
func sortDigests(s string) string {
	return keyDigest.ReplaceAllStringFunc(s, func(all string) string {
		entries := strings.SplitAfter(all, "</KeyDigest>\n")
		slices.Sort(entries)
		return strings.Join(entries, "")
	})
}

// normalLines also sorts what the predecessor left to chance.
func normalLines(s string) []string {
	lines := strings.Split(strings.TrimSuffix(normalText(s), "\n"), "\n")
	for i, line := range lines {
		if m := columns.FindStringSubmatch(line); m != nil {
			for _, at := range []int{2, 4} {
				items := strings.Split(m[at], ",")
				slices.Sort(items)
				m[at] = strings.Join(items, ",")
			}
			lines[i] = strings.TrimSuffix(line, m[0]) + m[1] + m[2] + m[3] + m[4]
		}
	}
	return lines
}

// compareLog compares the logs. Where something is rejected ours says so at the end, which
// the predecessor's did not.
func (g golden) compareLog(t *testing.T, d difference) {
	t.Helper()
	logs, _ := filepath.Glob("kskm-*.log")
	want := normalLines(g.read("run.log.norm"))
	if len(logs) == 0 && (d.log != nil && len(d.log(want)) == 0 || len(want) == 1 && want[0] == "") {
		return
	}
	if len(logs) != 1 {
		t.Errorf("logs %q", logs)
		return
	}
	text, err := os.ReadFile(logs[0])
	if err != nil {
		t.Fatal(err)
	}
	got := normalLines(string(text))
	if d.log != nil {
		got, want = d.log(got), d.log(want)
	}
	if n := len(got); n > len(want) && strings.Contains(got[n-1], ": CRITICAL ") {
		got = got[:n-1]
	}
	if d.more {
		for _, line := range want {
			if !slices.Contains(got, line) {
				t.Errorf("log has no line %q", line)
			}
		}
		return
	}
	if g.sorted() {
		slices.Sort(got)
		slices.Sort(want)
	}
	if !slices.Equal(got, want) {
		t.Errorf("log differs:\n%s", diffLines(got, want))
	}
}

// sorted says that the order of lines is that of objects in a token or of keys in a set,
// which is random.
func (g golden) sorted() bool {
	return strings.Contains(g.Name, "inventory") || strings.Contains(g.Name, "revoke") || strings.Contains(g.Name, "archive-policy")
}

func (g golden) compareText(t *testing.T, name, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s is\n%s\nwant\n%s", name, got, want)
	}
}

func (g golden) compareFile(t *testing.T, name string, canonical func(string) string) {
	t.Helper()
	want := g.read(name)
	got, err := os.ReadFile(name)
	switch {
	case want == "" && err == nil:
		t.Errorf("%s was written", name)
	case want != "" && canonical(string(got)) != canonical(want):
		t.Errorf("%s differs:\n%s", name, diffLines(strings.Split(string(got), "\n"), strings.Split(want, "\n")))
	}
}

var elements = regexp.MustCompile(`(?s)( +)<(Signature|SignatureAlgorithm) .*?\n +</(?:Signature|SignatureAlgorithm)>\n`)

// canonicalSKR sorts the signatures and algorithms that follow each other.
func canonicalSKR(s string) string {
	var out strings.Builder
	for s != "" {
		at := elements.FindStringIndex(s)
		if at == nil {
			out.WriteString(s)
			break
		}
		out.WriteString(s[:at[0]])
		var run []string
		for at != nil && at[0] == 0 || len(run) == 0 {
			if len(run) == 0 {
				s = s[at[0]:]
				at = elements.FindStringIndex(s)
			}
			run = append(run, s[:at[1]])
			s = s[at[1]:]
			at = elements.FindStringIndex(s)
		}
		slices.Sort(run)
		out.WriteString(strings.Join(run, ""))
	}
	return out.String()
}

// diffLines shows the first lines that differ.
func diffLines(got, want []string) string {
	for i := range max(len(got), len(want)) {
		g, w := "(end)", "(end)"
		if i < len(got) {
			g = got[i]
		}
		if i < len(want) {
			w = want[i]
		}
		if g != w {
			return "is   " + g + "\nwant " + w
		}
	}
	return "nothing"
}
