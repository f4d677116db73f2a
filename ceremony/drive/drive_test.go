package drive

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// probes are what blkid says on the machine of the test.
var probes = map[string][2]string{
	"sda1": {"vfat", "HSMFD"}, "sdb": {"vfat", "KSRFD"}, "sdc": {"iso9660", "COEN_3_0_0"}, "sdd1": {"ext4", "root"},
	"mmcblk0p1": {"exfat", "HOLIDAYS"}, "mmcblk0p2": {"ext4", "more"},
}

// machine makes a sysfs and a /proc as a laptop has them at a ceremony.
func machine(t *testing.T) *Machine {
	t.Helper()
	dir := t.TempDir()
	file := func(name, text string) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	disk := func(device, name, dev string, sequence, sectors int, attributes map[string]string) {
		base := filepath.Join("sys/devices", device, "block", name)
		file(base+"/size", fmt.Sprint(sectors))
		file(base+"/diskseq", fmt.Sprint(sequence))
		file(base+"/dev", dev)
		file(base+"/ro", "0")
		for k, v := range attributes {
			file(base+"/"+k, v)
		}
		for link, target := range map[string]string{filepath.Join("sys/block", name): base, base + "/device": filepath.Join("sys/devices", device)} {
			if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, link)), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(filepath.Join(dir, target), filepath.Join(dir, link)); err != nil {
				t.Fatal(err)
			}
		}
		file(filepath.Join("sys/devices", device, "vendor"), "SanDisk ")
		file(filepath.Join("sys/devices", device, "model"), "Ultra\x1b[31m ")
	}
	partition := func(number, dev string) map[string]string {
		name := strings.Split(number, "/")[0]
		return map[string]string{name + "/partition": "1", name + "/dev": dev, name + "/size": "31000000"}
	}
	for i, usb := range []string{"usb1/1-1", "usb1/1-2", "usb1/1-3"} {
		file("sys/devices/"+usb+"/idVendor", "0781")
		file("sys/devices/"+usb+"/serial", fmt.Sprintf("4C53000%d", i+1))
	}
	disk("usb1/1-1/1-1:1.0/host0/0:0:0:0", "sda", "8:0", 11, 31250000, partition("sda1", "8:1"))
	disk("usb1/1-2/1-2:1.0/host1/0:0:0:0", "sdb", "8:16", 12, 31250000, partition("sdb1", "8:17"))
	disk("usb1/1-3/1-3:1.0/host2/0:0:0:0", "sdc", "8:32", 13, 31250000, map[string]string{"ro": "1"})
	disk("pci/ata1/0:0:0:0", "sdd", "8:48", 1, 1000000000, partition("sdd1", "8:49"))
	disk("pci/mmc0/mmc0:0001", "mmcblk0", "179:0", 14, 62500000, map[string]string{
		"mmcblk0p1/partition": "1", "mmcblk0p1/dev": "179:1", "mmcblk0p1/size": "1000",
		"mmcblk0p2/partition": "2", "mmcblk0p2/dev": "179:2", "mmcblk0p2/size": "1000", "mmcblk0p2/holders/dm-0/dev": "253:0",
	})
	disk("pci/empty", "sde", "8:64", 15, 0, nil) // a card reader without a card
	disk("virtual", "zram0", "252:0", 16, 1000, nil)
	file("proc/self/mountinfo", `29 1 8:49 / / rw,relatime shared:1 - ext4 /dev/sdd1 rw
36 29 8:1 / /media/HSMFD rw,nosuid - vfat /dev/sda1 rw,utf8
37 29 8:16 / /media/KSR\040FD ro,nosuid - vfat /dev/sdb ro`)
	file("proc/swaps", "Filename\tType\tSize\n/dev/none partition 0")
	for pid, target := range map[string]string{"77": "/media/HSMFD/ksk", "78": "/media/HSMFD1/ksk", "79": "/home"} {
		file("proc/"+pid+"/comm", "bash")
		if err := os.Symlink(target, filepath.Join(dir, "proc", pid, "cwd")); err != nil {
			t.Fatal(err)
		}
	}
	return &Machine{Sys: dir + "/sys", Proc: dir + "/proc", Dev: "/dev", Probe: func(_ context.Context, device string) (string, string, error) {
		p := probes[filepath.Base(device)]
		return p[0], p[1], nil
	}}
}

