package deb

import (
	"archive/tar"
	"path"
	"strings"
	"testing"
)

// FuzzOpen: no input panics, and whatever names come out stay in the tree.
func FuzzOpen(f *testing.F) {
	f.Add(packDeb(f, packTar(f,
		&tar.Header{Name: "./usr/", Typeflag: tar.TypeDir},
		&tar.Header{Name: "./usr/a", Typeflag: tar.TypeReg, Size: 3},
		&tar.Header{Name: "./usr/b", Typeflag: tar.TypeLink, Linkname: "./usr/a"},
		&tar.Header{Name: "./usr/c", Typeflag: tar.TypeSymlink, Linkname: "../x"})))
	f.Fuzz(func(t *testing.T, content []byte) { readAll(t, content) })
}

// FuzzData puts arbitrary bytes into data.tar of an otherwise good package.
func FuzzData(f *testing.F) {
	f.Add(".gz", compress(packTar(f, &tar.Header{Name: strings.Repeat("long/", 40) + "x", Typeflag: tar.TypeReg, Size: 600})))
	f.Add("", packTar(f, &tar.Header{Name: "a", Typeflag: tar.TypeReg, Format: tar.FormatPAX,
		PAXRecords: map[string]string{capabilityRecord: "\x01"}}))
	f.Add(".zst", []byte("\x28\xb5\x2f\xfd\x04\x00\x01\x00\x00"))
	f.Add(".xz", []byte("\xfd7zXZ\x00\x00\x04\xe6\xd6\xb4\x46"))
	f.Fuzz(func(t *testing.T, suffix string, data []byte) {
		readAll(t, packAr("debian-binary", "2.0\n", "control.tar", string(packControl(t, minimalControl)), "data.tar"+suffix, string(data)))
	})
}

func readAll(t *testing.T, content []byte) {
	entries, _ := drain(content)
	for _, e := range entries {
		if e.Name != path.Clean(e.Name) || path.IsAbs(e.Name) || e.Name == ".." || strings.HasPrefix(e.Name, "../") {
			t.Fatalf("name %q", e.Name)
		}
	}
}
