package spool

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"coen/internal/oracle"
)

// pair is a growing file and its copy in a folder of its own.
func pair(t *testing.T) (f *File, c *Copy, folder string) {
	t.Helper()
	f, err := Create(t.TempDir(), "a.log")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	folder = filepath.Join(t.TempDir(), "drive")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	c, err = NewCopy(f.Path(), filepath.Join(folder, "a.log"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return f, c, folder
}

func add(t *testing.T, f *File, text string) {
	t.Helper()
	if err := f.Append([]byte(text)); err != nil {
		t.Fatal(err)
	}
}

func catchUp(t *testing.T, c *Copy) {
	t.Helper()
	if err := c.CatchUp(); err != nil {
		t.Fatal(err)
	}
}

// same fails unless the copy is the original.
func same(t *testing.T, f *File, c *Copy) {
	t.Helper()
	a, errA := os.ReadFile(f.Path())
	b, errB := os.ReadFile(c.Path())
	if errA != nil || errB != nil || !bytes.Equal(a, b) {
		t.Errorf("copy %q (%v) of %q (%v)", b, errB, a, errA)
	}
}

func TestNames(t *testing.T) {
	dir := t.TempDir()
	for _, want := range []string{"a.log", "a-2.log", "a-3.log"} {
		f, err := Create(dir, "a.log")
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if f.Name() != want {
			t.Errorf("%s instead of %s", f.Name(), want)
		}
	}
}

func TestGrows(t *testing.T) {
	f, c, _ := pair(t)
	catchUp(t, c)
	same(t, f, c)
	for _, text := range []string{"one\n", "", "two", strings.Repeat("three", 100000)} {
		add(t, f, text)
		catchUp(t, c)
		same(t, f, c)
	}
}

func TestFolderGoesAndComes(t *testing.T) {
	f, c, folder := pair(t)
	add(t, f, "one\n")
	catchUp(t, c)
	if err := os.Rename(folder, folder+"-gone"); err != nil {
		t.Fatal(err)
	}
	add(t, f, "two\n")
	for range 2 {
		if err := c.CatchUp(); err == nil || err.Error() != folder+" is gone" {
			t.Errorf("a folder that is gone: %v", err)
		}
	}
	if err := os.Rename(folder+"-gone", folder); err != nil {
		t.Fatal(err)
	}
	catchUp(t, c)
	same(t, f, c)
}

// TestChangedCopies has the copy changed in ways of a drive that was pulled out, and of people.
func TestChangedCopies(t *testing.T) {
	for name, change := range map[string]struct {
		content string
		kept    bool // the changed copy, under another name
	}{
		"cut":      {"on", false},
		"emptied":  {"", false},
		"zeros":    {"on\x00\x00", true},
		"changed":  {"One\n", true},
		"longer":   {"one\nand more", true},
		"no match": {strings.Repeat("x", 1<<20), true},
	} {
		t.Run(name, func(t *testing.T) {
			f, c, folder := pair(t)
			add(t, f, "one\n")
			catchUp(t, c)
			c.Close() // the drive was away
			if err := os.WriteFile(c.Path(), []byte(change.content), 0o600); err != nil {
				t.Fatal(err)
			}
			add(t, f, "two\n")
			err := c.CatchUp()
			if (err != nil) != change.kept {
				t.Errorf("%v", err)
			}
			catchUp(t, c)
			same(t, f, c)
			evidence, err := os.ReadFile(filepath.Join(folder, "a.log.changed-1"))
			if (err == nil) != change.kept || change.kept && string(evidence) != change.content {
				t.Errorf("evidence %q, %v", evidence, err)
			}
		})
	}
}

func TestTwoFollowOneFile(t *testing.T) {
	f, c, _ := pair(t)
	other, err := NewCopy(f.Path(), c.Path())
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	for range 5 {
		add(t, f, "line\n")
		catchUp(t, c)
		catchUp(t, other)
		add(t, f, "line\n")
		catchUp(t, other)
		catchUp(t, c)
		same(t, f, c)
	}
}

// A drive is a file system in a file.
type drive struct {
	t             *testing.T
	image, folder string
}

// onDrive is a growing file and its copy on a drive, as root.
func onDrive(t *testing.T) (*File, *Copy, *drive) {
	t.Helper()
	if os.Geteuid() != 0 {
		oracle.Missing(t, "only root can mount")
	}
	f, c, folder := pair(t)
	d := &drive{t, filepath.Join(t.TempDir(), "drive.img"), folder}
	if err := os.WriteFile(d.image, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(d.image, 8<<20); err != nil {
		t.Fatal(err)
	}
	oracle.Run(t, "mkfs.ext4", "-q", d.image)
	d.mount()
	t.Cleanup(func() { oracle.Try(t, "umount", "-l", folder) })
	c, err := NewCopy(f.Path(), c.Path())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return f, c, d
}

func (d *drive) mount() {
	d.t.Helper()
	if out, errs, err := oracle.Try(d.t, "mount", "-o", "loop", d.image, d.folder); err != nil {
		oracle.Missing(d.t, "a loop device cannot be mounted: %s%s", out, errs)
	}
}

// shutDown has the file system refuse everything from now on.
func (d *drive) shutDown() {
	d.t.Helper()
	root, err := os.Open(d.folder)
	if err != nil {
		d.t.Fatal(err)
	}
	defer root.Close()
	const ext4Shutdown, withoutLog = 0x8004587d, 2 // EXT4_IOC_SHUTDOWN, EXT4_GOING_FLAGS_NOLOGFLUSH
	how := uint32(withoutLog)
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, root.Fd(), ext4Shutdown, uintptr(unsafe.Pointer(&how))); errno != 0 {
		oracle.Missing(d.t, "the file system cannot be shut down: %v", errno)
	}
}

// TestDrivePulled unmounts a drive: nothing may be written beneath the mount point, and what comes back
// is completed.
func TestDrivePulled(t *testing.T) {
	f, c, d := onDrive(t)
	add(t, f, "one\n")
	catchUp(t, c)
	oracle.Run(t, "umount", "-l", d.folder)
	add(t, f, "two\n")
	for range 2 {
		if err := c.CatchUp(); err == nil || !strings.Contains(err.Error(), "nothing is mounted") {
			t.Errorf("a drive that is gone: %v", err)
		}
	}
	if beneath, err := os.ReadDir(d.folder); err != nil || len(beneath) > 0 {
		t.Errorf("written beneath the mount point: %v, %v", beneath, err)
	}
	d.mount()
	catchUp(t, c)
	same(t, f, c)
	c.Close()
	oracle.Run(t, "umount", d.folder)
	if out := oracle.Run(t, "debugfs", "-R", "cat a.log", d.image); out != "one\ntwo\n" {
		t.Errorf("on the drive: %q", out)
	}
}

// TestDriveDies shuts a file system down: writes succeed into memory, syncing fails, as when a drive is
// pulled out that is still mounted.
func TestDriveDies(t *testing.T) {
	f, c, d := onDrive(t)
	add(t, f, "one\n")
	catchUp(t, c)
	d.shutDown()
	add(t, f, "two\n")
	for range 3 {
		if err := c.CatchUp(); err == nil {
			t.Error("a drive that takes nothing is complete")
		}
	}
	c.Close()
	oracle.Run(t, "umount", d.folder)
	d.mount()
	catchUp(t, c)
	same(t, f, c)
}

func TestNoFolder(t *testing.T) {
	if _, err := NewCopy("/dev/null", filepath.Join(t.TempDir(), "none", "a.log")); err == nil {
		t.Error("a folder that is not there was taken")
	}
}
