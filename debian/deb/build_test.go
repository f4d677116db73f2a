package deb

import (
	"archive/tar"
	"bytes"
	"cmp"
	"compress/gzip"
	"fmt"
	"testing"
	"time"
)

// epoch is the time of everything built in these tests.
var epoch = time.Unix(1735689600, 0).UTC()

const minimalControl = "Package: hostile\nVersion: 1\nArchitecture: all\n"

// packTar writes a tar archive of the given headers, each with as many bytes of
// content as its Size says, and its end mark.
func packTar(t testing.TB, headers ...*tar.Header) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := tar.NewWriter(&buf)
	for _, h := range headers {
		if h.Typeflag != tar.TypeXGlobalHeader {
			h.ModTime = cmp.Or(h.ModTime, epoch)
			h.Mode = cmp.Or(h.Mode, 0o644)
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeReg {
			w.Write(bytes.Repeat([]byte("x"), int(h.Size)))
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func packControl(t testing.TB, text string) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := tar.NewWriter(&buf)
	w.WriteHeader(&tar.Header{Name: "./", Typeflag: tar.TypeDir, Mode: 0o755})
	w.WriteHeader(&tar.Header{Name: "./control", Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(text))})
	w.Write([]byte(text))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// packAr writes an ar archive of pairs of name and content.
func packAr(members ...string) []byte {
	var buf bytes.Buffer
	buf.WriteString(arMagic)
	for i := 0; i < len(members); i += 2 {
		fmt.Fprintf(&buf, "%-16s%-12d%-6d%-6d%-8s%-10d`\n", members[i], 0, 0, 0, "100644", len(members[i+1]))
		buf.WriteString(members[i+1])
		if len(members[i+1])%2 == 1 {
			buf.WriteByte('\n')
		}
	}
	return buf.Bytes()
}

// packDeb writes a package with the given data.tar.
func packDeb(t testing.TB, data []byte) []byte {
	t.Helper()
	return packAr("debian-binary", "2.0\n", "control.tar", string(packControl(t, minimalControl)), "data.tar", string(data))
}

func compress(data []byte) []byte {
	var buf bytes.Buffer
	w := gzip.NewWriter(&buf)
	w.Write(data)
	w.Close()
	return buf.Bytes()
}
