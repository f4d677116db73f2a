package iso9660

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"coen/internal/linux"
	"coen/internal/linux/report"
)

// TestKernel has Linux mount an image with files of several extents, and compares
// everything.
func TestKernel(t *testing.T) {
	if testing.Short() {
		t.Skip("boots a machine")
	}
	v := volumes["hybrid"]
	image, err := tryWrite(v, 4096, tree...)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]report.File{}
	for _, f := range linux.List(t, image, "iso9660", "") {
		got[string(f.Name)] = f
	}
	want := expected(v, tree)
	if len(got) != len(want) {
		t.Errorf("%d files, want %d", len(got), len(want))
	}
	for _, s := range want {
		compareReport(t, got[s.Name], s)
	}
}

func compareReport(t *testing.T, got report.File, s sample) {
	want := report.File{
		Name: []byte(s.Name), Mode: posixMode(s.Mode), UID: s.UID, GID: s.GID,
		Size: s.Size, ModTime: s.ModTime.Unix(), Target: []byte(s.Linkname),
	}
	if s.Mode.IsRegular() {
		sum := sha256.Sum256([]byte(s.data))
		want.SHA256 = hex.EncodeToString(sum[:])
	} else {
		got.Size = 0 // of directories and links, Linux has its own idea
	}
	if patched(s) {
		got.SHA256, want.SHA256 = "", ""
	}
	if got.Mode != want.Mode || got.UID != want.UID || got.GID != want.GID || got.Size != want.Size ||
		got.ModTime != want.ModTime || string(got.Target) != string(want.Target) || got.SHA256 != want.SHA256 {
		t.Errorf("%.60q: %.300v, want %.300v", s.Name, got, want)
	}
}

// TestKernelJoliet has Linux read the Joliet tree.
func TestKernelJoliet(t *testing.T) {
	if testing.Short() {
		t.Skip("boots a machine")
	}
	image := write(t, volumes["joliet"], tree...)
	j, err := open(t, image).OpenJoliet()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]sample{}
	for _, s := range read(t, j) {
		want[s.Name] = s
	}
	for _, f := range linux.List(t, image, "iso9660", "norock,iocharset=utf8") {
		s, ok := want[string(f.Name)]
		if !ok {
			t.Errorf("Linux sees %q", f.Name)
			continue
		}
		delete(want, string(f.Name))
		sum := sha256.Sum256([]byte(s.data))
		if f.Mode&posixType == posixFile && f.SHA256 != hex.EncodeToString(sum[:]) {
			t.Errorf("%q: other content", f.Name)
		}
	}
	for name := range want {
		t.Errorf("Linux does not see %q", name)
	}
}
