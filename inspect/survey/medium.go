package survey

import (
	"errors"
	"fmt"
	"io/fs"
	"time"

	"coen/inspect"
	"coen/lock"
)

func missing(err error) bool { return errors.Is(err, fs.ErrNotExist) }

// A Medium is the ISO 9660 file system.
type Medium struct {
	Volume      string    `json:"volume"`
	Application string    `json:"application"`
	Publisher   string    `json:"publisher"`
	Created     time.Time `json:"created"`
	Size        int64     `json:"size"`   // of the image, bytes
	Behind      int64     `json:"behind"` // bytes behind the image, on a larger medium
}

func mediumOf(image *inspect.Image) Medium {
	v := image.Medium.Volume
	return Medium{v.Name, v.Application, v.Publisher, v.Created.UTC(), image.Size, image.Behind}
}

// Inputs are what the image says it was made from.
type Inputs struct {
	Name         string    `json:"name"`
	Release      string    `json:"release"`
	RecipeSHA256 string    `json:"recipe_sha256"`
	LockSHA256   string    `json:"lock_sha256"`
	LockTime     time.Time `json:"lock_time"` // when the archives were looked at
	Suites       []Suite   `json:"suites"`
}

// A Suite is one that packages are from.
type Suite struct {
	Archive   string    `json:"archive"`
	Name      string    `json:"name"`
	Date      time.Time `json:"date"`
	InRelease string    `json:"inrelease_sha256"`
}

func inputsOf(image *inspect.Image) (in Inputs, err error) {
	r, err := image.Recipe()
	if err != nil {
		return in, err
	}
	l, err := image.Lock()
	if err != nil {
		return in, err
	}
	return Inputs{r.Name, r.Release, r.Digest(), l.Digest().String(), l.Time, suites(l)}, nil
}

func suites(l *lock.Lock) (all []Suite) {
	for _, s := range l.Suites {
		all = append(all, Suite{s.Archive, s.Name, s.Date, s.SHA256.String()})
	}
	return all
}

// A BootImage is one that firmware starts from a disc (El Torito).
type BootImage struct {
	Platform string `json:"platform"`
	Path     string `json:"path"`    // on the medium
	Sectors  int    `json:"sectors"` // of 512 bytes, that are loaded; 0 for all
	Size     int64  `json:"size"`    // bytes
	SHA256   string `json:"sha256"`
}

func bootImages(image *inspect.Image) (all []BootImage) {
	for _, b := range image.Medium.Volume.Boot {
		entry := BootImage{Platform: b.Platform.String(), Path: "/" + b.Name, Sectors: int(b.Sectors)}
		if f, err := image.File(b.Name); err == nil {
			entry.Size = f.Size()
			entry.SHA256, _ = digest(f)
		}
		all = append(all, entry)
	}
	return all
}

// A Partition is a line of one of the partition tables, by which the image
// starts from sticks and cards.
type Partition struct {
	Table  string `json:"table"` // "MBR" or "GPT"
	Type   string `json:"type"`
	Name   string `json:"name,omitempty"`
	ID     string `json:"id,omitempty"`
	Active bool   `json:"active,omitempty"`
	First  uint64 `json:"first"`   // sector of 512 bytes
	Count  uint64 `json:"sectors"` // of 512 bytes
}

func partitions(image *inspect.Image) (all []Partition) {
	for _, p := range image.Medium.MBR {
		all = append(all, Partition{
			Table: "MBR", Type: fmt.Sprintf("%02x", p.Type), Active: p.Active,
			First: uint64(p.First), Count: uint64(p.Sectors),
		})
	}
	for _, p := range image.Medium.GPT {
		all = append(all, Partition{
			Table: "GPT", Type: p.Type.String(), Name: p.Name, ID: p.ID.String(),
			First: p.First, Count: p.Last - p.First + 1,
		})
	}
	return all
}

// A Menu is what a boot loader shows.
type Menu struct {
	Loader  string  `json:"loader"`
	Path    string  `json:"path"`
	Timeout string  `json:"timeout"` // as written
	Default string  `json:"default"`
	Entries []Entry `json:"entries"`
}

// An Entry is a line of a menu, and what the kernel is told by it.
type Entry struct {
	ID        string   `json:"id"`
	Title     string   `json:"title"`
	Kernel    string   `json:"kernel"`
	Initramfs string   `json:"initramfs"`
	Arguments []string `json:"arguments"`
}

func menus(image *inspect.Image) (all []Menu, err error) {
	list, err := image.Menus()
	for _, m := range list {
		menu := Menu{Loader: m.Loader, Path: "/" + m.Path, Timeout: m.Timeout, Default: m.Default}
		for _, e := range m.Entries {
			menu.Entries = append(menu.Entries, Entry(e))
		}
		all = append(all, menu)
	}
	return all, err
}
