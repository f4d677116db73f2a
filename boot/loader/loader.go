package loader

import (
	"bytes"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"coen/fsimage/fat"
	"coen/fsimage/iso9660"
)

// Config says what to make.
type Config struct {
	Menu Menu

	// Marker is the path of a file that no other volume has; it is made, with
	// its own name as content.
	Marker string

	// Serial is the volume serial number of the EFI system partition.
	Serial uint32

	// Time is that of all files.
	Time time.Time
}

// Files returns the content of a file of the installed system by its path,
// without a leading slash.
type Files func(name string) ([]byte, error)

// A File is to go onto the volume.
type File struct {
	Name string // path on the volume
	Data []byte
}

// A Loader is what makes a volume boot.
type Loader struct {
	Files []File // in order of name, Boot's among them

	Boot []iso9660.BootImage // for iso9660.Volume
	Code []byte              // for iso9660.Hybrid
}

// Places on the volume. ISOLINUX looks for its files in /isolinux among others;
// the rest is as on Debian's discs.
const (
	isolinuxDir  = "isolinux/"
	isolinuxBin  = isolinuxDir + "isolinux.bin"
	isolinuxConf = isolinuxDir + "isolinux.cfg"
	grubDir      = "boot/grub/"
	grubConf     = grubDir + "grub.cfg"
	espImage     = grubDir + "efi.img"
	diskInfo     = ".disk/info"
)

// Places in the installed system.
const (
	mbrSource      = "usr/lib/ISOLINUX/isohdpfx.bin"
	isolinuxSource = "usr/lib/ISOLINUX/isolinux.bin"
	moduleSource   = "usr/lib/syslinux/modules/bios/"
	shimSource     = "usr/lib/shim/shimx64.efi.signed"
	mokSource      = "usr/lib/shim/mmx64.efi.signed"
	grubSource     = "usr/lib/grub/x86_64-efi-signed/gcdx64.efi.signed"
)

// modules are ISOLINUX's own, the menu, and what the menu needs.
var modules = []string{"ldlinux.c32", "libutil.c32", "menu.c32"}

// Packages are the Debian packages that have the files which New asks for.
var Packages = []string{"isolinux", "syslinux-common", "shim-signed", "shim-helpers-amd64-signed", "grub-efi-amd64-signed"}

// isolinuxSectors is the number of sectors with which ISOLINUX starts.
const isolinuxSectors = 4

// New makes the files for a volume.
func New(c Config, files Files) (*Loader, error) {
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("boot menu: %w", err)
	}
	l := &Loader{Boot: []iso9660.BootImage{
		{Name: isolinuxBin, Platform: iso9660.BIOS, Sectors: isolinuxSectors, InfoTable: true},
		{Name: espImage, Platform: iso9660.UEFI},
	}}
	if err := l.addBIOS(&c.Menu, files); err != nil {
		return nil, fmt.Errorf("boot loader for BIOS: %w", err)
	}
	if err := l.addUEFI(&c, files); err != nil {
		return nil, fmt.Errorf("boot loader for UEFI: %w", err)
	}
	l.add(diskInfo, []byte(c.Menu.Title+"\n"))
	l.add(c.Marker, []byte(c.Marker+"\n"))
	slices.SortFunc(l.Files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return l, nil
}

func (c *Config) check() error {
	if !validPath.MatchString(c.Marker) || !fs.ValidPath(c.Marker) || c.Marker == diskInfo {
		return fmt.Errorf("marker %q is not a path of plain characters", c.Marker)
	}
	return c.Menu.check()
}

func (l *Loader) add(name string, data []byte) {
	l.Files = append(l.Files, File{name, data})
}

// addBIOS adds ISOLINUX, its modules and its menu.
func (l *Loader) addBIOS(m *Menu, files Files) error {
	var err error
	if l.Code, err = files(mbrSource); err != nil {
		return err
	}
	bin, err := files(isolinuxSource)
	if err != nil {
		return err
	}
	l.add(isolinuxBin, bin)
	for _, name := range modules {
		data, err := files(moduleSource + name)
		if err != nil {
			return err
		}
		l.add(isolinuxDir+name, data)
	}
	l.add(isolinuxConf, []byte(m.isolinuxConfig()))
	return nil
}

// addUEFI adds the EFI system partition and GRUB's menu.
func (l *Loader) addUEFI(c *Config, files Files) error {
	esp := []File{{Name: grubConf, Data: []byte(searchConfig(c.Marker))}}
	for _, f := range []struct{ name, source string }{
		{"EFI/BOOT/BOOTX64.EFI", shimSource}, // where firmware looks on removable media
		{"EFI/BOOT/grubx64.efi", grubSource}, // where shim looks
		{"EFI/BOOT/mmx64.efi", mokSource},    // and for the manager of owners' keys
	} {
		data, err := files(f.source)
		if err != nil {
			return err
		}
		if !bytes.HasPrefix(data, []byte("MZ")) {
			return fmt.Errorf("%q is no UEFI program", f.source)
		}
		esp = append(esp, File{f.name, data})
	}
	image, err := systemPartition(c, esp)
	if err != nil {
		return err
	}
	l.add(espImage, image)
	l.add(grubConf, []byte(c.Menu.grubConfig()))
	l.add(grubDir+"theme.txt", []byte(c.Menu.grubTheme()))
	l.add(grubDir+"select_c.png", selection)
	return nil
}

// espLabel is seen by people who look at the partition.
const espLabel = "EFI"

// systemPartition makes the image of the EFI system partition. It is FAT16,
// which all firmware reads and which may be small.
func systemPartition(c *Config, files []File) ([]byte, error) {
	var b bytes.Buffer
	w := fat.NewWriter(&b, fat.Volume{Type: fat.FAT16, Label: espLabel, Serial: c.Serial, Time: c.Time})
	for _, f := range files {
		h := &fat.Header{Name: f.Name, Mode: 0o644, Size: int64(len(f.Data)), ModTime: c.Time}
		if err := w.Add(h, bytes.NewReader(f.Data)); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
