package squashfs

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"coen/internal/oracle"
)

func imageFile(t *testing.T, m image) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "image.squashfs")
	if err := os.WriteFile(name, m, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestUnsquashfsSuperblock reads the head of an image with unsquashfs.
func TestUnsquashfsSuperblock(t *testing.T) {
	for level, want := range map[Level][]string{
		Best:  {"compression-level 11", "Inodes are compressed", "Data is compressed", "Fragments are compressed", "Always-use-fragments option is specified"},
		Store: {"Inodes are uncompressed", "Data is uncompressed", "Fragments are uncompressed", "Xattrs are uncompressed"},
	} {
		out := oracle.Run(t, "unsquashfs", "-s", imageFile(t, write(t, sample(), &Options{Level: level, ModTime: epoch})))
		for _, line := range append(want, "Compression zstd", "Block size 1048576", "exportable via NFS", "Duplicates are removed",
			"Number of inodes 24", "time Tue Nov 14 22:13:20 2023") {
			if !strings.Contains(out, line) {
				t.Errorf("level %d: unsquashfs does not say %q:\n%s", level, line, out)
			}
		}
	}
}

// TestUnsquashfsList compares a listing: types, owners, sizes and times.
func TestUnsquashfsList(t *testing.T) {
	out := oracle.Run(t, "unsquashfs", "-llnumeric", imageFile(t, write(t, sample(), small)))
	for _, e := range effective(sample()) {
		if strings.Contains(e.Name, "\n") {
			continue
		}
		name := "squashfs-root/" + e.Name
		if e.Name == "." {
			name = "squashfs-root"
		}
		var line string
		for l := range strings.SplitSeq(out, "\n") {
			if strings.HasSuffix(l, " "+name) || strings.Contains(l, " "+name+" -> "+e.Linkname) {
				line = l
			}
		}
		if !strings.Contains(line, fmt.Sprintf(" %d/%d ", e.UID, e.GID)) || !strings.Contains(line, "2023-11-14 22:13") {
			t.Errorf("unsquashfs lists %q for %q", line, e.Name)
		}
	}
}

// trees are what the tests below write, and other programs are to find.
func trees() map[string][]entry {
	return map[string][]entry{
		"sample": sample(),
		"large":  largeDir(1500),
		"random": randomTree(rand.New(rand.NewPCG(1, 2)), 300),
	}
}

// TestUnsquashfs extracts images. What only root may restore is compared only then.
func TestUnsquashfs(t *testing.T) {
	for name, entries := range trees() {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "out")
			args := []string{"-quiet", "-no-progress", "-d", dir, imageFile(t, write(t, entries, small))}
			if !root {
				args = append([]string{"-user-xattrs", "-ignore-errors", "-no-exit-code"}, args...)
			}
			oracle.Run(t, "unsquashfs", args...)
			checkTree(t, dir, entries)
		})
	}
}

// TestLinux mounts images in the kernel of this machine.
func TestLinux(t *testing.T) {
	if !root {
		t.Skip("mounting needs root; the boot tests do it in a virtual machine")
	}
	for _, o := range []*Options{small, {BlockSize: 1 << 20}, {BlockSize: 128 << 10, Level: Store}} {
		for name, entries := range trees() {
			t.Run(fmt.Sprint(name, o.BlockSize), func(t *testing.T) {
				dir := t.TempDir()
				_, stderr, err := oracle.Try(t, "mount", "-t", "squashfs", "-o", "loop,ro", imageFile(t, write(t, entries, o)), dir)
				if err != nil {
					t.Skipf("this machine cannot mount squashfs: %s", stderr)
				}
				defer oracle.Run(t, "umount", dir)
				checkTree(t, dir, entries)
			})
		}
	}
}

var root = os.Getuid() == 0

// checkTree compares a directory with what is to be in it.
func checkTree(t *testing.T, dir string, entries []entry) {
	t.Helper()
	found := 0
	if err := filepath.WalkDir(dir, func(string, fs.DirEntry, error) error { found++; return nil }); err != nil {
		t.Error(err)
	}
	if root && found != len(entries) {
		t.Errorf("%d entries, want %d", found, len(entries))
	}
	names := make(map[string]uint64)
	for _, e := range entries {
		names[e.Name]++
		names[e.Hardlink]++
	}
	contents := make(map[string]string)
	inodes := make(map[string]uint64)
	for i, e := range effective(entries) {
		contents[e.Name] = entries[i].content
		if e.Hardlink != "" {
			e.content = contents[e.Hardlink]
		}
		if !root && e.Mode.Type()&(fs.ModeDevice|fs.ModeSocket) != 0 {
			continue
		}
		stat := checkFile(t, filepath.Join(dir, e.Name), e)
		inodes[e.Name] = uint64(stat.Ino)
		if e.Hardlink != "" && uint64(stat.Ino) != inodes[e.Hardlink] {
			t.Errorf("%q and %q are different files", e.Name, e.Hardlink)
		}
		if e.Hardlink != "" && uint64(stat.Nlink) != names[e.Hardlink] {
			t.Errorf("%q has %d links, want %d", e.Name, stat.Nlink, names[e.Hardlink])
		}
	}
}

