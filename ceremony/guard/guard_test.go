package guard

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"coen/ceremony/drive"
	"coen/internal/oracle"

	"golang.org/x/sys/unix"
)

// A laptop is a machine of files into which drives can be plugged.
type laptop struct {
	t       *testing.T
	dir     string
	labels  map[string]string
	guard   *Guard
	notices []Notice
	count   int
}

func newLaptop(t *testing.T) *laptop {
	l := &laptop{t: t, dir: t.TempDir(), labels: map[string]string{}}
	l.file("sys/block/none", "") // a name that is no drive has no size
	l.file("proc/self/mountinfo", "")
	m := &drive.Machine{Sys: l.dir + "/sys", Proc: l.dir + "/proc", Dev: l.dir, Probe: func(_ context.Context, device string) (string, string, error) {
		return "vfat", l.labels[filepath.Base(device)], nil
	}}
	l.guard = &Guard{Machine: m, Tell: func(n Notice) { l.notices = append(l.notices, n) }}
	return l
}

func (l *laptop) file(name, text string) {
	l.t.Helper()
	path := filepath.Join(l.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		l.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		l.t.Fatal(err)
	}
}

func (l *laptop) plug(name, label, serial string) {
	l.count++
	l.labels[name] = label
	base := "sys/block/" + name
	for attribute, value := range map[string]string{
		"size": "31250000", "removable": "1", "diskseq": fmt.Sprint(l.count), "dev": "8:" + fmt.Sprint(l.count), "device/serial": serial,
	} {
		l.file(base+"/"+attribute, value)
	}
}

func (l *laptop) pull(name string) {
	l.t.Helper()
	if err := os.RemoveAll(filepath.Join(l.dir, "sys/block", name)); err != nil {
		l.t.Fatal(err)
	}
}

func (l *laptop) mount(lines string) { l.file("proc/self/mountinfo", lines) }

// expect looks at the drives and compares what is told.
func (l *laptop) expect(look func() error, want ...string) {
	l.t.Helper()
	l.notices = nil
	if err := look(); err != nil {
		l.t.Fatal(err)
	}
	var got []string
	for _, n := range l.notices {
		text := fmt.Sprintf("%s %s %s %v: %s", n.Kind, n.Drive.Name, n.Purpose, n.Status.Safe, n.Status.Words)
		got = append(got, text)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		l.t.Errorf("told %q\nwant %q", got, want)
	}
}

func (l *laptop) scan() error { return l.guard.Scan(context.Background()) }

func (l *laptop) refresh() error { return l.guard.Refresh(context.Background()) }

const place = "/media/coen-guard-test"

// TestStory plugs drives in, uses them and pulls them out.
func TestStory(t *testing.T) {
	l := newLaptop(t)
	l.expect(l.scan)
	l.plug("sdb", "HSMFD", "A1")
	l.plug("sdc", "HOLIDAYS", "B2")
	l.expect(l.scan, "drive-inserted sdb HSMFD true: may be removed", "drive-inserted sdc UNKNOWN true: may be removed")
	l.expect(l.scan)
	l.mount("36 29 8:1 / " + place + " rw,nosuid - vfat /dev/sdb rw\n")
	l.expect(l.refresh, "drive-changed sdb HSMFD false: can be written at "+place+"; unmount it first")
	l.file("proc/77/comm", "bash")
	if err := os.Symlink(place+"/ksk", l.dir+"/proc/77/cwd"); err != nil {
		t.Fatal(err)
	}
	l.expect(l.refresh, "drive-changed sdb HSMFD false: in use by bash (77)")
	l.expect(l.refresh)
	l.pull("sdb")
	l.expect(l.scan, "drive-removed sdb HSMFD false: removed while in use by bash (77)")
	l.mount("")
	l.pull("sdc")
	l.expect(l.scan, "drive-removed sdc UNKNOWN true: removed")
}

