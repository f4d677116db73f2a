package survey

import (
	"fmt"
	"io"
	"io/fs"

	"coen/fsimage/squashfs"
	"coen/inspect"
)

// A Survey is what is in an image.
type Survey struct {
	Medium     Medium      `json:"medium"`
	Inputs     Inputs      `json:"inputs"`
	Boot       []BootImage `json:"boot"`
	Partitions []Partition `json:"partitions"`
	Menus      []Menu      `json:"menus"`
	Initramfs  Initramfs   `json:"initramfs"`
	Root       Root        `json:"root"`
	Packages   []Package   `json:"packages"`
	Accounts   []Account   `json:"accounts"`
	Units      []Unit      `json:"units"`
	Privileged []File      `json:"privileged"`
	Ports      []Port      `json:"ports"`
}

// Of surveys an image.
func Of(image *inspect.Image) (*Survey, error) {
	root, err := image.Root()
	if err != nil {
		return nil, err
	}
	s := &Survey{Medium: mediumOf(image), Boot: bootImages(image), Partitions: partitions(image)}
	for _, step := range []func() error{
		func() (err error) { s.Inputs, err = inputsOf(image); return },
		func() (err error) { s.Menus, err = menus(image); return },
		func() (err error) { s.Initramfs, err = initramfsOf(image); return },
		func() (err error) { s.Root, s.Privileged, err = rootOf(image, root); return },
		func() (err error) { s.Packages, err = packages(image, root); return },
		func() (err error) { s.Accounts, err = accounts(root); return },
		func() (err error) { s.Units, s.Ports, err = unitsOf(root); return },
	} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// maxText is the size in bytes of the largest text file that is looked into.
const maxText = 4 << 20

// text reads a text file of the root file system. One that is not there is
// empty.
func text(root *squashfs.Reader, name string) ([]byte, error) {
	f, err := root.Open(name)
	if err != nil {
		if missing(err) {
			return nil, nil
		}
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxText+1))
	if err == nil && len(data) > maxText {
		err = fmt.Errorf("/%s: larger than %d bytes", name, maxText)
	}
	return data, err
}

// readDir lists a directory of the root file system. One that is not there is
// empty.
func readDir(root *squashfs.Reader, name string) ([]fs.DirEntry, error) {
	list, err := root.ReadDir(name)
	if missing(err) {
		return nil, nil
	}
	return list, err
}