// checkFile compares one file with what is to be there.
func checkFile(t *testing.T, name string, e entry) *syscall.Stat_t {
	t.Helper()
	info, err := os.Lstat(name)
	if err != nil {
		t.Error(err)
		return new(syscall.Stat_t)
	}
	stat := info.Sys().(*syscall.Stat_t)
	if root && info.Mode() != e.Mode || !info.ModTime().Equal(e.ModTime) {
		t.Errorf("%q: %v %v, want %v %v", name, info.Mode(), info.ModTime(), e.Mode, e.ModTime)
	}
	if root && (stat.Uid != e.UID || stat.Gid != e.GID) {
		t.Errorf("%q: owner %d:%d, want %d:%d", name, stat.Uid, stat.Gid, e.UID, e.GID)
	}
	if e.Mode&fs.ModeDevice != 0 && (unix.Major(stat.Rdev) != e.Devmajor || unix.Minor(stat.Rdev) != e.Devminor) {
		t.Errorf("%q: device %#x, want %d:%d", name, stat.Rdev, e.Devmajor, e.Devminor)
	}
	if target, _ := os.Readlink(name); target != e.Linkname {
		t.Errorf("%q: target %q, want %q", name, target, e.Linkname)
	}
	if e.Mode.IsRegular() && (root || e.Mode.Perm()&0o400 != 0) {
		if content, err := os.ReadFile(name); err != nil || string(content) != e.content {
			t.Errorf("%q: %d bytes of other content, want %d; %v", name, len(content), len(e.content), err)
		}
	}
	if root {
		if got := xattrsOf(t, name); len(got)+len(e.Xattrs) > 0 && !reflect.DeepEqual(got, e.Xattrs) {
			t.Errorf("%q: attributes %q, want %q", name, got, e.Xattrs)
		}
	}
	return stat
}

func xattrsOf(t *testing.T, name string) map[string]string {
	t.Helper()
	list, value := make([]byte, 64<<10), make([]byte, 64<<10)
	n, err := unix.Llistxattr(name, list)
	if err == unix.ENOTSUP { // what an image without attributes says
		return nil
	}
	if err != nil {
		t.Errorf("%q: %v", name, err)
		return nil
	}
	set := make(map[string]string)
	for attr := range strings.SplitSeq(strings.TrimSuffix(string(list[:n]), "\x00"), "\x00") {
		if attr == "" {
			continue
		}
		m, err := unix.Lgetxattr(name, attr, value)
		if err != nil {
			t.Errorf("%q: %q: %v", name, attr, err)
			return nil
		}
		set[attr] = string(value[:m])
	}
	return set
}

// TestMksquashfs reads what mksquashfs makes of an extracted image.
func TestMksquashfs(t *testing.T) {
	if !root {
		t.Skip("making files of all kinds needs root")
	}
	for _, flags := range [][]string{
		{"-b", "4K"},
		{"-b", "128K", "-no-fragments"},
		{"-b", "1M", "-tailends"},
		{"-b", "64K", "-noI", "-noD", "-noF", "-noX"},
		{"-b", "64K", "-no-exports"},
	} {
		t.Run(strings.Join(flags, " "), func(t *testing.T) {
			for name, entries := range trees() {
				if name == "large" {
					continue
				}
				dir := filepath.Join(t.TempDir(), "out")
				oracle.Run(t, "unsquashfs", "-quiet", "-no-progress", "-d", dir, imageFile(t, write(t, entries, small)))
				file := filepath.Join(t.TempDir(), "image")
				oracle.Run(t, "mksquashfs", append([]string{dir, file, "-comp", "zstd", "-quiet", "-no-progress"}, flags...)...)
				m, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				got, err := read(open(t, m))
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				want := effective(entries)
				for i := range want {
					if want[i].Mode.Type() == fs.ModeSymlink {
						want[i].Hardlink = "" // mksquashfs makes them separate
					}
				}
				compare(t, got, want)
			}
		})
	}
}
