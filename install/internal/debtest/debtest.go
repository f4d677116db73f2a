// Package debtest makes small Debian packages for tests.
package debtest

import (
	"archive/tar"
	"bytes"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Epoch is the time tests stand at, 2025-01-01 UTC. Files of packages are
// older.
const Epoch = 1735689600

var fileTime = time.Unix(Epoch-1000, 0)

// Build makes a .deb of files by name: those under DEBIAN/ make the control
// archive, the others the data archive, with the directories above them. The
// file META changes entries or adds some, one to a line:
//
//	mode PATH OCTAL | owner PATH UID GID | dir PATH | link PATH TARGET
//	hard PATH TARGET | fifo PATH | char PATH MAJOR MINOR
func Build(t testing.TB, files map[string]string) []byte {
	t.Helper()
	control, data := map[string]*tar.Header{}, map[string]*tar.Header{}
	content := map[*tar.Header]string{}
	for name, body := range files {
		if name == "META" {
			continue
		}
		h := &tar.Header{Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(body)), ModTime: fileTime}
		if strings.HasPrefix(body, "#!") {
			h.Mode = 0o755
		}
		content[h] = body
		if member, found := strings.CutPrefix(name, "DEBIAN/"); found {
			control[member] = h
		} else {
			data[name] = h
		}
	}
	applyMeta(t, data, files["META"])
	return packAr(
		"debian-binary", "2.0\n",
		"control.tar", string(packTar(t, control, content)),
		"data.tar", string(packTar(t, data, content)),
	)
}

func applyMeta(t testing.TB, data map[string]*tar.Header, meta string) {
	t.Helper()
	for line := range strings.Lines(meta) {
		w := strings.Fields(line)
		h := data[w[1]]
		if h == nil {
			h = &tar.Header{Mode: 0o755, ModTime: fileTime}
			data[w[1]] = h
		}
		number := func(i, base int) int64 {
			n, err := strconv.ParseInt(w[i], base, 64)
			if err != nil {
				t.Fatalf("META: %q: %v", line, err)
			}
			return n
		}
		switch w[0] {
		case "mode":
			h.Mode = number(2, 8)
		case "owner":
			h.Uid, h.Gid = int(number(2, 10)), int(number(3, 10))
		case "dir":
			h.Typeflag = tar.TypeDir
		case "link":
			h.Typeflag, h.Linkname, h.Mode = tar.TypeSymlink, w[2], 0o777
		case "hard":
			h.Typeflag, h.Linkname, h.Mode = tar.TypeLink, "./"+w[2], data[w[2]].Mode
		case "fifo":
			h.Typeflag = tar.TypeFifo
		case "char":
			h.Typeflag, h.Devmajor, h.Devminor = tar.TypeChar, number(2, 10), number(3, 10)
		default:
			t.Fatalf("META: %q", line)
		}
	}
}

// packTar writes the entries in byte order, directories first, as dpkg-deb does.
func packTar(t testing.TB, entries map[string]*tar.Header, content map[*tar.Header]string) []byte {
	t.Helper()
	entries = maps.Clone(entries)
	for _, name := range slices.Collect(maps.Keys(entries)) {
		for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
			if entries[dir] == nil {
				entries[dir] = &tar.Header{Typeflag: tar.TypeDir, Mode: 0o755, ModTime: fileTime}
			}
		}
	}
	var buf bytes.Buffer
	w := tar.NewWriter(&buf)
	w.WriteHeader(&tar.Header{Name: "./", Typeflag: tar.TypeDir, Mode: 0o755, ModTime: fileTime})
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		h := entries[name]
		h.Name = "./" + name
		if h.Typeflag == tar.TypeDir {
			h.Name += "/"
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		w.Write([]byte(content[h]))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func packAr(members ...string) []byte {
	var buf bytes.Buffer
	buf.WriteString("!<arch>\n")
	for i := 0; i < len(members); i += 2 {
		fmt.Fprintf(&buf, "%-16s%-12d%-6d%-6d%-8s%-10d`\n", members[i], 0, 0, 0, "100644", len(members[i+1]))
		buf.WriteString(members[i+1])
		if len(members[i+1])%2 == 1 {
			buf.WriteByte('\n')
		}
	}
	return buf.Bytes()
}
