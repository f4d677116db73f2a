//go:build linux

package main

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"coen/boot/handoff"
	"coen/boot/measure"
	"coen/fsimage/iso9660"

	"golang.org/x/sys/unix"
)

// A medium is the volume we were started from.
type medium struct {
	device string // "/dev/sr0"
	volume string // its identifier
	size   int64  // of the volume in bytes

	root, tree stored // the root file system and its hash tree
}

// stored is a range of bytes of a file or device.
type stored struct {
	file *os.File
	measure.Place
}

// find waits for a block device that carries the volume.
func find(volume string, modules *loader) (*medium, error) {
	for deadline := time.Now().Add(searchTime); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		modules.loadWanted()
		for _, device := range carriers(volume) {
			return open(device)
		}
	}
	return nil, fmt.Errorf("no medium named %s was found on any drive within %v", volume, searchTime)
}

// carriers lists the block devices that carry a volume of the given name. A
// partition is left to the device it is part of.
func carriers(volume string) (devices []string) {
	names, _ := filepath.Glob("/sys/class/block/*")
	for _, name := range names {
		if _, err := os.Stat(name + "/partition"); err == nil {
			continue
		}
		device := "/dev/" + filepath.Base(name)
		if found, _ := readVolume(device); found == volume {
			devices = append(devices, device)
		}
	}
	return devices
}

// readVolume returns identifier and size of the ISO 9660 volume on a device, or ""
// (ECMA-119 section 8.4: the descriptor lies at sector 16. At its byte 40 there is
// the identifier, 32 bytes long and padded with blanks, at byte 80 the number of
// sectors, which counts everything up to the end of the image).
func readVolume(device string) (volume string, size int64) {
	const sectorSize = 2048
	f, err := os.Open(device)
	if err != nil {
		return "", 0
	}
	defer f.Close()
	var d [sectorSize]byte
	if _, err := f.ReadAt(d[:], 16*sectorSize); err != nil || string(d[:6]) != "\x01CD001" {
		return "", 0
	}
	return strings.TrimRight(string(d[40:72]), " "), int64(binary.LittleEndian.Uint32(d[80:])) * sectorSize
}

// open opens the medium in a device and looks where its files lie.
func open(device string) (*medium, error) {
	m := &medium{device: device}
	m.volume, m.size = readVolume(device)
	f, err := os.Open(device)
	if err != nil {
		return nil, err
	}
	r, err := iso9660.NewReader(f, m.size)
	if err != nil {
		return nil, damaged(err)
	}
	for _, file := range []struct {
		path string
		at   *stored
	}{{handoff.ImagePath, &m.root}, {handoff.HashPath, &m.tree}} {
		file.at.file = f
		file.at.Offset, file.at.Size, err = r.Place(strings.TrimPrefix(file.path, "/"))
		if err != nil {
			return nil, damaged(err)
		}
	}
	return m, nil
}

// mount mounts the volume for whoever wants to look at it. It comes before the
// measurement, since it sets the device's block size, which empties the cache
// from which the system is to be read after that.
func (m *medium) mount() error {
	flags := uintptr(unix.MS_RDONLY | unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC)
	return mount{m.device, mediumDir, "iso9660", flags, ""}.do()
}

// drive returns what the drive of the medium says of itself.
func (m *medium) drive() string {
	read := func(name string) string {
		data, _ := os.ReadFile("/sys/class/block/" + filepath.Base(m.device) + "/device/" + name)
		return strings.Join(strings.Fields(string(data)), " ")
	}
	vendor, model := read("vendor"), cmp.Or(read("model"), read("name")) // a card has a name
	return strings.TrimSpace(vendor + " " + strings.TrimSpace(strings.TrimPrefix(model, vendor)))
}

// measureMedium reads the medium as the kernel command line wants it: all of it
// to measure it, what the system needs to copy it, or nothing.
func measureMedium(t *terminal, m *medium, release string, params handoff.Parameters) (*measure.Record, error) {
	r := &measure.Record{
		State: measure.Skipped, Release: release, Volume: m.volume, Device: m.device, Drive: m.drive(),
		Size: m.size, ToRAM: params.ToRAM && params.Check != handoff.CheckOnly, Rehearsal: params.Rehearsal,
	}
	p := newProgress(t, r)
	if params.Check != handoff.CheckNot {
		r.State = measure.Complete
	}
	var err error
	if r.ToRAM {
		err = m.copyToRAM(r, params.Verity, p)
	} else {
		err = m.inPlace(r, params.Verity, p)
	}
	if damage := new(measure.Damage); errors.As(err, &damage) {
		return nil, damaged(err)
	}
	for _, device := range carriers(m.volume) {
		if device != m.device {
			r.Others = append(r.Others, device)
		}
	}
	return r, err
}

// inPlace measures, if the record is to be complete, a medium that the system
// goes on running from.
func (m *medium) inPlace(r *measure.Record, v handoff.Verity, p *progress) error {
	if err := m.mount(); err != nil {
		return err
	}
	if r.State != measure.Complete {
		return nil
	}
	return m.read(r, measure.Plan{Verity: v}, p)
}

// read measures the medium.
func (m *medium) read(r *measure.Record, plan measure.Plan, p *progress) (err error) {
	plan.Size, plan.Root, plan.Tree = m.size, m.root.Place, m.tree.Place
	_ = unix.Fadvise(int(m.root.file.Fd()), 0, 0, unix.FADV_SEQUENTIAL)
	r.SHA256, err = measure.Read(m.root.file, plan, p.show)
	r.Took = p.took()
	return err
}

func damaged(cause error) error {
	return fmt.Errorf("THE MEDIUM IS DAMAGED OR WAS CHANGED. DO NOT USE IT.\n\n%w", cause)
}
