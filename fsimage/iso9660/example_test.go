package iso9660_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"log"
	"strings"
	"time"

	"coen/fsimage/iso9660"
)

func Example() {
	var image bytes.Buffer
	w := iso9660.NewWriter(&image, iso9660.Volume{
		Name:    "CEREMONY",
		Created: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
		Joliet:  true,
	})
	text := "Read this first.\n"
	for _, f := range []struct {
		header  iso9660.Header
		content string
	}{
		{iso9660.Header{Name: "doc/read me.txt", Mode: 0o644, Size: int64(len(text)),
			ModTime: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}, text},
		{iso9660.Header{Name: "README", Mode: fs.ModeSymlink | 0o777, Linkname: "doc/read me.txt"}, ""},
	} {
		if err := w.Add(&f.header, strings.NewReader(f.content)); err != nil {
			log.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		log.Fatal(err)
	}

	r, err := iso9660.NewReader(bytes.NewReader(image.Bytes()), int64(image.Len()))
	if err != nil {
		log.Fatal(err)
	}
	fs.WalkDir(r, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		fmt.Println(info.Mode(), info.ModTime().Format(time.DateTime), name)
		return err
	})
	data, err := fs.ReadFile(r, "README")
	fmt.Printf("%s%v\n", data, err)
	// Output:
	// drwxr-xr-x 2026-01-01 00:00:00 .
	// Lrwxrwxrwx 1970-01-01 00:00:00 README
	// drwxr-xr-x 2026-01-01 00:00:00 doc
	// -rw-r--r-- 2026-01-02 03:04:05 doc/read me.txt
	// Read this first.
	// <nil>
}