func TestList(t *testing.T) {
	list, err := machine(t).List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		name    string
		purpose Purpose
		text    string
		mounts  []string
	}{
		{"sda", HSMFD, `SanDisk Ultra?[31m, serial 4C530001, 16.0 GB, vfat "HSMFD", /dev/sda`, []string{"/media/HSMFD"}},
		{"sdb", KSRFD, `SanDisk Ultra?[31m, serial 4C530002, 16.0 GB, vfat "KSRFD", /dev/sdb`, []string{"/media/KSR FD"}},
		{"sdc", System, `SanDisk Ultra?[31m, serial 4C530003, 16.0 GB, iso9660 "COEN_3_0_0", /dev/sdc`, nil},
		{"sdd", System, `SanDisk Ultra?[31m, no serial number, 512.0 GB, ext4 "root", /dev/sdd`, []string{"/"}},
		{"mmcblk0", System, `SanDisk, no serial number, 32.0 GB, several file systems, /dev/mmcblk0`, nil},
	}
	if len(list) != len(want) {
		t.Fatalf("%d drives, want %d: %v", len(list), len(want), list)
	}
	for i, w := range want {
		d := &list[i]
		var dirs []string
		for _, m := range d.Mounts() {
			dirs = append(dirs, m.Dir)
		}
		if d.Name != w.name || d.Purpose() != w.purpose || d.String() != w.text || !slices.Equal(dirs, w.mounts) {
			t.Errorf("%s %s %q at %q\nwant %s %s %q at %q", d.Name, d.Purpose(), d.String(), dirs, w.name, w.purpose, w.text, w.mounts)
		}
	}
	if d := list[0]; d.Bus != "usb" || !d.Removable || d.Sequence != 11 || d.ReadOnly {
		t.Errorf("sda is %+v", d)
	}
	if d := list[2]; !d.ReadOnly {
		t.Errorf("sdc is %+v", d)
	}
	if d := list[3]; d.Bus != "disk" || d.Removable {
		t.Errorf("sdd is %+v", d)
	}
}

func TestUsers(t *testing.T) {
	m := machine(t)
	if users := m.Users("/media/HSMFD"); len(users) != 1 || users[0].String() != "bash (77)" {
		t.Errorf("users %v", users)
	}
	mount, err := m.MountedAt("/media/KSR FD")
	if err != nil || mount == nil || !mount.ReadOnly || mount.FileSystem != "vfat" {
		t.Errorf("mount %+v, %v", mount, err)
	}
	if mount, err := m.MountedAt("/media"); mount != nil || err != nil {
		t.Errorf("mount %+v, %v", mount, err)
	}
}

func TestBytes(t *testing.T) {
	for n, want := range map[int64]string{0: "0 B", 999: "999 B", 1000: "1.0 kB", 999_949: "999.9 kB", 999_950: "1.0 MB", 16e9: "16.0 GB", 2e12: "2.0 TB"} {
		if got := Bytes(n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
}

func TestUnquote(t *testing.T) {
	for text, want := range map[string]string{"HSMFD": "HSMFD", `MY\ DISK`: "MY DISK", `a\\b`: `a\b`, `end\`: `end\`} {
		if got := unquote(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

// FuzzMounts checks that no table of mounts is too odd.
func FuzzMounts(f *testing.F) {
	f.Add("36 29 8:1 / /media/A\\040B rw - vfat /dev/sda1 rw\n")
	f.Add("1 2 3 - \\9 \\777\n")
	f.Fuzz(func(t *testing.T, text string) {
		list, err := parseMounts(text)
		if err == nil && len(list) != strings.Count(strings.TrimSuffix(text, "\n")+"\n", "\n") && text != "" {
			t.Errorf("%d mounts in %q", len(list), text)
		}
	})
}
