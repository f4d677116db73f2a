//go:build linux

package main

import (
	"fmt"
	"os"
	"unsafe"

	"coen/boot/handoff"

	"golang.org/x/sys/unix"
)

// openVerified attaches the image and its hash tree to loop devices and puts
// dm-verity over them. It returns the device whose every block is checked.
func (m *medium) openVerified(v handoff.Verity) (string, error) {
	data, err := m.root.attachLoop()
	if err != nil {
		return "", err
	}
	hash, err := m.tree.attachLoop()
	if err != nil {
		return "", err
	}
	if err := createVerity(v, data, hash); err != nil {
		return "", damaged(err)
	}
	return "/dev/dm-0", nil
}

// attachLoop attaches the range of bytes, read-only, to a free loop device. A
// device is attached as it is, not by way of a file on it, so that what has been
// measured is still in its cache.
func (s *stored) attachLoop() (string, error) {
	control, err := os.OpenFile("/dev/loop-control", os.O_RDWR, 0)
	if err != nil {
		return "", err
	}
	defer control.Close()
	n, err := unix.IoctlRetInt(int(control.Fd()), unix.LOOP_CTL_GET_FREE)
	if err != nil {
		return "", fmt.Errorf("find a loop device: %w", err)
	}
	device := fmt.Sprintf("/dev/loop%d", n)
	loop, err := os.OpenFile(device, os.O_RDONLY, 0)
	if err != nil {
		return "", err
	}
	defer loop.Close()
	config := unix.LoopConfig{Fd: uint32(s.file.Fd()), Info: unix.LoopInfo64{
		Offset: uint64(s.Offset), Sizelimit: uint64(s.Size), Flags: unix.LO_FLAGS_READ_ONLY,
	}}
	if err := unix.IoctlLoopConfigure(int(loop.Fd()), &config); err != nil {
		return "", fmt.Errorf("attach %s to %s: %w", s.file.Name(), device, err)
	}
	return device, nil
}

// dmIoctl is struct dm_ioctl of <linux/dm-ioctl.h>, followed by room for one
// target specification and its parameters.
type dmIoctl struct {
	version     [3]uint32
	dataSize    uint32
	dataStart   uint32
	targetCount uint32
	openCount   int32
	flags       uint32
	eventNr     uint32
	_           uint32
	dev         uint64
	name        [128]byte
	uuid        [129]byte
	_           [7]byte

	spec struct { // struct dm_target_spec
		sectorStart uint64
		length      uint64
		status      int32
		next        uint32
		kind        [16]byte
	}
	table [1024]byte
}

const (
	dmDevCreate  = 3 // command numbers of <linux/dm-ioctl.h>
	dmDevSuspend = 6
	dmTableLoad  = 9

	dmReadOnly = 1 // DM_READONLY_FLAG
	sector     = 512
)

// createVerity makes /dev/dm-0 the verified view of the data device.
func createVerity(v handoff.Verity, data, hash string) error {
	control, err := os.OpenFile("/dev/mapper/control", os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer control.Close()
	if err := dm(control, dmDevCreate, func(*dmIoctl) {}); err != nil {
		return fmt.Errorf("create the verified device: %w", err)
	}
	err = dm(control, dmTableLoad, func(d *dmIoctl) {
		d.flags = dmReadOnly
		d.targetCount = 1
		d.spec.length = uint64(v.Blocks) * handoff.VerityBlock / sector
		copy(d.spec.kind[:], "verity")
		copy(d.table[:], v.Table(data, hash))
	})
	if err != nil {
		return fmt.Errorf("set up the verified device: %w", err)
	}
	// Suspend without the suspend flag means resume: the table takes effect.
	if err := dm(control, dmDevSuspend, func(*dmIoctl) {}); err != nil {
		return fmt.Errorf("start the verified device: %w", err)
	}
	return nil
}

// dm performs a device mapper ioctl on the device called coen.
func dm(control *os.File, command uintptr, fill func(*dmIoctl)) error {
	d := dmIoctl{version: [3]uint32{4, 0, 0}}
	d.dataSize = uint32(unsafe.Sizeof(d))
	d.dataStart = uint32(unsafe.Offsetof(d.spec))
	copy(d.name[:], "coen")
	fill(&d)
	const ioctlSize = 312 // sizeof(struct dm_ioctl), part of the ioctl's number
	request := uintptr(3)<<30 | ioctlSize<<16 | 0xfd<<8 | command
	if _, _, errno := unix.Syscall(unix.SYS_IOCTL, control.Fd(), request, uintptr(unsafe.Pointer(&d))); errno != 0 {
		return errno
	}
	return nil
}
