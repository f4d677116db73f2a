package image

import (
	"fmt"
	"io"
	"io/fs"

	"coen/boot/loader"
	"coen/debian/deb"
	"coen/install"
)

// maxLoader is the size in bytes of the largest file taken from a boot
// loader's package. GRUB's image has 3 MB.
const maxLoader = 32 << 20

// loaderFiles reads the regular files of the boot loaders' packages. Later
// packages win, though none of Debian's share a file. A package of which nothing
// is asked is one the recipe need not name: the third result lists these.
func loaderFiles(packages []install.Package) (loader.Files, func() []string, error) {
	content := map[string][]byte{}
	from := map[string]string{}
	for _, p := range packages {
		if err := readLoader(p, content, from); err != nil {
			return nil, nil, fmt.Errorf("boot loader %s: %w", p.Name, err)
		}
	}
	used := map[string]bool{}
	files := func(name string) ([]byte, error) {
		data, ok := content[name]
		if !ok {
			return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
		}
		used[from[name]] = true
		return data, nil
	}
	idle := func() (names []string) {
		for _, p := range packages {
			if !used[p.Name] {
				names = append(names, p.Name)
			}
		}
		return names
	}
	return files, idle, nil
}

func readLoader(p install.Package, content map[string][]byte, from map[string]string) error {
	r, size, err := p.Open()
	if err != nil {
		return err
	}
	if c, ok := r.(io.Closer); ok {
		defer c.Close()
	}
	opened, err := deb.Open(r, size)
	if err != nil {
		return err
	}
	data, err := opened.Data()
	if err != nil {
		return err
	}
	defer data.Close()
	for {
		e, err := data.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if e.Type != deb.Regular || e.Size > maxLoader {
			continue
		}
		if content[e.Name], err = io.ReadAll(data); err != nil {
			return err
		}
		from[e.Name] = p.Name
	}
}
