package main

import (
	"context"
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"coen/attest"
	"coen/debian/archive"
	"coen/internal/oracle"
	"coen/pgpwords"
)

// A variation is a way to build that must not show in the result.
type variation struct {
	name    string
	prefix  []string // command that runs a command elsewhere
	machine []string // command that is coen, if it is not the usual
	umask   string
	store   string
	cache   string
	before  func(t *testing.T)
	env     []string
	args    []string
}

// reproduced is the recipe of TestReproducible.
var reproduced = flag.String("reproduce", smallRecipe, "path of the recipe that TestReproducible builds")

// TestReproducible builds the small recipe again and again, each time in a
// different world, and wants one hash: of the ISO and of what lies beside it.
//
// The worlds differ in user, umask, time zone, locale, HOME, host name, working
// directory, path of the result, number of processors and of jobs, in a store
// full or empty, in a cache cold, warm, damaged or none. The last one is a machine
// of another architecture whose clock is a year ahead. What does not fit into the
// time that go test is given is skipped.
func TestReproducible(t *testing.T) {
	if testing.Short() {
		t.Skip("builds images")
	}
	coen, a := program(t), usable(t, func() (*fixture, error) { return newFixture(*reproduced) })
	full, cache := filepath.Join(world(t), "store"), filepath.Join(world(t), "cache")
	a.fill(t, full)
	config := "XDG_CONFIG_HOME=" + world(t) // of the cache's secret
	variations := []variation{
		{
			name:  "one processor, full store, cold cache",
			umask: "022", store: full, cache: cache,
			env:  []string{"GOMAXPROCS=1", "TZ=UTC", "LC_ALL=C", "HOME=/root", config},
			args: []string{"--offline", "-j", "1"},
		}, {
			name:   "another user and host, open umask, eight processors, empty store, no cache",
			prefix: elsewhere(t),
			umask:  "000", store: filepath.Join(world(t), "store"),
			env:  []string{"GOMAXPROCS=8", "TZ=Asia/Kathmandu", "LC_ALL=tr_TR.UTF-8", "LANG=tr_TR.UTF-8", "HOME=/nonexistent"},
			args: append(a.mirrors(), "-j", "8"),
		}, {
			name:  "closed umask, two processors, warm cache",
			umask: "077", store: full, cache: cache,
			env:  []string{"GOMAXPROCS=2", "TZ=America/St_Johns", "LANG=de_DE.UTF-8", "HOME=" + t.TempDir(), "SOURCE_DATE_EPOCH=1", config},
			args: []string{"--offline", "-j", "2"},
		}, {
			name:  "damaged cache",
			umask: "022", store: full, cache: cache,
			before: func(t *testing.T) { damage(t, cache) },
			env:    []string{"HOME=/root", config},
			args:   []string{"--offline"},
		}, {
			name:    "arm64, a year ahead, no cache",
			machine: ahead(t),
			umask:   "022", store: full,
			env:  []string{"TZ=UTC"},
			args: []string{"--offline", "--no-cache"},
		},
	}
	want := ""
	for _, v := range variations {
		t.Run(v.name, func(t *testing.T) {
			if v.before != nil {
				v.before(t)
			}
			got := v.build(t, coen, a)
			if want == "" {
				want = got
			}
			if got != want {
				t.Errorf("this build is\n%sand the first was\n%s", got, want)
			}
		})
	}
}

// world returns a new folder where anybody may work.
func world(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp(shared, "world-*")
	if err == nil {
		err = os.Chmod(dir, 0o777)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// elsewhere returns a command that runs another as an ordinary user on a host of
// another name. Only root can.
func elsewhere(t *testing.T) []string {
	if os.Geteuid() != 0 {
		t.Log("not root: the user and the host's name are not varied")
		return nil
	}
	return []string{
		oracle.Need(t, "unshare"), "--uts", "sh", "-c", `hostname elsewhere && exec "$@"`, "sh",
		oracle.Need(t, "setpriv"), "--reuid=65534", "--regid=65534", "--clear-groups",
	}
}

// damage changes a bit of every file of a cache.
func damage(t *testing.T, dir string) {
	t.Helper()
	changed := 0
	for _, name := range files(t, dir) {
		data, err := os.ReadFile(name)
		if err != nil || len(data) == 0 {
			t.Fatalf("%s: %d bytes, %v", name, len(data), err)
		}
		data[len(data)/2] ^= 1
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
		changed++
	}
	if changed == 0 {
		t.Fatal("the cache is empty")
	}
}

// build builds in a folder of its own and returns the digests of what is there
// in the end.
func (v variation) build(t *testing.T, coen string, a *fixture) string {
	t.Helper()
	dir := world(t)
	machine := v.machine
	if machine == nil {
		machine = []string{coen}
	}
	args := slices.Concat(v.prefix, []string{"sh", "-c", `umask "$0" && exec "$@"`, v.umask}, machine,
		[]string{"build", "-r", a.recipe, "--store", v.store, "-o", "out/small.iso"}, v.args)
	if v.cache != "" {
		args = append(args, "--cache", v.cache)
	}
	ctx, cancel := withinTime(t)
	defer cancel()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir = dir
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH")}, v.env...)
	end := execute(t, cmd)
	if ctx.Err() != nil {
		t.Skip("the time is over")
	}
	if end.status != 0 {
		t.Fatalf("status %d\n%s", end.status, end.stderr)
	}
	checkOutput(t, dir, end.stdout)
	return digests(t, filepath.Join(dir, "out"))
}

// withinTime returns a context that ends some time before go test does.
func withinTime(t *testing.T) (context.Context, context.CancelFunc) {
	deadline, ok := t.Deadline()
	if !ok {
		return context.WithCancel(t.Context())
	}
	return context.WithDeadline(t.Context(), deadline.Add(-30*time.Second))
}

// checkOutput holds what a build prints to the four lines, with the size and the
// hash that the file has.
func checkOutput(t *testing.T, dir, stdout string) {
	t.Helper()
	iso, err := os.ReadFile(filepath.Join(dir, "out", "small.iso"))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(iso)
	want := fmt.Sprintf("ISO:        out/small.iso\nSize:       %d\nSHA-256:    %x\nPGP Words:  %s\n", len(iso), sum, pgpwords.String(sum[:]))
	if stdout != want {
		t.Errorf("prints\n%swant\n%s", stdout, want)
	}
	check := exec.Command(oracle.Need(t, "sha256sum"), "--check", "--strict", "small.iso.sha256")
	check.Dir = filepath.Join(dir, "out")
	if end := execute(t, check); end.status != 0 {
		t.Errorf("sha256sum --check: %s", end.stderr)
	}
}

// digests lists the files of a folder with mode and SHA-256. Which program made
// them is left out, since that is not the same on all architectures.
func digests(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var list strings.Builder
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(e.Name(), ".buildinfo.json") {
			info, err := attest.ParseBuildInfo(data)
			if err != nil {
				t.Fatal(err)
			}
			info.Tool.SHA256 = archive.Digest{}
			data = info.Bytes()
		}
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&list, "%s %o %x\n", e.Name(), info.Mode(), sha256.Sum256(data))
	}
	return list.String()
}
