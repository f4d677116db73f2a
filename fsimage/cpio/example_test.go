package cpio_test

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"log"

	"coen/fsimage/cpio"
)

func Example() {
	var archive bytes.Buffer
	w := cpio.NewWriter(&archive)
	script := "#!/bin/sh\nexec /bin/sh\n"
	for _, h := range []cpio.Header{
		{Name: "dev", Mode: fs.ModeDir | 0o755},
		{Name: "dev/console", Mode: fs.ModeDevice | fs.ModeCharDevice | 0o600, Devmajor: 5, Devminor: 1},
		{Name: "init", Mode: 0o755, Size: int64(len(script))},
	} {
		if err := w.WriteHeader(&h); err != nil {
			log.Fatal(err)
		}
	}
	if _, err := io.WriteString(w, script); err != nil {
		log.Fatal(err)
	}
	if err := w.Close(); err != nil {
		log.Fatal(err)
	}

	r := cpio.NewReader(&archive)
	for {
		h, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(h.Mode, h.Size, h.Name)
	}
	// Output:
	// drwxr-xr-x 0 dev
	// Dcrw------- 0 dev/console
	// -rwxr-xr-x 23 init
}
