package main

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestFailures holds commands that cannot do what they are asked to their exit
// codes, and to a message that says why.
func TestFailures(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles coen")
	}
	coen := program(t)
	for _, c := range []struct {
		name     string
		before   func(t *testing.T, d *desk)
		args     string
		status   int
		want     string // regular expression for the message
		progress string // what standard error has before
	}{
		{"no such command", nil, "bake", 2,
			`unknown command "bake" for "coen"`, ""},
		{"no such flag", nil, "build --fast", 2,
			`unknown flag: --fast`, ""},
		{"no such recipe", nil, "build -r nothing", 2,
			`recipe "nothing" is neither a path nor one of those that ship with coen: .*console.*`, ""},
		{"no such file", nil, "build -r ./nothing.yaml", 2,
			`open \./nothing\.yaml: no such file or directory`, ""},
		{"no lock", remove("small.lock"), "build -r small.yaml", 2,
			`open small\.lock: no such file or directory`, ""},
		{"unknown key", appended("small.yaml", "colour: red\n"), "build -r small.yaml", 2,
			`recipe small\.yaml: .*colour.*`, ""},
		{"broken lock", appended("small.lock", "and so on\n"), "build -r small.yaml", 2,
			`lock small\.lock: .*`, ""},
		{"stale lock", appended("small.yaml", "# changed\n"), "build -r small.yaml", 4,
			`lock small\.lock: refused: lock: stale: it was made from the recipe with SHA-256 \w{64}, and the recipe has \w{64}`, ""},
		{"old lock", edited("small.lock", withoutProfile), "build -r small.yaml", 2,
			`lock small\.lock: lock: line 2: .* make it again with coen lock`, ""},
		{"old lock to be replaced", edited("small.lock", withoutProfile), "lock -r small.yaml --mirror file://DESK/nowhere", 3,
			`lock recipe small\.yaml: cannot be had: debian/dists/trixie/InRelease(\n    tried .*)+`, ""},
		{"store without packages", nil, "build -r small.yaml --offline", 3,
			`2 inputs cannot be had:\n  pool/first\.deb\n    tried \S+\n  pool/second\.deb\n    tried \S+`, ""},
		{"damaged store", damagedStore, "build -r small.yaml --offline", 4,
			`refused: \S+: damaged: its content has SHA-256 \w{64}`, ""},
		{"packages gone", remove("debian"), "fetch -r small.yaml --mirror file://DESK/debian", 3,
			`fetch: 2 inputs cannot be had:\n  debian/pool/first\.deb(\n    tried .*)+\n  debian/pool/second\.deb(\n    tried .*)+`, "Fetching\n"},
		{"packages changed", replaced("debian/pool/first.deb", "FIRST\n"),
			"fetch -r small.yaml --mirror file://DESK/debian", 4, `fetch: refused: debian/pool/first\.deb: file://\S+ has SHA-256 .*`, "Fetching\n"},
		{"bad mirror", nil, "fetch -r small.yaml --mirror ftp://example.org/debian", 2,
			`mirror "ftp://example\.org/debian": not an http, https or file URL`, ""},
		{"store under a file", nil, "fetch -r small.yaml --store small.yaml/store", 2,
			`store: mkdir small\.yaml: not a directory`, ""},
		{"result under a file", fullStore, "build -r small.yaml --offline -o small.yaml/small.iso", 2,
			`build recipe small\.yaml: mkdir small\.yaml: not a directory`, ""},
		{"result is a folder", fullStore, "build -r small.yaml --offline -o debian", 2,
			`build recipe small\.yaml: debian is a folder; .*`, ""},
		{"packages that are none", fullStore, "build -r small.yaml --offline -o out/small.iso", 2,
			`build recipe small\.yaml: install first 1: .*`, "Installing packages\n"},
		{"words of nothing", nil, "words nothing", 2,
			`open nothing: no such file or directory`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			if c.before != nil {
				c.before(t, d)
			}
			args := strings.Fields(strings.ReplaceAll(c.args, "DESK", d.dir))
			if !slices.Contains(args, "--store") && (args[0] == "build" || args[0] == "fetch") {
				args = append(args, "--store", d.path("store"))
			}
			before := files(t, d.path("store"))
			end := execute(t, d.command(coen, args...))
			pattern := `^` + c.progress + `coen: ` + c.want + `\n$`
			if end.status != c.status || end.stdout != "" || !regexp.MustCompile(pattern).MatchString(end.stderr) {
				t.Errorf("status %d, want %d; output %q; errors\n%s", end.status, c.status, end.stdout, end.stderr)
			}
			if left := append(files(t, d.path("out")), files(t, d.path("build"))...); len(left) > 0 {
				t.Errorf("left behind: %q", left)
			}
			for _, name := range files(t, d.path("store")) {
				if !slices.Contains(before, name) && name != d.object(t, 1) && name != d.inRelease(t) {
					t.Errorf("left behind in the store: %s", name)
				}
			}
		})
	}
}

// TestFetch fills a store, mends what is damaged in it, and tells that the
// signed indices are gone.
func TestFetch(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles coen")
	}
	coen, d := program(t), newDesk(t)
	damagedStore(t, d)
	end := execute(t, d.command(coen, "fetch", "-r", "small.yaml", "--store", "store", "--mirror", "file://"+d.path("debian")))
	if end.status != 0 || !strings.HasSuffix(end.stderr, "coen: debian/dists/trixie/main/binary-amd64/Packages.xz cannot be had any more; the packages do not depend on it\n") {
		t.Errorf("status %d\n%s", end.status, end.stderr)
	}
	if got, err := os.ReadFile(d.object(t, 0)); string(got) != string(d.packages[0]) {
		t.Errorf("the damaged object has %q now (%v)", got, err)
	}
}

// TestWords prints the words of a known hash: FIPS 180-4's example "abc".
func TestWords(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles coen")
	}
	cmd := exec.Command(program(t), "words")
	cmd.Stdin = strings.NewReader("abc")
	end := execute(t, cmd)
	const want = "SHA-256:    ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n" +
		"PGP Words:  shadow indigo backward rebellion payday adviser stagehand undaunted " +
		"cranky decadence crackdown telephone exceed performance blockade cannonball " +
		"ruffled aggregate fallout pandemic prefer bookseller keyboard October " +
		"scenic autopsy Zulu frequency uproot adroitness backfield perceptive\n"
	if end.status != 0 || end.stdout != want {
		t.Errorf("status %d\n%s", end.status, end.stdout)
	}
}
