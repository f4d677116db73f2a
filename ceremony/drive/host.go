package drive

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// A Machine is where drives are plugged in.
type Machine struct {
	Sys, Proc, Dev string // the file systems of that name

	// Probe returns file system and label of a device.
	Probe func(ctx context.Context, device string) (fileSystem, label string, err error)
}

// Host is the machine that the program runs on.
var Host = &Machine{Sys: "/sys", Proc: "/proc", Dev: "/dev", Probe: blkid}

// sectorSize is the unit of sizes in sysfs, whatever the drive's own is.
const sectorSize = 512

// others are kernel names of devices that are no flash drives or disks.
var others = []string{"ram", "zram", "dm-", "md", "sr", "fd"}

// List returns the drives that are plugged in and have a medium, by name.
func (m *Machine) List(ctx context.Context) ([]Drive, error) {
	entries, err := os.ReadDir(m.Sys + "/block")
	if err != nil {
		return nil, fmt.Errorf("list drives: %w", err)
	}
	mounts, err := m.mounts()
	if err != nil {
		return nil, fmt.Errorf("list drives: %w", err)
	}
	var list []Drive
	for _, e := range entries {
		if slices.ContainsFunc(others, func(p string) bool { return strings.HasPrefix(e.Name(), p) }) {
			continue
		}
		d, err := m.drive(ctx, e.Name(), mounts)
		if err != nil {
			return nil, fmt.Errorf("list drives: %s: %w", e.Name(), err)
		}
		if d.Size > 0 {
			list = append(list, *d)
		}
	}
	slices.SortFunc(list, func(a, b Drive) int {
		return cmp.Or(cmp.Compare(len(a.Name), len(b.Name)), cmp.Compare(a.Name, b.Name))
	})
	return list, nil
}

// Refresh brings what is known of mounts up to date, without reading the drives.
func (m *Machine) Refresh(list []Drive) error {
	mounts, err := m.mounts()
	if err != nil {
		return err
	}
	for i := range list {
		for j := range list[i].Volumes {
			v := &list[i].Volumes[j]
			v.Mounts = mountsOf(mounts, v.number)
		}
	}
	return nil
}

// mountsOf returns the mounts of a device.
func mountsOf(mounts []Mount, number string) []Mount {
	var list []Mount
	for _, mount := range mounts {
		if mount.number == number {
			list = append(list, mount)
		}
	}
	return list
}

// drive reads what there is to know of one drive.
func (m *Machine) drive(ctx context.Context, name string, mounts []Mount) (*Drive, error) {
	dir := filepath.Join(m.Sys, "block", name)
	d := &Drive{
		Name: name, Path: filepath.Join(m.Dev, name),
		Size:     number(dir, "size") * sectorSize,
		Sequence: uint64(number(dir, "diskseq")),
		ReadOnly: number(dir, "ro") == 1,
		Vendor:   attribute(dir, "device/vendor"), Model: attribute(dir, "device/model"),
	}
	if d.Size == 0 {
		return d, nil
	}
	d.identify(dir)
	d.Removable = d.Bus == "usb" || d.Bus == "mmc" || number(dir, "removable") == 1
	whole, err := m.volume(ctx, dir, d.Path, mounts)
	if err != nil {
		return nil, err
	}
	parts, err := filepath.Glob(filepath.Join(dir, name+"*", "partition"))
	if err != nil {
		return nil, err
	}
	// A file system on the whole drive counts even where it pretends to have
	// partitions, as images of discs do.
	if whole.FileSystem != "" || len(parts) == 0 || len(whole.Mounts) > 0 {
		d.Volumes = append(d.Volumes, *whole)
	}
	for _, p := range parts {
		p = filepath.Dir(p)
		v, err := m.volume(ctx, p, filepath.Join(m.Dev, filepath.Base(p)), mounts)
		if err != nil {
			return nil, err
		}
		if len(d.Volumes) == 0 || d.Volumes[0].FileSystem == "" || len(v.Mounts) > 0 || v.Held || d.Volumes[0].Path != d.Path {
			d.Volumes = append(d.Volumes, *v)
		}
	}
	return d, nil
}

// volume reads what there is to know of a whole drive or a partition.
func (m *Machine) volume(ctx context.Context, dir, path string, mounts []Mount) (*Volume, error) {
	v := &Volume{Path: path, Size: number(dir, "size") * sectorSize, number: attribute(dir, "dev")}
	v.Mounts = mountsOf(mounts, v.number)
	holders, err := filepath.Glob(filepath.Join(dir, "holders", "*"))
	if err != nil {
		return nil, err
	}
	v.Held = len(holders) > 0 || m.swap(path)
	v.FileSystem, v.Label, err = m.Probe(ctx, path)
	return v, err
}

// swap reports whether the machine swaps to a device.
func (m *Machine) swap(path string) bool {
	text, err := os.ReadFile(m.Proc + "/swaps")
	if err != nil {
		return false // a kernel without swap
	}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, path+" ") || strings.HasPrefix(line, path+"\t") {
			return true
		}
	}
	return false
}

// attribute returns the text of a file in sysfs, "" if there is none.
func attribute(dir, name string) string {
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return ""
	}
	return printable(strings.TrimSpace(string(text)))
}

// number returns a number in sysfs, 0 if there is none.
func number(dir, name string) int64 {
	n, err := strconv.ParseInt(attribute(dir, name), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// printable replaces what a drive must not make a terminal do.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, text)
}
