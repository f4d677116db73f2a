// Package handoff is what the build tells the boot program: the parameters on
// the kernel command line and the configuration inside the initramfs. The
// build writes both, coen-init reads both, and they share these types so that
// they cannot drift apart.
package handoff

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Where things lie on the medium and in the initramfs.
const (
	ImagePath  = "/live/root.squashfs" // on the medium: the root file system
	HashPath   = "/live/root.verity"   // on the medium: its dm-verity hash tree
	ConfigPath = "/coen.json"          // in the initramfs: a Config
	InitPath   = "/init"               // in the initramfs: coen-init
)

// VerityBlock is the size of data and hash blocks in bytes.
const VerityBlock = 4096

// Verity fixes every bit of a root file system: a dm-verity tree of SHA-256
// hashes, format 1, over blocks of VerityBlock bytes.
type Verity struct {
	Blocks int64 // of data
	Salt   []byte
	Root   []byte // the root hash, 32 bytes
}

// String gives BLOCKS:SALT:ROOT, numbers in decimal, bytes in hexadecimal.
func (v Verity) String() string {
	return fmt.Sprintf("%d:%x:%x", v.Blocks, v.Salt, v.Root)
}

// ParseVerity reads the form String writes.
func ParseVerity(s string) (Verity, error) {
	fields := strings.Split(s, ":")
	if len(fields) != 3 {
		return Verity{}, fmt.Errorf("%q is not BLOCKS:SALT:ROOT", s)
	}
	var v Verity
	var err error
	if v.Blocks, err = strconv.ParseInt(fields[0], 10, 64); err != nil || v.Blocks <= 0 || v.Blocks > 1<<40 {
		return Verity{}, fmt.Errorf("%q is not a number of blocks", fields[0])
	}
	if v.Salt, err = hex.DecodeString(fields[1]); err != nil || len(v.Salt) > 256 {
		return Verity{}, fmt.Errorf("%q is not a salt", fields[1])
	}
	if v.Root, err = hex.DecodeString(fields[2]); err != nil || len(v.Root) != 32 {
		return Verity{}, fmt.Errorf("%q is not a root hash", fields[2])
	}
	return v, nil
}

// Table gives the dm-verity table line for the data and hash devices with the
// given names. The hash device begins with a superblock, which is not read: all
// it could say is in v.
func (v Verity) Table(data, hash string) string {
	salt := "-"
	if len(v.Salt) > 0 {
		salt = hex.EncodeToString(v.Salt)
	}
	return fmt.Sprintf("1 %s %s %d %d %d 1 sha256 %x %s",
		data, hash, VerityBlock, VerityBlock, v.Blocks, v.Root, salt)
}

// A Config is what coen-init needs to know of the initramfs it runs in.
type Config struct {
	Release string   // "COEN console 3.0.0", for the screen
	Modules []Module // in an order in which each comes after those it depends on
}

// A Module is a kernel module in the initramfs.
type Module struct {
	Name    string   // "usb_storage"
	File    string   // path in the initramfs
	Needs   []string // names of modules to load before
	Aliases []string // patterns of the devices it drives
	Always  bool     // to be loaded whether or not a device asks for it
}

// Validate reports the first module whose needs do not come before it.
func (c Config) Validate() error {
	seen := map[string]bool{}
	for _, m := range c.Modules {
		for _, need := range m.Needs {
			if !seen[need] {
				return fmt.Errorf("module %s: needs %s, which does not come before it", m.Name, need)
			}
		}
		if seen[m.Name] {
			return errors.New("module " + m.Name + " is given twice")
		}
		seen[m.Name] = true
	}
	return nil
}
