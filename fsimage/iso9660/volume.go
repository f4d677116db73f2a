package iso9660

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"
)

// Volume describes an image as a whole. Identifiers are of ECMA-119's
// a-characters: capital letters, digits, space and !"%&'()*+,-./:;<=>?_
type Volume struct {
	Name        string // volume identifier, up to 32 characters
	System      string // system that uses the system area, up to 32
	Set         string // volume set, up to 128
	Publisher   string // up to 128
	Preparer    string // up to 128
	Application string // up to 128

	// Created is when the volume was created, and the time of the root and of
	// directories that were implied by a longer path.
	Created time.Time

	// Modified is when the volume was last modified, to 1/100 s. Linux and
	// GRUB take it for the volume's UUID. Zero stands for Created.
	Modified time.Time

	// Joliet adds a second directory tree that Windows and macOS read.
	Joliet bool

	// Boot has the volume's boot images, the default one first.
	Boot []BootImage

	// Hybrid, if not nil, makes the image bootable from disks too.
	Hybrid *Hybrid
}

// A Platform is the kind of firmware a boot image is for.
type Platform byte

const (
	BIOS Platform = 0x00 // PC BIOS
	UEFI Platform = 0xEF
)

func (p Platform) String() string {
	switch p {
	case BIOS:
		return "BIOS"
	case UEFI:
		return "UEFI"
	}
	return fmt.Sprintf("platform 0x%02X", byte(p))
}

// A BootImage is a file that firmware starts, without emulation of a floppy or
// hard disk (El Torito). For UEFI it is the image of an EFI system partition.
type BootImage struct {
	Name     string // path of the file
	Platform Platform

	// Sectors is the number of 512-byte sectors that firmware loads: 4 for
	// ISOLINUX. Zero stands for the whole file.
	Sectors uint16

	// InfoTable writes the place and checksum of the file, and the place of
	// the volume descriptor, into its bytes 8 to 63, as ISOLINUX needs.
	InfoTable bool
}

// Hybrid makes an image bootable from disks and USB sticks: BIOS finds code in
// the MBR, UEFI an EFI system partition in the GPT.
//
// The MBR's table holds the protective entry that makes the GPT valid, and an
// active entry of type 0 for those BIOSes that only boot disks with an active
// partition. The GPT has a partition for the files, which is marked read-only
// and hidden lest Windows offers to format it, and the EFI system partition if
// there is a UEFI boot image. Each identifier must be given.
type Hybrid struct {
	// Code is boot code of up to 432 bytes that starts the BIOS boot image:
	// isohdpfx.bin of ISOLINUX. Empty if BIOS need not boot from disks.
	Code []byte

	// Signature is the MBR's disk signature.
	Signature uint32

	Disk  GUID // of the disk
	Files GUID // of the partition with the files
	ESP   GUID // of the EFI system partition; zero if there is none
}

// check refuses what cannot be recorded.
func (v *Volume) check() error {
	for _, id := range []struct {
		what, text string
		max        int
	}{
		{"volume name", v.Name, 32},
		{"system", v.System, 32},
		{"volume set", v.Set, 128},
		{"publisher", v.Publisher, 128},
		{"preparer", v.Preparer, 128},
		{"application", v.Application, 128},
	} {
		if err := checkIdentifier(id.text, id.max); err != nil {
			return fmt.Errorf("%s: %w", id.what, err)
		}
	}
	for _, t := range []time.Time{v.Created, v.Modified} {
		if _, err := packTime(t); err != nil {
			return err
		}
	}
	for _, b := range v.Boot {
		if !fs.ValidPath(b.Name) {
			return fmt.Errorf("boot image %q is not a path", b.Name)
		}
	}
	return v.checkHybrid()
}

func checkIdentifier(s string, max int) error {
	if len(s) > max {
		return fmt.Errorf("%q is longer than %d characters", s, max)
	}
	if strings.HasSuffix(s, " ") {
		return fmt.Errorf("%q ends in a space", s)
	}
	for _, c := range []byte(s) {
		// What lies between is @, the brackets and the small letters.
		if c < ' ' || c > 'Z' && c != '_' || strings.IndexByte("#$@", c) >= 0 {
			return fmt.Errorf("%q contains %q", s, c)
		}
	}
	return nil
}

func (v *Volume) checkHybrid() error {
	h := v.Hybrid
	if h == nil {
		return nil
	}
	zero := GUID{}
	hasESP := v.bootImage(UEFI) != nil
	switch {
	case len(h.Code) > mbrCodeSize:
		return fmt.Errorf("hybrid: boot code of %d bytes is longer than %d", len(h.Code), mbrCodeSize)
	case len(h.Code) > 0 && v.bootImage(BIOS) == nil:
		return errors.New("hybrid: boot code without a BIOS boot image")
	case h.Signature == 0:
		return errors.New("hybrid: no disk signature")
	case h.Disk == zero || h.Files == zero || hasESP != (h.ESP != zero):
		return errors.New("hybrid: a GUID is missing or superfluous")
	case h.Disk == h.Files || h.Disk == h.ESP || h.Files == h.ESP:
		return errors.New("hybrid: two GUIDs are the same")
	}
	return nil
}

// bootImage returns the first boot image for a platform, or nil.
func (v *Volume) bootImage(p Platform) *BootImage {
	for i := range v.Boot {
		if v.Boot[i].Platform == p {
			return &v.Boot[i]
		}
	}
	return nil
}
