package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"coen/internal/oracle"
)

// A podman runs containers as an ordinary user, where the tests run as root.
type podman struct {
	prefix []string // command that runs podman
	env    []string
}

func newPodman(t *testing.T) *podman {
	t.Helper()
	home := world(t)
	p := &podman{prefix: []string{oracle.Need(t, "podman")}}
	if os.Geteuid() == 0 {
		ordinary := []string{oracle.Need(t, "setpriv"), "--reuid=65534", "--regid=65534", "--clear-groups"}
		p.prefix = append(ordinary, p.prefix...)
		if err := os.Chown(home, 65534, 65534); err != nil {
			t.Fatal(err)
		}
	}
	p.env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "XDG_RUNTIME_DIR=" + home, "STORAGE_DRIVER=vfs"}
	return p
}

func (p *podman) run(t *testing.T, args ...string) ended {
	t.Helper()
	all := slices.Concat(p.prefix, args)
	cmd := exec.Command(all[0], all[1:]...)
	cmd.Env, cmd.Dir = p.env, "/"
	return execute(t, cmd)
}

// confined runs a container without network, without capabilities and with a root
// file system that cannot be written. The limits are such that nobody needs more
// rights to set them.
func (p *podman) confined(t *testing.T, runtime string, args ...string) ended {
	t.Helper()
	return p.run(t, slices.Concat([]string{
		"--runtime", runtime, "run", "--rm", "--network", "none", "--read-only", "--cap-drop", "all",
		"--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024",
	}, args)...)
}

// runtime returns a runtime that works here, or skips the test.
func (p *podman) runtime(t *testing.T) string {
	t.Helper()
	var said []string
	for _, runtime := range []string{"crun", "runc"} {
		end := p.confined(t, runtime, "coen-test", "--help")
		if end.status == 0 {
			return runtime
		}
		said = append(said, runtime+": "+end.stderr)
	}
	t.Skipf("podman runs no container here:\n%s", strings.Join(said, "\n"))
	return ""
}

// TestContainer makes the container image and has it build the small recipe.
func TestContainer(t *testing.T) {
	if testing.Short() {
		t.Skip("builds images")
	}
	coen, a, p := program(t), small(t), newPodman(t)
	context, dir, store := world(t), world(t), filepath.Join(world(t), "store")
	data, err := os.ReadFile(coen)
	if err == nil {
		err = os.WriteFile(filepath.Join(context, "coen"), data, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile("../../Containerfile")
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(context, "Containerfile"), string(file))
	if end := p.run(t, "build", "-q", "-t", "coen-test", context); end.status != 0 {
		t.Skipf("podman builds no image here: %s", end.stderr)
	}
	runtime := p.runtime(t)
	a.fill(t, store)
	native := exec.Command(coen, "build", "--offline", "--no-cache", "-r", a.recipe, "--store", store, "-o", filepath.Join(dir, "native.iso"))
	want := execute(t, native)
	if want.status != 0 {
		t.Fatal(want.stderr)
	}
	for _, name := range files(t, store) {
		if err := os.Chmod(name, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	out := world(t)
	got := p.confined(t, runtime,
		"-v", store+":/coen/store:ro", "-v", filepath.Dir(a.recipe)+":/coen/recipe:ro", "-v", out+":/coen/build",
		"coen-test", "build", "--offline", "--no-cache", "-r", "/coen/recipe/"+filepath.Base(a.recipe), "--store", "/coen/store")
	if got.status != 0 {
		t.Fatalf("status %d\n%s", got.status, got.stderr)
	}
	if hash(want.stdout) == "" || hash(got.stdout) != hash(want.stdout) {
		t.Errorf("in the container\n%soutside\n%s", got.stdout, want.stdout)
	}
}

// hash finds the line with the hash.
func hash(stdout string) string {
	for line := range strings.Lines(stdout) {
		if strings.HasPrefix(line, "SHA-256:") {
			return line
		}
	}
	return ""
}
