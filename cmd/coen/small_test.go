package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"coen/internal/console"
	"coen/internal/failure"
	"coen/internal/oracle"
	"coen/lock"
	"coen/mirror"
	"coen/payload"
	"coen/store"
)

// smallRecipe is an image in miniature: Debian's essential packages, a kernel
// for virtual machines with few of its modules, all boot loaders.
const smallRecipe = "testdata/small.yaml"

// The programs under test, and what tests share, lie in one folder that
// everybody may read and that goes when the tests end.
var shared string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "coen-test-*")
	if err == nil {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	shared = dir
	status := m.Run()
	os.RemoveAll(dir)
	os.Exit(status)
}

// program returns the path of coen, compiled as the Makefile does it.
func program(t testing.TB) string {
	t.Helper()
	if _, err := payload.Program("coen-init"); err != nil {
		oracle.Missing(t, "%v", err)
	}
	path, err := compiled()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

var compiled = sync.OnceValues(func() (string, error) {
	path := filepath.Join(shared, "coen")
	return path, compile(path, runtime.GOARCH)
})

// compile compiles coen for an architecture.
func compile(path, arch string, flags ...string) error {
	args := append([]string{"build", "-trimpath", "-buildvcs=false", "-o", path}, flags...)
	cmd := exec.Command("go", append(args, ".")...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+arch)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%v\n%s", err, out)
	}
	return nil
}

// A fixture is the small recipe, its lock, and a mirror in a folder that has
// every package of the lock.
type fixture struct {
	recipe, lock string
	mirror       string // folder with a folder for each archive
	locked       *lock.Lock
}

// mirrors are the arguments for those who fetch.
func (a *fixture) mirrors() (args []string) {
	for _, archive := range []string{mirror.Debian, mirror.Security} {
		args = append(args, "--mirror", archive+"=file://"+filepath.Join(a.mirror, archive))
	}
	return args
}

// file returns where the mirror has a package.
func (a *fixture) file(p lock.Package) string {
	s, _ := a.locked.Suite(p.Suite)
	return filepath.Join(a.mirror, s.Archive, p.Path)
}

// small returns the fixture. Packages come once from
// Debian's mirrors into the store of the user's cache.
func small(t testing.TB) *fixture {
	t.Helper()
	return usable(t, smallFixture)
}

func usable(t testing.TB, make func() (*fixture, error)) *fixture {
	t.Helper()
	a, err := make()
	if failure.ExitCode(err) == failure.Unavailable {
		oracle.Missing(t, "%v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return a
}

var smallFixture = sync.OnceValues(func() (*fixture, error) { return newFixture(smallRecipe) })

// newFixture makes the fixture of a recipe.
func newFixture(recipe string) (*fixture, error) {
	dir := filepath.Join(shared, "recipe-"+strings.TrimSuffix(filepath.Base(recipe), ".yaml"))
	a := &fixture{recipe: filepath.Join(dir, filepath.Base(recipe)), mirror: filepath.Join(dir, "mirror")}
	a.lock = lockBeside(a.recipe)
	for from, to := range map[string]string{
		recipe: a.recipe, lockBeside(recipe): a.lock, inReleasesBeside(recipe): inReleasesBeside(a.lock),
	} {
		data, err := os.ReadFile(from)
		if err == nil {
			err = writeFile(to, data)
		}
		if err != nil {
			return nil, err
		}
	}
	in, err := a.fetch()
	if failure.ExitCode(err) == failure.Unavailable {
		// Mirrors drop what is superseded: what they have today will do.
		if err = a.lockToday(); err == nil {
			in, err = a.fetch()
		}
	}
	if err != nil {
		return nil, err
	}
	a.locked = in.lock
	return a, a.publish(in)
}

// fetch brings the packages into the store of the user's cache.
func (a *fixture) fetch() (*inputs, error) {
	in := &inputs{recipeName: a.recipe}
	if err := in.load(); err != nil {
		return nil, err
	}
	client, err := in.client(in.lock.Time, console.New(os.Stderr))
	if err != nil {
		return nil, err
	}
	return in, lock.Fetch(context.Background(), in.lock, client)
}

func (a *fixture) lockToday() error {
	if status := run(context.Background(), []string{"lock", "-r", a.recipe}); status != 0 {
		return &failure.MissingError{Items: []failure.Missing{{Name: "a lock of today"}}}
	}
	return nil
}

// publish copies the packages to where the lock says they are on a mirror.
func (a *fixture) publish(in *inputs) error {
	st, err := openStore(in.store)
	if err != nil {
		return err
	}
	for _, p := range in.lock.Packages {
		if err := copyObject(st, p.SHA256, a.file(p)); err != nil {
			return err
		}
	}
	return nil
}

func copyObject(st *store.Store, sum [32]byte, to string) error {
	data, err := st.Read(sum)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o644)
}

// fill makes a store that has all the packages, and no cache of blocks.
func (a *fixture) fill(t testing.TB, dir string) {
	t.Helper()
	st, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range a.locked.Packages {
		data, err := os.ReadFile(a.file(p))
		if err == nil {
			_, err = st.Put(data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// An ended is what came of a run of a program.
type ended struct {
	status         int
	stdout, stderr string
}

// execute runs a command to its end.
func execute(t testing.TB, cmd *exec.Cmd) ended {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return ended{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}
