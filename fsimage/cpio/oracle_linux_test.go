package cpio

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"coen/internal/oracle"
)

// archiveFile writes the entries to a file for other programs to read.
func archiveFile(t *testing.T, entries []entry) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "archive.cpio")
	if err := os.WriteFile(name, write(t, entries), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestList compares what cpio lists with what was written.
func TestList(t *testing.T) {
	out := oracle.Run(t, "cpio", "-itv", "--numeric-uid-gid", "--quiet", "-F", archiveFile(t, sample()))
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != len(sample()) {
		t.Fatalf("cpio lists %d entries, want %d:\n%s", len(lines), len(sample()), out)
	}
	for i, e := range sample() {
		perm, _ := unixMode(e.Mode)
		got := strings.Fields(lines[i])
		want := fmt.Sprintf("%s %d %d %d", listMode(perm), e.Nlink, e.UID, e.GID)
		if strings.Join(got[:4], " ") != want || !strings.Contains(lines[i], " "+e.Name) {
			t.Errorf("cpio lists %q, want %s %s", lines[i], want, e.Name)
		}
	}
}

// listMode formats a mode as ls does.
func listMode(u uint32) string {
	letters := map[uint32]string{
		typeRegular: "-", typeDir: "d", typeSymlink: "l", typeChar: "c",
		typeBlock: "b", typeFIFO: "p", typeSocket: "s",
	}
	b := []byte(letters[u&typeMask])
	for i, c := range "rwxrwxrwx" {
		if u&(1<<(8-i)) == 0 {
			c = '-'
		}
		b = append(b, byte(c))
	}
	for i, special := range []struct {
		bit  uint32
		with string
	}{{bitSetuid, "xs-S"}, {bitSetgid, "xs-S"}, {bitSticky, "xt-T"}} {
		if p := &b[3*i+3]; u&special.bit != 0 {
			*p = special.with[strings.IndexByte(special.with, *p)+1]
		}
	}
	return string(b)
}

// TestExtract lets cpio unpack an archive and compares the files.
func TestExtract(t *testing.T) {
	var entries []entry
	for _, e := range sample() {
		// Devices need root; cpio itself refuses to extract very long names.
		if e.Mode&fs.ModeDevice == 0 && len(e.Name) < 1000 && e.Name != "." {
			entries = append(entries, e)
		}
	}
	archive, dir := archiveFile(t, entries), t.TempDir()
	oracle.Run(t, "cpio", "-idm", "--quiet", "--no-preserve-owner", "-D", dir, "-F", archive)
	for _, e := range entries {
		checkExtracted(t, dir, e)
	}
}

func checkExtracted(t *testing.T, dir string, e entry) {
	t.Helper()
	name := filepath.Join(dir, e.Name)
	info, err := os.Lstat(name)
	if err != nil {
		t.Error(err)
		return
	}
	// cpio sets no times on symbolic links, nor on directories it fills later.
	timed := e.Mode.IsRegular()
	if info.Mode() != e.Mode || timed && !info.ModTime().Equal(e.ModTime) {
		t.Errorf("%s: extracted as %v %v, want %v %v", e.Name, info.Mode(), info.ModTime(), e.Mode, e.ModTime)
	}
	if e.Mode.IsRegular() {
		content, err := os.ReadFile(filepath.Join(dir, e.Name))
		if want := contentOf(e); err != nil || string(content) != want {
			t.Errorf("%s: extracted %q, %v, want %q", e.Name, content, err, want)
		}
		if n := info.Sys().(*syscall.Stat_t).Nlink; uint32(n) != e.Nlink {
			t.Errorf("%s: extracted with %d links, want %d", e.Name, n, e.Nlink)
		}
	}
	if target, _ := os.Readlink(name); target != e.Linkname {
		t.Errorf("%s: extracted with target %q, want %q", e.Name, target, e.Linkname)
	}
}

// contentOf finds the content of a hard link with its first name.
func contentOf(e entry) string {
	for _, other := range sample() {
		if other.Name == e.Hardlink {
			return other.content
		}
	}
	return e.content
}

// TestReadGNU reads an archive that GNU cpio made.
func TestReadGNU(t *testing.T) {
	dir := t.TempDir()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.WriteFile(filepath.Join(dir, "a"), []byte("shared"), 0o640))
	must(os.Link(filepath.Join(dir, "a"), filepath.Join(dir, "b")))
	must(os.Symlink("a", filepath.Join(dir, "l")))
	cmd := exec.Command(oracle.Need(t, "cpio"), "-o", "-H", "newc", "--quiet", "-D", dir)
	cmd.Stdin = strings.NewReader("a\nb\nl\n")
	out, err := cmd.Output()
	must(err)
	got, err := read(NewReader(bytes.NewReader(out)))
	must(err)
	if len(got) != 3 {
		t.Fatalf("%d entries, want 3", len(got))
	}
	if got[1].Hardlink != "a" || got[0].content+got[1].content != "shared" || got[2].Linkname != "a" {
		t.Errorf("read %+v", got)
	}
}
