package lock

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"coen/debian/archive"
	"coen/internal/failure"
	"coen/internal/oracle"
)

// example returns the lock that spec/lock.md shows.
func example(t testing.TB) []byte {
	t.Helper()
	spec, err := os.ReadFile("../spec/lock.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(spec), "## Example\n\n```\n")
	text, _, end := strings.Cut(rest, "```\n")
	if !found || !end {
		t.Fatal("no example in spec/lock.md")
	}
	return []byte(text)
}

func TestExample(t *testing.T) {
	text := example(t)
	l, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if got := l.Bytes(); !bytes.Equal(got, text) {
		t.Errorf("written as\n%s", got)
	}
	if l.Digest() != sha256.Sum256(text) {
		t.Error("the digest is not the SHA-256 of the file")
	}
	if s, ok := l.Suite("trixie-security"); !ok || s.Archive != "debian-security" || s.Path() != "dists/trixie-security/InRelease" ||
		!s.Date.Equal(time.Date(2026, 11, 21, 0, 53, 3, 0, time.UTC)) || s.Size != 43409 {
		t.Errorf("suite %+v", s)
	}
	p := l.Packages[1]
	if p.Name != "eject" || p.Version != "2.41-5" || p.Suite != "trixie" || p.Size != 46328 || p.Reason != "requested" {
		t.Errorf("package %+v", p)
	}
	if err := l.CheckRecipe(l.Recipe); err != nil {
		t.Error(err)
	}
	if err := l.CheckRecipe(archive.Digest{1}); failure.ExitCode(err) != failure.Refused {
		t.Errorf("a stale lock: %v", err)
	}
}

func TestParseErrors(t *testing.T) {
	text := string(example(t))
	for _, c := range []struct{ from, to, want string }{
		{"coen-lock 1", "coen-lock 2", `line 1: format "2" is not known`},
		{"coen-lock 1\n", "", `line 1: no "coen-lock" line`},
		{"profile 1 3.0.0\n", "", `line 2: no "profile" line: the lock is from before coen 3.0.0; make it again with coen lock`},
		{"profile 1 ", "profile 01 ", `line 2: bad profile "01 3.0.0"`},
		{"profile 1 3.0.0", "profile 0 3.0.0", `line 2: bad profile "0 3.0.0"`},
		{"profile 1 3.0.0", "profile 1", `line 2: bad profile "1"`},
		{"profile 1 3.0.0", "profile 1 a b", `line 2: bad profile "1 a b"`},
		{"coen-lock 1\n", "\ncoen-lock 1\n", `line 1: no "coen-lock" line`},
		{"recipe 5d", "recipe 5D", "line 3: bad SHA-256"},
		{"recipe 5d", "recipe 5", "line 3: bad SHA-256"},
		{"arch amd64\n", "", `line 4: no "arch" line`},
		{"arch amd64", "arch all", `line 4: bad architecture "all"`},
		{"arch amd64", "arch amd64 ", "line 4: bad architecture"},
		{"arch amd64", "arch  amd64", "line 4: bad architecture"},
		{"time 2026-11-22T10:00:00Z", "time 2026-11-22T10:00:00+00:00", "line 5: bad time"},
		{"time 2026-11-22T10:00:00Z", "time 2026-11-31T10:00:00Z", "line 5: bad time"},
		{"suite debian trixie", "suite debian  trixie", `line 6: "suite" needs 6 words`},
		{"suite debian trixie", "suite debian ../x", `line 6: bad suite "../x"`},
		{"suite debian trixie main", "suite debian trixie main,main", `line 6: bad component "main"`},
		{"suite debian trixie main", "suite debian trixie main,", `line 6: bad component ""`},
		{" 140421 ", " 0140421 ", `line 6: bad size "0140421"`},
		{" 140421 ", " -1 ", `line 6: bad size "-1"`},
		{" 140421 ", " 99999999999999999999 ", "line 6: bad size"},
		{"debian-security trixie-security", "debian-security trixie", `line 7: suite "trixie" occurs twice`},
		{"package bash", "package ../bash", `line 8: bad package name "../bash"`},
		{"package bash", "package zsh", `line 9: package "eject" occurs twice or out of order`},
		{"package bash", "package eject", `line 9: package "eject" occurs twice or out of order`},
		{" 5.2.37-2+b10 amd64", " 0:5.2.37-2+b10 amd64", "is not in canonical form"},
		{" 5.2.37-2+b10 amd64", " x amd64", `line 8: version "x"`},
		{" amd64 trixie 1", " i386 trixie 1", `line 8: package "bash" is for architecture "i386"`},
		{" amd64 trixie 1", " amd64 sid 1", `line 8: package "bash" is from suite "sid"`},
		{"pool/main/b", "/pool/main/b", "line 8: bad path"},
		{"pool/main/b", "pool/../b", "line 8: bad path"},
		{" essential", "", `line 8: "package" needs 8 words`},
		{" essential", "  essential", `line 8: blanks around the reason`},
		{"essential", "essential ", `line 8: blanks around the reason`},
		{"essential", "essential\t", `line 8: bad character '\t'`},
		{"essential", "essential\r", `line 8: bad character '\r'`},
		{"essential", "éssential", "line 8: bad character"},
		{"essential\n", "essential\n\n", `line 9: unexpected ""`},
		{"requested\n", "requested", "line 9: no newline at its end"},
		{"requested\n", "requested\nfile x\n", `line 10: unexpected "file x"`},
		{"package eject", "suite eject", `line 9: unexpected "suite eject`},
	} {
		if !strings.Contains(text, c.from) {
			t.Fatalf("nothing to change: %q", c.from)
		}
		_, err := Parse([]byte(strings.Replace(text, c.from, c.to, 1)))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q for %q: error %v, want %s", c.to, c.from, err, c.want)
		}
	}
	if _, err := Parse(nil); err == nil {
		t.Error("an empty file is a lock")
	}
	if _, err := Parse(bytes.Repeat([]byte("x"), MaxSize+1)); err == nil {
		t.Error("a file of any size is read")
	}
}

