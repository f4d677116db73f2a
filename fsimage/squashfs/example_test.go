package squashfs_test

import (
	"fmt"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"strings"

	"coen/fsimage/squashfs"
)

func Example() {
	dir, err := os.MkdirTemp("", "squashfs")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	f, err := os.Create(filepath.Join(dir, "image"))
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()

	w, err := squashfs.NewWriter(f, &squashfs.Options{Level: squashfs.Better})
	if err != nil {
		log.Fatal(err)
	}
	for _, e := range []struct {
		header  squashfs.Header
		content string
	}{
		{squashfs.Header{Name: ".", Mode: fs.ModeDir | 0o755}, ""},
		{squashfs.Header{Name: "etc", Mode: fs.ModeDir | 0o755}, ""},
		{squashfs.Header{Name: "etc/hostname", Mode: 0o644}, "coen\n"},
		{squashfs.Header{Name: "etc/name", Mode: fs.ModeSymlink | 0o777, Linkname: "hostname"}, ""},
	} {
		var content squashfs.Content
		if e.header.Mode.IsRegular() {
			content = strings.NewReader(e.content)
		}
		if err := w.Add(&e.header, content); err != nil {
			log.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		log.Fatal(err)
	}

	r, err := squashfs.NewReader(f, w.Size())
	if err != nil {
		log.Fatal(err)
	}
	err = r.Walk(func(h *squashfs.Header, content squashfs.Content) error {
		fmt.Println(h.Mode, h.Name)
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	name, err := fs.ReadFile(r, "etc/name")
	fmt.Printf("%q %v\n", name, err)
	// Output:
	// drwxr-xr-x .
	// drwxr-xr-x etc
	// -rw-r--r-- etc/hostname
	// Lrwxrwxrwx etc/name
	// "coen\n" <nil>
}
