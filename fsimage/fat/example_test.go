package fat_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"log"
	"strings"
	"time"

	"coen/fsimage/fat"
)

func Example() {
	var image bytes.Buffer
	w := fat.NewWriter(&image, fat.Volume{
		Label:  "ESP",
		Serial: 0x1234ABCD,
		Time:   time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
	})
	text := "set timeout=5\n"
	if err := w.Add(&fat.Header{
		Name:    "boot/grub/grub.cfg",
		Mode:    0o644,
		Size:    int64(len(text)),
		ModTime: time.Date(2026, 1, 2, 3, 4, 6, 0, time.UTC),
	}, strings.NewReader(text)); err != nil {
		log.Fatal(err)
	}
	if err := w.Close(); err != nil {
		log.Fatal(err)
	}

	r, err := fat.NewReader(bytes.NewReader(image.Bytes()), int64(image.Len()))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(r.Volume.Type, r.Volume.Size, r.Volume.Label)
	fs.WalkDir(r, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		fmt.Println(info.Mode(), info.Size(), info.ModTime().Format(time.DateTime), name)
		return err
	})
	// Output:
	// FAT16 4227072 ESP
	// drwxr-xr-x 0 0001-01-01 00:00:00 .
	// drwxr-xr-x 0 2026-01-01 00:00:00 boot
	// drwxr-xr-x 0 2026-01-01 00:00:00 boot/grub
	// -rw-r--r-- 14 2026-01-02 03:04:06 boot/grub/grub.cfg
}
