package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"coen/bundle"
	"coen/internal/oracle"
)

// TestBundle seals a bundle, opens it, and runs the commands in its README where
// there is no network: the image is the one that coen builds here.
func TestBundle(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles coen and builds an image twice")
	}
	for _, tool := range []string{"git", "unshare", "unzip", "make"} {
		oracle.Need(t, tool)
	}
	coen, a, dir := program(t), small(t), t.TempDir()
	// The signed indices of an old lock are nowhere to be had: seal one of today.
	recipe, store := filepath.Join(dir, "small.yaml"), filepath.Join(dir, "store")
	a.fill(t, store)
	data, err := os.ReadFile(a.recipe)
	if err == nil {
		err = writeFile(recipe, data)
	}
	if err != nil {
		t.Fatal(err)
	}
	inStore := []string{"-r", recipe, "--store", store}
	out := filepath.Join(dir, "small.bundle.tar")
	runs(t, coen, append([]string{"lock"}, inStore...)...)
	runs(t, coen, append([]string{"bundle", "seal", "--source", "../..", "-o", out}, inStore...)...)
	want := runs(t, coen, append([]string{"build", "-o", filepath.Join(dir, "here.iso")}, inStore...)...)
	opened := filepath.Join(dir, "opened")
	runs(t, coen, "bundle", "open", out, "-d", opened)
	got := rebuilt(t, opened)
	sum := regexp.MustCompile(`SHA-256: +[0-9a-f]{64}`)
	if sum.FindString(got) == "" || sum.FindString(got) != sum.FindString(want) {
		t.Errorf("from the bundle:\n%s\nhere:\n%s", got, want)
	}
	if runs(t, coen, append([]string{"bundle", "seal", "--source", "../..", "-o", out + "2"}, inStore...)...); !same(t, out, out+"2") {
		t.Error("two bundles of the same differ")
	}
}

// runs runs coen, which must succeed, and returns its standard output.
func runs(t *testing.T, coen string, args ...string) string {
	t.Helper()
	cmd := exec.Command(coen, args...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("coen %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return string(out)
}

// rebuilt runs the commands of the README in dir without a network. Of this
// machine it has the programs in /usr/bin, and Go's cache of compiled packages,
// which saves minutes and cannot change the result.
func rebuilt(t *testing.T, dir string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, bundle.ReadmeName))
	if err != nil {
		t.Fatal(err)
	}
	var script strings.Builder
	for line := range strings.Lines(string(text)) {
		if command, ok := strings.CutPrefix(line, "    "); ok && !strings.Contains(command, "   ") {
			script.WriteString(command)
		}
	}
	cache, err := exec.Command("go", "env", "GOCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	unshare := []string{"-n"}
	if os.Getuid() != 0 {
		unshare = []string{"-rn"}
	}
	cmd := exec.CommandContext(context.Background(), "unshare", append(unshare, "sh", "-ec", script.String())...)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=/usr/bin:/bin", "HOME=" + t.TempDir(), "GOCACHE=" + strings.TrimSpace(string(cache))}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

func same(t *testing.T, a, b string) bool {
	t.Helper()
	return exec.Command("cmp", a, b).Run() == nil
}
