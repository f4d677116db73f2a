package qemu

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Firmware is what a machine starts with.
type Firmware int

const (
	BIOS Firmware = iota
	UEFI
	SecureBoot // UEFI that only starts what is signed
)

func (f Firmware) String() string { return [...]string{"BIOS", "UEFI", "Secure Boot"}[f] }

// Medium is how a machine has the image.
type Medium int

const (
	CDROM Medium = iota
	USB
)

func (m Medium) String() string { return [...]string{"CD-ROM", "USB"}[m] }

// Config describes a machine.
type Config struct {
	Image    string // path of the image
	Firmware Firmware
	Medium   Medium

	Memory int // MiB; 2048 if 0
	CPUs   int // 2 if 0

	// Drives are paths of raw disk images, attached as USB sticks that the
	// machine may write to.
	Drives []string

	// Args are further arguments for QEMU.
	Args []string
}

// Program is the name of QEMU.
const Program = "qemu-system-x86_64"

// ovmf lists code and variables of UEFI firmware in Debian's package. The build
// with system management mode, which Secure Boot needs, has ms in its name.
var ovmf = map[Firmware][2]string{
	UEFI:       {"/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd"},
	SecureBoot: {"/usr/share/OVMF/OVMF_CODE_4M.ms.fd", "/usr/share/OVMF/OVMF_VARS_4M.ms.fd"},
}

// Missing returns an error that says which program or firmware the machine needs
// and does not find, or nil.
func (c *Config) Missing() error {
	if _, err := lookProgram(); err != nil {
		return err
	}
	for _, name := range ovmf[c.Firmware] {
		if name == "" {
			continue
		}
		if _, err := os.Stat(name); err != nil {
			return fmt.Errorf("no firmware for %v (Debian package ovmf): %w", c.Firmware, err)
		}
	}
	return nil
}

// MediumID is the name of the device that has the image.
const MediumID = "boot"

// arguments returns QEMU's arguments, without those for console, monitor and
// display. Files that the machine may change are copied to dir.
func (c *Config) arguments(dir string, accel []string) ([]string, error) {
	if c.Image == "" {
		return nil, errors.New("no image")
	}
	args := append([]string{
		"-nodefaults", "-no-user-config",
		"-m", strconv.Itoa(orDefault(c.Memory, 2048)),
		"-smp", strconv.Itoa(orDefault(c.CPUs, 2)),
		"-vga", "std",
		"-rtc", "base=utc",
		"-device", "qemu-xhci,id=usb",
		"-netdev", "hubport,id=nowhere,hubid=0",
		"-device", "e1000e,netdev=nowhere,romfile=",
	}, accel...)
	args = append(args, c.medium()...)
	for i, name := range c.Drives {
		id := fmt.Sprintf("drive%d", i)
		args = append(args,
			"-drive", fmt.Sprintf("if=none,id=%s,format=raw,file=%s", id, escape(name)),
			"-device", fmt.Sprintf("usb-storage,bus=usb.0,drive=%s,removable=on", id))
	}
	firmware, err := c.firmware(dir)
	if err != nil {
		return nil, err
	}
	return append(append(args, firmware...), c.Args...), nil
}

func (c *Config) medium() []string {
	drive := "if=none,id=medium,format=raw,readonly=on,file=" + escape(c.Image)
	if c.Medium == CDROM {
		return []string{"-drive", drive + ",media=cdrom", "-device", "ide-cd,id=" + MediumID + ",drive=medium,bootindex=1"}
	}
	return []string{"-drive", drive, "-device", "usb-storage,id=" + MediumID + ",bus=usb.0,drive=medium,removable=on,bootindex=1"}
}

// firmware copies the variables, which UEFI writes.
func (c *Config) firmware(dir string) ([]string, error) {
	if c.Firmware == BIOS {
		return []string{"-machine", "q35"}, nil
	}
	vars := filepath.Join(dir, "vars.fd")
	if err := copyFile(vars, ovmf[c.Firmware][1]); err != nil {
		return nil, err
	}
	args := []string{
		"-machine", "q35,smm=on",
		"-global", "driver=cfi.pflash01,property=secure,value=on",
		"-global", "ICH9-LPC.disable_s3=1",
	}
	if c.Firmware == UEFI {
		args = []string{"-machine", "q35"}
	}
	return append(args,
		"-drive", "if=pflash,unit=0,format=raw,readonly=on,file="+escape(ovmf[c.Firmware][0]),
		"-drive", "if=pflash,unit=1,format=raw,file="+escape(vars)), nil
}

// escape doubles the commas of a path, as QEMU's options want them.
func escape(name string) string { return strings.ReplaceAll(name, ",", ",,") }

func orDefault(n, def int) int {
	if n == 0 {
		return def
	}
	return n
}

func copyFile(dst, src string) (err error) {
	in, err := os.Open(src)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(dst)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	_, err = io.Copy(out, in)
	return err
}
