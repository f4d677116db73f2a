package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"time"

	"coen/inspect"
	"coen/medium"
)

// A listed path is a line of `coen inspect --list`.
type listed struct {
	Place  string    `json:"place"`
	Path   string    `json:"path"`
	Kind   string    `json:"kind"` // as find(1) prints it
	Mode   string    `json:"mode"`
	UID    uint32    `json:"uid"`
	GID    uint32    `json:"gid"`
	Time   time.Time `json:"time"`
	Size   int64     `json:"size"`
	SHA256 string    `json:"sha256,omitempty"`
	Target string    `json:"target,omitempty"` // of a symbolic link
	Same   string    `json:"same,omitempty"`   // first name of a file that has several
	Device string    `json:"device,omitempty"` // MAJOR:MINOR
}

// writeList writes every path of an image, a line or JSON object each.
func writeList(ctx context.Context, w io.Writer, image *inspect.Image, asJSON bool) error {
	out := bufio.NewWriter(w)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	files := map[string]listed{}
	err := image.Walk(func(e *inspect.Entry) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		l, err := describeEntry(e)
		if err != nil {
			return err
		}
		if l.Same != "" { // the size and hash of a file are told at its first name
			first := files[l.Place+l.Same]
			l.Size, l.SHA256 = first.Size, first.SHA256
		}
		if l.Kind == "f" {
			files[l.Place+l.Path] = l
		}
		if asJSON {
			return enc.Encode(l)
		}
		_, err = fmt.Fprintf(out, "%s\t%s\t%s\t%d:%d\t%d\t%s\t%s\n", l.Place, l.Kind, l.Mode, l.UID, l.GID, l.Size, l.what(), quoted(l.Path))
		return err
	})
	if err != nil {
		return err
	}
	return out.Flush()
}

func describeEntry(e *inspect.Entry) (listed, error) {
	l := listed{
		Place: string(e.Place), Path: e.Path, Kind: string(medium.Kind(e.Mode)), Mode: fmt.Sprintf("%04o", medium.Permissions(e.Mode)),
		UID: e.UID, GID: e.GID, Time: e.ModTime.UTC(), Size: e.Size, Target: e.Target, Same: e.Hardlink,
	}
	if e.Mode&fs.ModeDevice != 0 {
		l.Device = fmt.Sprintf("%d:%d", e.Major, e.Minor)
	}
	if e.Content == nil {
		return l, nil
	}
	h := sha256.New()
	_, err := io.Copy(h, e.Content)
	l.SHA256 = fmt.Sprintf("%x", h.Sum(nil))
	return l, err
}

// what is the column of what a path holds.
func (l *listed) what() string {
	switch {
	case l.Same != "":
		return "same as " + quoted(l.Same)
	case l.SHA256 != "":
		return l.SHA256
	case l.Target != "":
		return quoted(l.Target)
	case l.Device != "":
		return l.Device
	}
	return "-"
}

// quoted quotes a path that holds anything but printable ASCII.
func quoted(s string) string {
	for _, c := range []byte(s) {
		if c < ' ' || c > '~' || c == '"' || c == '\\' {
			return strconv.QuoteToASCII(s)
		}
	}
	return s
}