// TestSwap puts another drive where one was, between two looks.
func TestSwap(t *testing.T) {
	l := newLaptop(t)
	l.plug("sdb", "HSMFD", "A1")
	l.expect(l.scan, "drive-inserted sdb HSMFD true: may be removed")
	l.mount("36 29 8:1 / " + place + " rw - vfat /dev/sdb rw\n")
	l.expect(l.refresh, "drive-changed sdb HSMFD false: can be written at "+place+"; unmount it first")
	l.pull("sdb")
	l.plug("sdb", "KSRFD", "C3")
	l.expect(l.scan, "drive-removed sdb HSMFD false: removed without being unmounted", "drive-inserted sdb KSRFD true: may be removed")
}

// TestAnnounced does not believe a label alone where serial numbers are known.
func TestAnnounced(t *testing.T) {
	l := newLaptop(t)
	l.guard.Announced = map[drive.Purpose][]string{drive.HSMFD: {"A1"}}
	l.plug("sdb", "HSMFD", "A1")
	l.plug("sdc", "HSMFD", "B2")
	l.plug("sdd", "KSRFD", "C3")
	l.expect(l.scan, "drive-inserted sdb HSMFD true: may be removed", "drive-inserted sdc UNKNOWN true: may be removed",
		"drive-inserted sdd KSRFD true: may be removed")
	if got, want := l.notices[1].Reason, "it is labelled HSMFD, but its serial number was not announced"; got != want {
		t.Errorf("reason %q, want %q", got, want)
	}
}

// TestSystem marks what the machine runs from.
func TestSystem(t *testing.T) {
	l := newLaptop(t)
	l.plug("sdb", "HSMFD", "A1")
	l.mount("36 29 8:1 / /run/coen/medium ro - iso9660 /dev/sdb ro\n")
	l.expect(l.scan, "drive-inserted sdb SYSTEM false: the machine may depend on it")
}

// TestLocked leaves alone what another program works on, and looks again after.
func TestLocked(t *testing.T) {
	l := newLaptop(t)
	l.plug("sdb", "HSMFD", "A1")
	l.file("sdb", "") // stands for the device
	f, err := os.Open(l.dir + "/sdb")
	if err != nil {
		t.Fatal(err)
	}
	lock(t, f)
	l.expect(l.scan, "drive-inserted sdb HSMFD false: being worked on by another program")
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	l.expect(l.refresh, "drive-changed sdb HSMFD true: may be removed")
}

func TestIsBlock(t *testing.T) {
	for event, want := range map[string]bool{
		"add@/devices/x/block/sdb\x00ACTION=add\x00SUBSYSTEM=block\x00DEVTYPE=disk\x00": true,
		"add@/devices/x\x00ACTION=add\x00SUBSYSTEM=usb\x00":                             false,
		"": false,
	} {
		if got := isBlock([]byte(event)); got != want {
			t.Errorf("%q: %v, want %v", event, got, want)
		}
	}
}

// TestWatch ends with its context.
func TestWatch(t *testing.T) {
	l := newLaptop(t)
	l.plug("sdb", "HSMFD", "A1")
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	l.expect(func() error { return l.guard.Watch(ctx) }, "drive-inserted sdb HSMFD true: may be removed")
}

func lock(t *testing.T, f *os.File) {
	t.Helper()
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX); err != nil {
		t.Fatal(err)
	}
}

// TestUevents hears of a loop device that comes.
func TestUevents(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can make loop devices")
	}
	if _, err := os.Stat("/dev/loop-control"); err != nil {
		t.Skipf("no loop devices: %v", err)
	}
	changes, stop, err := uevents()
	if err != nil {
		t.Fatal(err)
	}
	image := filepath.Join(t.TempDir(), "image")
	if err := os.WriteFile(image, make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	device := strings.TrimSpace(oracle.Run(t, "losetup", "--show", "-f", image))
	defer oracle.Run(t, "losetup", "-d", device)
	select {
	case <-changes:
	case <-time.After(20 * time.Second):
		t.Error("nothing was heard")
	}
	stop()
	for range changes { // until it is closed
	}
}
