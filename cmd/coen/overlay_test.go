package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"coen/attest"
	"coen/debian/archive"
	"coen/internal/failure"
	"coen/internal/oracle"
	"coen/internal/qemu"
)

// vendorArchive compiles a small PKCS#11 library and packs it as a vendor might.
func vendorArchive(t *testing.T) []byte {
	t.Helper()
	oracle.Need(t, "gcc")
	library := filepath.Join(t.TempDir(), "libvendor.so")
	oracle.Run(t, "gcc", "-shared", "-fPIC", "-Wl,-soname,libvendor.so", "-o", library, "testdata/overlay/vendor.c")
	code, err := os.ReadFile(library)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, f := range []struct {
		name    string
		content []byte
	}{
		{"vendor/libvendor.so", code},
		{"vendor/vendorinfo", []byte("#!/bin/sh\necho \"vendor in $VENDOR_HOME\"\n")},
		{"vendor/install.sh", []byte("#!/bin/sh\nrm -rf /\n")},
	} {
		if err := w.WriteHeader(&tar.Header{Name: f.name, Mode: 0o755, Size: int64(len(f.content))}); err != nil {
			t.Fatal(err)
		}
		w.Write(f.content)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// overlaid makes a recipe that is another with the vendor's overlay, its lock
// beside it, and the archive in a folder. It returns the paths of recipe and folder.
func overlaid(t *testing.T, from string) (recipeFile, folder string) {
	t.Helper()
	folder = t.TempDir()
	packed := vendorArchive(t)
	write(t, filepath.Join(folder, "vendor-1.0.tar"), string(packed))
	text, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	more, err := os.ReadFile("testdata/overlay/overlay.yaml")
	if err != nil {
		t.Fatal(err)
	}
	all := string(text) + strings.Replace(string(more), "SHA256", fmt.Sprintf("%x", sha256.Sum256(packed)), 1)
	recipeFile = filepath.Join(t.TempDir(), "overlaid.yaml")
	write(t, recipeFile, all)
	l, err := readLock(lockBeside(from))
	okay(t, err)
	if l.Recipe, err = archive.ParseDigest(parsedRecipe(t, recipeFile).Digest()); err != nil {
		t.Fatal(err)
	}
	write(t, lockBeside(recipeFile), string(l.Bytes()))
	signed, err := os.ReadFile(inReleasesBeside(from))
	if err != nil {
		t.Fatal(err)
	}
	write(t, inReleasesBeside(recipeFile), string(signed))
	return recipeFile, folder
}

// TestOverlay builds the small image with an overlay, and without.
func TestOverlay(t *testing.T) {
	if testing.Short() {
		t.Skip("builds images")
	}
	coen, a := program(t), small(t)
	file, folder := overlaid(t, a.recipe)
	store, cache := filepath.Join(world(t), "store"), filepath.Join(world(t), "cache")
	a.fill(t, store)
	build := func(args ...string) ended {
		cmd := exec.Command(coen, append([]string{"build", "-r", file, "--store", store, "--cache", cache, "--offline"}, args...)...)
		cmd.Dir = world(t)
		end := execute(t, cmd)
		if end.status == 0 {
			t.Chdir(cmd.Dir)
		}
		return end
	}
	if end := build(); end.status != failure.Unavailable || !strings.Contains(end.stderr, "vendor-1.0.tar of overlay vendor") {
		t.Errorf("without the archive: status %d, %s", end.status, end.stderr)
	}
	end := build("--overlay-dir", folder)
	if end.status != 0 {
		t.Fatalf("status %d, %s", end.status, end.stderr)
	}
	shape := regexp.MustCompile(`^ISO:        build/small\+vendor-1\.0\.0-amd64\.iso\nSize:       \d+\nSHA-256:    ([0-9a-f]{64})\nPGP Words:  .*\n` +
		`Overlay:    vendor vendor-1\.0\.tar [0-9a-f]{64}\nOpen:       ([0-9a-f]{64})\nOpen Words: .*\n$`)
	said := shape.FindStringSubmatch(end.stdout)
	if said == nil || said[1] == said[2] {
		t.Fatalf("prints\n%s", end.stdout)
	}
	data, err := os.ReadFile("build/small+vendor-1.0.0-amd64.buildinfo.json")
	if err != nil {
		t.Fatal(err)
	}
	info, err := attest.ParseBuildInfo(data)
	if err != nil || info.Open == nil || info.Open.String() != said[2] || info.ISO.String() != said[1] || info.Overlays[0].Name != "vendor" {
		t.Errorf("buildinfo %s, %v", data, err)
	}
	explain := exec.Command(coen, "explain", "--store", store, "build/small+vendor-1.0.0-amd64.iso", "/opt/vendor/bin/vendorinfo")
	if end := execute(t, explain); end.status != 0 || !strings.Contains(end.stdout, "from a vendor's archive, by overlay vendor sha256:"+info.Overlays[0].SHA256.String()) {
		t.Errorf("explain: status %d\n%s%s", end.status, end.stdout, end.stderr)
	}
	named(t, "build/small+vendor-1.0.0-amd64", true)
	end = build("--open")
	if end.status != 0 || !strings.Contains(end.stdout, "SHA-256:    "+said[2]) || !strings.Contains(end.stdout, "build/small-1.0.0-amd64.iso") {
		t.Errorf("the open image: status %d\n%s%s", end.status, end.stdout, end.stderr)
	}
	named(t, "build/small-1.0.0-amd64", false)
	write(t, filepath.Join(folder, "vendor-1.0.tar"), "another")
	if end := build("--overlay-dir", folder); end.status != failure.Refused || !strings.Contains(end.stderr, "refused: overlay vendor: vendor-1.0.tar: has SHA-256") {
		t.Errorf("another archive: status %d, %s", end.status, end.stderr)
	}
}

// named looks for a vendor's archive in the bill of materials beside an ISO, which
// is the one that the ISO itself gives.
func named(t *testing.T, stem string, want bool) {
	t.Helper()
	beside, err := os.ReadFile(stem + ".spdx.json")
	okay(t, err)
	if strings.Contains(string(beside), "SPDXRef-overlay-vendor") != want {
		t.Errorf("%s.spdx.json names the vendor's archive: %v", stem, !want)
	}
	if out := must(t, "inspect", "--sbom", "spdx", stem+".iso"); out != string(beside) {
		t.Errorf("%s.iso gives another bill of materials than the one beside it", stem)
	}
}

// TestBootOverlay starts the console image with the overlay, and has kskm make and
// list a key through the vendor's library.
func TestBootOverlay(t *testing.T) {
	if testing.Short() {
		t.Skip("boots a machine")
	}
	file, folder := overlaid(t, consoleRecipe)
	iso := filepath.Join(t.TempDir(), "console.iso")
	if status := run(t.Context(), []string{"build", "-r", file, "--overlay-dir", folder, "-o", iso}); status != 0 {
		t.Fatalf("coen build: status %d", status)
	}
	v := start(t, qemu.Config{Image: iso}, file, "serial")
	v.expect(`root@coen:~# `)
	v.check(
		check{"ldconfig -p | grep libvendor", `libvendor\.so .*=> /opt/vendor/lib/libvendor\.so`},
		check{"vendorinfo", `vendor in /opt/vendor`},
		check{"cat /opt/dnssec/vendor.hsmconfig", `PKCS11_LIBRARY_PATH=\$VENDOR_HOME/lib/libvendor\.so`},
		check{"udevadm verify --no-style /etc/udev/rules.d/70-vendor.rules 2>&1", `Success: 1`},
		check{"softhsm2-util --init-token --free --label vendor --pin 1234 --so-pin 5678", `initialized`},
		check{`printf 'hsm:\n  vendor:\n    module: $VENDOR_LIBRARY\n    pin: 1234\n' >ksrsigner.yaml; cat ksrsigner.yaml`, `VENDOR_LIBRARY`},
		check{"kskm keymaster keygen --algorithm RSASHA256 --size 2048 --label Kvendor >/dev/null 2>&1; echo status $?", `status 0`},
		check{"kskm keymaster inventory >/dev/null 2>&1; grep -h Kvendor kskm-keymaster-*.log | tail -n 3", `Kvendor`},
		check{"VENDOR_HOME= kskm keymaster inventory >/dev/null 2>&1; echo status $?", `status 3`},
	)
}
