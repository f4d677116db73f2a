package inspect

import (
	"fmt"
	"io"
	"io/fs"
	"time"

	"coen/fsimage/cpio"
	"coen/fsimage/iso9660"
	"coen/fsimage/squashfs"
)

// A Place is a part of an image that has paths of its own.
type Place string

// The places, in the order in which Walk goes through them.
const (
	OnMedium    Place = "medium"    // the ISO 9660 file system
	InESP       Place = "ESP"       // the EFI system partition
	InInitramfs Place = "initramfs" // the archive that the kernel unpacks at first
	InRoot      Place = "root"      // the root file system
)

// Places lists all places.
var Places = []Place{OnMedium, InESP, InInitramfs, InRoot}

// An Entry is one path somewhere in an image.
type Entry struct {
	Place Place
	Path  string // absolute: "/usr/bin/bash"
	Mode  fs.FileMode

	UID, GID uint32 // 0 in the ESP, which has no owners
	ModTime  time.Time
	Size     int64  // of a regular file, in bytes
	Target   string // of a symbolic link

	Major, Minor uint32            // of a device
	Xattrs       map[string]string // by full name
	Hardlink     string            // the first name of a file that has several; empty for that one

	// Content is that of a regular file that is no hard link, else nil. It is
	// good until the function that got the entry returns.
	Content io.Reader
}

// Walk calls fn for every path of every place. An error of fn ends the walk and
// is returned.
func (i *Image) Walk(fn func(*Entry) error) error {
	for _, p := range Places {
		if err := i.WalkPlace(p, fn); err != nil {
			return err
		}
	}
	return nil
}

// WalkPlace calls fn for every path of a place: sorted by name directory by
// directory, and in the initramfs in the archive's order.
func (i *Image) WalkPlace(p Place, fn func(*Entry) error) error {
	switch p {
	case OnMedium:
		return walkFS(p, i.Medium, fn)
	case InESP:
		esp, err := i.ESP()
		if err != nil {
			return err
		}
		return walkFS(p, esp, fn)
	case InInitramfs:
		a, err := i.Initramfs()
		if err != nil {
			return err
		}
		return a.Walk(func(h *cpio.Header, content io.Reader) error { return fn(ofCPIO(h, content)) })
	case InRoot:
		root, err := i.Root()
		if err != nil {
			return err
		}
		return root.Walk(func(h *squashfs.Header, content squashfs.Content) error { return fn(RootEntry(h, content)) })
	}
	return fmt.Errorf("no place %q", p)
}

// walkFS walks through the file systems of the medium and the ESP.
func walkFS(p Place, fsys fs.FS, fn func(*Entry) error) error {
	return fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		e := &Entry{Place: p, Path: absolute(name), Mode: info.Mode(), ModTime: info.ModTime()}
		if h, ok := info.Sys().(*iso9660.Header); ok {
			e.UID, e.GID, e.Target = h.UID, h.GID, h.Linkname
		}
		if !info.Mode().IsRegular() {
			return fn(e)
		}
		f, err := fsys.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		e.Size, e.Content = info.Size(), f
		return fn(e)
	})
}

func ofCPIO(h *cpio.Header, content io.Reader) *Entry {
	return &Entry{
		Place: InInitramfs, Path: absolute(h.Name), Mode: h.Mode, UID: h.UID, GID: h.GID,
		ModTime: h.ModTime, Size: h.Size, Target: h.Linkname,
		Major: h.Devmajor, Minor: h.Devminor, Hardlink: absolute(h.Hardlink), Content: content,
	}
}

// RootEntry makes the Entry of a header and content of squashfs.
func RootEntry(h *squashfs.Header, content squashfs.Content) *Entry {
	e := &Entry{
		Place: InRoot, Path: absolute(h.Name), Mode: h.Mode, UID: h.UID, GID: h.GID,
		ModTime: h.ModTime, Target: h.Linkname,
		Major: h.Devmajor, Minor: h.Devminor, Xattrs: h.Xattrs, Hardlink: absolute(h.Hardlink),
	}
	if content != nil {
		e.Size, e.Content = content.Size(), io.NewSectionReader(content, 0, content.Size())
	}
	return e
}

// absolute makes the path of an entry, and leaves none as it is.
func absolute(name string) string {
	switch name {
	case "":
		return ""
	case ".":
		return "/"
	}
	return "/" + name
}