// TestParsePrevious reads a lock from before locks named a profile, to replace it.
func TestParsePrevious(t *testing.T) {
	text := string(example(t))
	for from, want := range map[string]string{
		"":                    "",
		"profile 1 3.0.0\n":   "",
		"recipe":              "line 3: no \"recipe\" line",
		"profile 1 3.0.0\nre": "line 2: no \"recipe\" line",
	} {
		l, err := ParsePrevious([]byte(strings.Replace(text, from, "", 1)))
		switch {
		case want == "" && (err != nil || len(l.Suites) != 2):
			t.Errorf("without %q: %v", from, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("without %q: error %v, want %s", from, err, want)
		}
	}
}

// TestCoreutils runs the commands of the specification.
func TestCoreutils(t *testing.T) {
	oracle.Need(t, "sha256sum")
	spec, err := os.ReadFile("../spec/lock.md")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	l := &Lock{Arch: "amd64", Suites: []Suite{{Archive: "debian", Name: "x", Components: []string{"main"}}}}
	for _, name := range []string{"aa", "bb"} {
		content := []byte("content of " + name)
		sum := archive.Digest(sha256.Sum256(content))
		p := Package{Name: name, Version: "1", Arch: "all", Suite: "x", File: archive.File{Size: int64(len(content)), SHA256: sum},
			Path: "pool/" + name + ".deb", Reason: "requested"}
		l.Packages = append(l.Packages, p)
		for _, file := range []string{p.Path, fmt.Sprintf("STORE/sha256/%.2s/%s", sum, sum)} {
			file = filepath.Join(dir, file)
			os.MkdirAll(filepath.Dir(file), 0o755)
			if err := os.WriteFile(file, content, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "coen.lock"), l.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	wants := []string{
		l.Digest().String() + "  coen.lock\n",
		"pool/aa.deb: OK\npool/bb.deb: OK\n",
		fmt.Sprintf("%.2[1]s/%[1]s: OK\n%.2[2]s/%[2]s: OK\n", l.Packages[0].SHA256, l.Packages[1].SHA256),
		"26\n",
	}
	commands := regexp.MustCompile(`(?m)^    ((?:sha256sum|awk) .*)$`).FindAllStringSubmatch(string(spec), -1)
	if len(commands) != len(wants) {
		t.Fatalf("%d commands in the specification, want %d", len(commands), len(wants))
	}
	for i, want := range wants {
		if got := oracle.Run(t, "sh", "-c", "cd "+dir+" && "+commands[i][1]); got != want {
			t.Errorf("%s\nprints\n%swant\n%s", commands[i][1], got, want)
		}
	}
}

// FuzzParse: what is accepted is written as it was read.
func FuzzParse(f *testing.F) {
	f.Add(example(f))
	f.Add([]byte("coen-lock 1\nprofile 1 3.0.0\nrecipe " + strings.Repeat("0", 64) + "\narch amd64\ntime 2026-11-22T10:00:00Z\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		l, err := Parse(text)
		if err != nil {
			return
		}
		if got := l.Bytes(); !bytes.Equal(got, text) {
			t.Fatalf("read\n%s\nwrote\n%s", text, got)
		}
	})
}
