package inspect

import (
	"errors"
	"fmt"
	"io"
	"io/fs"

	"coen/fsimage/fat"
	"coen/fsimage/iso9660"
	"coen/fsimage/squashfs"
	"coen/medium"
)

// An Image is an open ISO. Its methods may be called concurrently.
type Image struct {
	// Medium is the ISO 9660 file system. Its Volume has the descriptors and
	// boot images, its MBR and GPT the partitions.
	Medium *iso9660.Reader

	// Size is the size of the image in bytes, as its volume descriptor says.
	Size int64
	// Behind is how many bytes of what was opened lie behind the image: a stick
	// or disc is larger than what is written on it.
	Behind int64

	r io.ReaderAt
}

// Bounds on what is read into memory, in bytes.
const (
	maxText    = 16 << 20  // of a menu, lock, recipe or InRelease file
	maxUnpack  = 256 << 20 // of an initramfs, unpacked
	maxRecords = 64 << 20  // of a provenance list, unpacked
)

// Open opens the image in the first size bytes of r.
func Open(r io.ReaderAt, size int64) (*Image, error) {
	m, err := iso9660.NewReader(r, size)
	if err != nil {
		return nil, err
	}
	return &Image{Medium: m, Size: m.Size, Behind: size - m.Size, r: r}, nil
}

// Bytes returns the bytes of the image, without what lies behind it.
func (i *Image) Bytes() *io.SectionReader { return io.NewSectionReader(i.r, 0, i.Size) }

// BytesBehind returns the bytes that lie behind the image.
func (i *Image) BytesBehind() *io.SectionReader { return io.NewSectionReader(i.r, i.Size, i.Behind) }

// File opens a regular file of the medium by its path, such as medium.Kernel. It
// does not follow a symbolic link at its end.
func (i *Image) File(name string) (*io.SectionReader, error) {
	info, err := i.Medium.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("medium: %q is no regular file", name)
	}
	f, err := i.Medium.Open(name)
	if err != nil {
		return nil, err
	}
	content, ok := f.(io.ReaderAt)
	if !ok {
		return nil, fmt.Errorf("medium: %q is no regular file", name)
	}
	return io.NewSectionReader(content, 0, info.Size()), nil
}

// text reads a file of the medium that is small.
func (i *Image) text(name string) ([]byte, error) {
	f, err := i.File(name)
	if err != nil {
		return nil, err
	}
	if f.Size() > maxText {
		return nil, fmt.Errorf("medium: %q: %d bytes are more than %d", name, f.Size(), maxText)
	}
	return io.ReadAll(f)
}

// BootImage returns the first boot image for a platform and the bytes of its file.
func (i *Image) BootImage(p iso9660.Platform) (*iso9660.BootImage, *io.SectionReader, error) {
	for n := range i.Medium.Volume.Boot {
		b := &i.Medium.Volume.Boot[n]
		if b.Platform != p {
			continue
		}
		if b.Name == "" {
			return b, nil, fmt.Errorf("boot image for %s: no file of the medium lies where the boot catalog points", p)
		}
		f, err := i.File(b.Name)
		return b, f, err
	}
	return nil, nil, fmt.Errorf("boot image for %s: %w", p, fs.ErrNotExist)
}

// ESP opens the EFI system partition, which is the boot image for UEFI.
func (i *Image) ESP() (*fat.Reader, error) {
	_, f, err := i.BootImage(iso9660.UEFI)
	if err != nil {
		return nil, fmt.Errorf("EFI system partition: %w", err)
	}
	r, err := fat.NewReader(f, f.Size())
	if err != nil {
		return nil, fmt.Errorf("EFI system partition: %w", err)
	}
	return r, nil
}

// Root opens the root file system as it lies on the medium, unverified.
func (i *Image) Root() (*squashfs.Reader, error) {
	f, err := i.File(medium.Root)
	if err != nil {
		return nil, fmt.Errorf("root file system: %w", err)
	}
	r, err := squashfs.NewReader(f, f.Size())
	if err != nil {
		return nil, fmt.Errorf("root file system: %w", err)
	}
	return r, nil
}

var errNoMenu = errors.New("no boot menu names a root hash")
