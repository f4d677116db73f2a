package clone_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"coen/ceremony/clone"
	"coen/ceremony/drive"
	"coen/ceremony/media"
	"coen/internal/oracle"
)

// fileSystems are those that a copy can have.
var fileSystems = []string{"vfat", "exfat", "ext4"}

// mountable skips a test that this kernel or user cannot do. Copies of every type
// are also made in a machine of QEMU, by the test of the program.
func mountable(t *testing.T, fileSystem string) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root can mount drives")
	}
	oracle.Need(t, "mkfs."+fileSystem)
	known, err := os.ReadFile("/proc/filesystems")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(known), "\t"+fileSystem+"\n") && exec.Command("modprobe", fileSystem).Run() != nil {
		t.Skipf("this kernel has no %s", fileSystem)
	}
	if _, err := os.Stat("/dev/loop-control"); err != nil {
		t.Skipf("no loop devices: %v", err)
	}
}

// plug makes a loop device of an empty file, and returns both.
func plug(t *testing.T, size int64) (*drive.Drive, string) {
	t.Helper()
	image := filepath.Join(t.TempDir(), "image")
	if err := os.WriteFile(image, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(image, size); err != nil {
		t.Fatal(err)
	}
	return plugImage(t, image), image
}

func plugImage(t *testing.T, image string) *drive.Drive {
	t.Helper()
	device := strings.TrimSpace(oracle.Run(t, "losetup", "--show", "-f", image))
	t.Cleanup(func() { oracle.Run(t, "losetup", "-d", device) })
	d := find(t, device)
	if d == nil {
		t.Fatalf("%s is not listed", device)
	}
	return d
}

func find(t *testing.T, device string) *drive.Drive {
	t.Helper()
	list, err := drive.Host.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i := range list {
		if list[i].Path == device {
			return &list[i]
		}
	}
	return nil
}

// source makes a tree of the kind that an HSMFD holds.
func source(t *testing.T) (string, *media.Manifest) {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{
		"ksk/2026-11-22/ksrsigner-20261122-133000-77.log": strings.Repeat("2026-11-22T13:30:00Z: [INFO] line\n", 2000),
		"ksk/skr.xml":     "<SKR/>\n",
		"Krill-ümlaut é":  "x",
		"empty":           "",
		"large":           strings.Repeat("0123456789abcdef", 1<<16),
		"folder/a/b/c.md": "deep",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	m, err := media.Read(t.Context(), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	return dir, m
}

const size = 64 << 20

// TestCopy makes two copies at a time, on drives that held something else.
func TestCopy(t *testing.T) {
	for _, fileSystem := range fileSystems {
		t.Run(fileSystem, func(t *testing.T) {
			mountable(t, fileSystem)
			dir, m := source(t)
			one, image := plug(t, size)
			two, _ := plug(t, size)
			oracle.Run(t, "mkfs.vfat", "-I", "-n", "OTHER", two.Path)
			var done int64
			progress := make(chan int64, 1000)
			job := &clone.Job{Source: dir, Manifest: m, FileSystem: fileSystem, Label: "HSMFD",
				Progress: func(n int64) { progress <- n }}
			for _, r := range job.Run(t.Context(), []drive.Drive{*one, *two}) {
				if r.Err != nil {
					t.Errorf("%s: %v", r.Drive.Path, r.Err)
				}
				if fileSystem == "ext4" && r.Root != m.Root() {
					t.Errorf("%s: root %x, want %x", r.Drive.Path, r.Root, m.Root())
				}
			}
			close(progress)
			for n := range progress {
				done += n
			}
			if want := 2 * job.Work(); done != want {
				t.Errorf("progress of %d bytes, want %d", done, want)
			}
			for _, d := range []*drive.Drive{one, two} {
				if d := find(t, d.Path); d.Content() != fmt.Sprintf("%s %q", fileSystem, "HSMFD") || len(d.Mounts()) > 0 {
					t.Errorf("%v, mounted at %v", d, d.Mounts())
				}
			}
			if fileSystem == "ext4" {
				oracle.Run(t, "fsck.ext4", "-fn", image)
			}
		})
	}
}

// TestLies checks that a drive which does not keep what is written to it is
// found out: its bytes change after they were written and before they are read.
func TestLies(t *testing.T) {
	for _, fileSystem := range fileSystems {
		t.Run(fileSystem, func(t *testing.T) {
			mountable(t, fileSystem)
			dir, m := source(t)
			honest, _ := plug(t, size)
			liar, image := plug(t, size)
			job := &clone.Job{Source: dir, Manifest: m, FileSystem: fileSystem, Label: "HSMFD"}
			job.Begin = func(d *drive.Drive, step clone.Step) {
				if step == clone.Verify && d.Path == liar.Path {
					replace(t, image, "0123456789abcdef", "0123456789abcdeF")
				}
			}
			results := job.Run(t.Context(), []drive.Drive{*honest, *liar})
			if results[0].Err != nil {
				t.Errorf("the honest drive: %v", results[0].Err)
			}
			var different *clone.DifferentError
			if !errors.As(results[1].Err, &different) || len(different.Differences) != 1 || different.Differences[0].Path != "large" {
				t.Errorf("the lying drive: %v", results[1].Err)
			}
		})
	}
}

// replace changes the first place in a file that has old.
func replace(t *testing.T, name, old, changed string) {
	data, err := os.ReadFile(name)
	if err != nil {
		t.Error(err)
		return
	}
	at := strings.Index(string(data), old)
	if at < 0 {
		t.Errorf("%q is not on the drive", old)
		return
	}
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		t.Error(err)
		return
	}
	defer f.Close()
	if _, err := f.WriteAt([]byte(changed), int64(at)); err != nil {
		t.Error(err)
	}
}

// TestInterrupt ends a copy in each step and checks that nothing stays mounted.
func TestInterrupt(t *testing.T) {
	mountable(t, "ext4")
	dir, m := source(t)
	for _, step := range []clone.Step{clone.Format, clone.Write, clone.Verify} {
		d, _ := plug(t, size)
		ctx, cancel := context.WithCancel(t.Context())
		job := &clone.Job{Source: dir, Manifest: m, FileSystem: "ext4", Label: "HSMFD",
			Begin: func(_ *drive.Drive, s clone.Step) {
				if s == step {
					cancel()
				}
			}}
		r := job.Run(ctx, []drive.Drive{*d})[0]
		if !errors.Is(r.Err, context.Canceled) {
			t.Errorf("interrupted at %s: %v", step, r.Err)
		}
		if d := find(t, d.Path); len(d.Mounts()) > 0 {
			t.Errorf("interrupted at %s: still mounted at %v", step, d.Mounts())
		}
		cancel()
	}
}

// TestUntouched checks that a drive which must not be written keeps every byte:
// one that is mounted, one that another program works on, one plugged in anew.
func TestUntouched(t *testing.T) {
	mountable(t, "ext4")
	dir, m := source(t)
	job := &clone.Job{Source: dir, Manifest: m, FileSystem: "ext4", Label: "HSMFD"}
	d, image := plug(t, size)
	oracle.Run(t, "mkfs.ext4", "-q", "-F", d.Path)
	before := digest(t, image)
	check := func(what string, d drive.Drive) {
		t.Helper()
		if r := job.Run(t.Context(), []drive.Drive{d})[0]; r.Err == nil {
			t.Errorf("%s: was written to", what)
		}
	}
	replaced := *d
	replaced.Sequence--
	check("another insertion", replaced)
	lock, err := d.Lock()
	if err != nil {
		t.Fatal(err)
	}
	if !d.Locked() {
		t.Error("a lock is not seen")
	}
	check("locked", *d)
	if err := lock.Close(); err != nil {
		t.Fatal(err)
	}
	if digest(t, image) != before {
		t.Error("the drive was changed")
	}
	place := t.TempDir()
	if err := drive.MountAt(d.Path, place, "ext4", drive.ReadOnly); err != nil {
		t.Fatal(err)
	}
	check("mounted", *d)
	if err := drive.Unmount(place); err != nil {
		t.Fatal(err)
	}
	oracle.Run(t, "fsck.ext4", "-fn", image)
}

func digest(t *testing.T, name string) string {
	t.Helper()
	return oracle.Run(t, "sha256sum", name)
}

// TestPossible checks that what a file system cannot hold is said before the
// drive is erased.
func TestPossible(t *testing.T) {
	for _, c := range []struct {
		fileSystem string
		entry      media.Entry
		want       string
	}{
		{"vfat", media.Entry{Type: 'l', Path: "link"}, `vfat cannot hold "link"`},
		{"ext4", media.Entry{Type: 'p', Path: "pipe"}, `ext4 cannot hold "pipe"`},
		{"ntfs", media.Entry{Type: 'f', Path: "file"}, `no way to make a file system of type "ntfs"`},
	} {
		job := &clone.Job{Manifest: &media.Manifest{Entries: []media.Entry{c.entry}}, FileSystem: c.fileSystem}
		r := job.Run(t.Context(), []drive.Drive{{Path: "/nonexistent"}})[0]
		if r.Err == nil || !strings.Contains(r.Err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.fileSystem, r.Err, c.want)
		}
	}
}

func TestRefuse(t *testing.T) {
	plain := drive.Drive{Path: "/dev/sdb", Sequence: 7, Size: 16e9, Removable: true, Bus: "usb"}
	with := func(change func(*drive.Drive)) *drive.Drive {
		d := plain
		change(&d)
		return &d
	}
	sourceDrive := drive.Drive{Path: "/dev/sda", Sequence: 6}
	for _, c := range []struct {
		drive *drive.Drive
		want  string
	}{
		{&plain, ""},
		{&sourceDrive, "it is the source"},
		{with(func(d *drive.Drive) { d.Removable = false }), "it is no flash drive (usb)"},
		{with(func(d *drive.Drive) { d.ReadOnly = true }), "it is write-protected"},
		{with(func(d *drive.Drive) { d.Size = 1e9 }), "it is too small: 1.0 GB for 1.0 GB"},
		{with(func(d *drive.Drive) { d.Volumes = []drive.Volume{{FileSystem: "iso9660"}} }), "the machine runs from it, or could start from it"},
		{with(func(d *drive.Drive) { d.Volumes = []drive.Volume{{Held: true}} }), "the machine runs from it, or could start from it"},
		{with(func(d *drive.Drive) { d.Volumes = []drive.Volume{{Mounts: []drive.Mount{{Dir: "/run/coen/medium"}}}} }),
			"the machine runs from it, or could start from it"},
		{with(func(d *drive.Drive) { d.Volumes = []drive.Volume{{Mounts: []drive.Mount{{Dir: "/media/KSRFD"}}}} }),
			"it is mounted at /media/KSRFD; unmount it first"},
	} {
		rule := clone.Rule{Source: &sourceDrive, Size: 1e9}
		got := ""
		if err := rule.Refuse(c.drive); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%+v\nrefused with %q, want %q", c.drive, got, c.want)
		}
	}
}
