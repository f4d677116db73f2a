package survey

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"coen/fsimage/cpio"
	"coen/fsimage/squashfs"
	"coen/inspect"
	"coen/medium"
	"coen/sbom"
)

func digest(r io.Reader) (string, error) {
	h := sha256.New()
	_, err := io.Copy(h, r)
	return hex.EncodeToString(h.Sum(nil)), err
}

// An Initramfs is what the kernel unpacks at first.
type Initramfs struct {
	Compression string `json:"compression"`
	Size        int64  `json:"size"` // bytes, compressed
	SHA256      string `json:"sha256"`
	Files       int    `json:"files"` // regular ones
}

func initramfsOf(image *inspect.Image) (i Initramfs, err error) {
	a, err := image.Initramfs()
	if err != nil {
		return i, err
	}
	i.Compression, i.Size = a.Compression, a.Packed.Size()
	if i.SHA256, err = digest(a.Packed); err != nil {
		return i, err
	}
	err = a.Walk(func(h *cpio.Header, _ io.Reader) error {
		if h.Mode.IsRegular() {
			i.Files++
		}
		return nil
	})
	return i, err
}

// A Root is the root file system.
type Root struct {
	Size     int64  `json:"size"`      // bytes, compressed
	RootHash string `json:"root_hash"` // of the hash tree, as the kernel command line demands it
	Paths    int    `json:"paths"`
	Files    int    `json:"files"` // regular ones
	Bytes    int64  `json:"bytes"` // of all regular files
}

// A File runs with rights that its user does not have: those of its owner
// (setuid), its group (setgid), or capabilities.
type File struct {
	Path         string `json:"path"`
	Mode         string `json:"mode"` // four octal digits
	UID          uint32 `json:"uid"`
	GID          uint32 `json:"gid"`
	Capabilities string `json:"capabilities,omitempty"` // the attribute, in hexadecimal
}

// capability is the extended attribute of a file's capabilities.
const capability = "security.capability"

func rootOf(image *inspect.Image, root *squashfs.Reader) (r Root, privileged []File, err error) {
	f, err := image.File(medium.Root)
	if err != nil {
		return r, nil, err
	}
	hash, err := image.RootHash()
	if err != nil {
		return r, nil, err
	}
	r.Size, r.RootHash = f.Size(), fmt.Sprintf("%x", hash.Hash)
	err = root.Walk(func(h *squashfs.Header, content squashfs.Content) error {
		r.Paths++
		if !h.Mode.IsRegular() {
			return nil
		}
		if content != nil { // no further name of another file
			r.Files++
			r.Bytes += content.Size()
		}
		if caps := h.Xattrs[capability]; caps != "" || h.Mode&(fs.ModeSetuid|fs.ModeSetgid) != 0 {
			privileged = append(privileged, File{"/" + h.Name, fmt.Sprintf("%04o", medium.Permissions(h.Mode)), h.UID, h.GID, hex.EncodeToString([]byte(caps))})
		}
		return nil
	})
	return r, privileged, err
}

// A Package is an installed one.
type Package struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Arch    string `json:"arch"`
	Source  string `json:"source"`
	// Reason tells why it is there, and SHA256 what it was unpacked from; empty
	// for one that the lock does not name.
	Reason string `json:"reason,omitempty"`
	SHA256 string `json:"sha256,omitempty"`
	// Licence is what the copyright file declares, as an SPDX expression; empty
	// where that file is for people only.
	Licence string `json:"licence,omitempty"`
}

func packages(image *inspect.Image, root *squashfs.Reader) (all []Package, err error) {
	l, err := image.Lock()
	if err != nil {
		return nil, err
	}
	installed, err := image.Packages()
	for _, p := range installed {
		entry := Package{Name: p.Name, Version: p.Version, Arch: p.Arch, Source: p.Source}
		for _, locked := range l.Packages {
			if locked.Name == p.Name && locked.Version == p.Version {
				entry.Reason, entry.SHA256 = locked.Reason, locked.SHA256.String()
			}
		}
		copyright, err := text(root, "usr/share/doc/"+p.Name+"/copyright")
		if err != nil {
			return nil, err
		}
		entry.Licence = sbom.Declared(copyright)
		all = append(all, entry)
	}
	slices.SortFunc(all, func(a, b Package) int { return cmp.Compare(a.Name, b.Name) })
	return all, err
}
