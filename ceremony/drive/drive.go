package drive

import (
	"fmt"
	"strings"
)

// A Drive is one insertion of one drive.
type Drive struct {
	Name      string // "sdb"
	Path      string // "/dev/sdb"
	Sequence  uint64 // of the insertion, unique until the machine stops
	Size      int64  // bytes
	Vendor    string
	Model     string
	Serial    string // "" if the drive has none
	Bus       string // "usb", "mmc", "loop", "nvme", else "disk"
	Removable bool   // the kernel's word for it, or USB or a memory card
	ReadOnly  bool
	Volumes   []Volume // the drive itself, or its partitions
}

// A Volume is what can hold a file system: a whole drive or a partition.
type Volume struct {
	Path       string // "/dev/sdb1"
	Size       int64  // bytes
	FileSystem string // "vfat"; "" if blkid knows none
	Label      string
	Mounts     []Mount
	Held       bool // swap, or a part of another device
	number     string
}

// A Purpose is what a drive is for at a ceremony.
type Purpose string

// The purposes.
const (
	HSMFD   Purpose = "HSMFD"   // keys' backups, logs and configurations: written during the ceremony
	KSRFD   Purpose = "KSRFD"   // brings requests, takes responses home
	System  Purpose = "SYSTEM"  // the machine runs from it, or could start from it
	Unknown Purpose = "UNKNOWN" // anything else: it is not touched
)

// labels are those of each purpose. A second drive of the same label is mounted
// under its label and 1, or in older systems an underscore.
var labels = map[string]Purpose{"HSMFD": HSMFD, "KSRFD": KSRFD}

// Purpose returns what a drive is for, as far as its label tells.
func (d *Drive) Purpose() Purpose {
	if d.System() {
		return System
	}
	v := d.Volume()
	if v == nil || !d.Removable {
		return Unknown
	}
	if p, ok := labels[v.Label]; ok {
		return p
	}
	return Unknown
}

// System reports whether the machine may depend on the drive: something of it is
// mounted outside the place for flash drives, or is part of another device; or
// it has an ISO 9660 file system, as what computers start from.
func (d *Drive) System() bool {
	for _, v := range d.Volumes {
		if v.Held || v.FileSystem == "iso9660" {
			return true
		}
		for _, m := range v.Mounts {
			if !strings.HasPrefix(m.Dir, MediaDir+"/") {
				return true
			}
		}
	}
	return false
}

// MediaDir is where flash drives are mounted, each under its label.
const MediaDir = "/media"

// Volume returns the volume with the drive's content: the only one with a file
// system. It is nil if there is none, or more than one.
func (d *Drive) Volume() *Volume {
	var found *Volume
	for i := range d.Volumes {
		if d.Volumes[i].FileSystem == "" {
			continue
		}
		if found != nil {
			return nil
		}
		found = &d.Volumes[i]
	}
	return found
}

// Mounts returns where anything of the drive is mounted.
func (d *Drive) Mounts() []Mount {
	var list []Mount
	for _, v := range d.Volumes {
		list = append(list, v.Mounts...)
	}
	return list
}

// Content describes what is on a drive: "vfat \"HSMFD\"".
func (d *Drive) Content() string {
	if v := d.Volume(); v != nil {
		if v.Label == "" {
			return v.FileSystem + " without label"
		}
		return fmt.Sprintf("%s %q", v.FileSystem, v.Label)
	}
	for _, v := range d.Volumes {
		if v.FileSystem != "" {
			return "several file systems"
		}
	}
	return "no known file system"
}

// String describes a drive in one line, its identity first.
func (d *Drive) String() string {
	serial := "no serial number"
	if d.Serial != "" {
		serial = "serial " + d.Serial
	}
	name := strings.Join(strings.Fields(d.Vendor+" "+d.Model), " ")
	if name == "" {
		name = "unnamed drive"
	}
	return fmt.Sprintf("%s, %s, %s, %s, %s", name, serial, Bytes(d.Size), d.Content(), d.Path)
}

// Bytes writes a size as drives are labelled, in powers of ten.
func Bytes(n int64) string {
	if n < 1000 {
		return fmt.Sprintf("%d B", n)
	}
	value, unit := float64(n)/1000, 0
	for value >= 999.95 {
		value, unit = value/1000, unit+1
	}
	return fmt.Sprintf("%.1f %cB", value, "kMGTPE"[unit])
}
