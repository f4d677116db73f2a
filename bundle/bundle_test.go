package bundle

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"coen/internal/failure"
	"coen/internal/oracle"
)

var when = time.Date(2026, 11, 22, 12, 16, 0, 0, time.UTC)

// some members, in no order: an empty one, an executable one, one whose path
// needs a pax header.
func some() []Member {
	script := bytesMember("source/.ci/run", []byte("#!/bin/sh\n"))
	script.Executable = true
	return []Member{
		script,
		bytesMember("README", []byte("read me\n")),
		bytesMember("source/empty", nil),
		bytesMember("modules/"+strings.Repeat("long/", 40)+"@v/v1.0.0.mod", []byte("module long\n")),
		bytesMember("store/sha256/00/00", bytes.Repeat([]byte("0123456789"), 1000)),
	}
}

func sealed(t testing.TB, members []Member) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Seal(context.Background(), &b, members, Options{Time: when}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func open(t testing.TB, data []byte) (string, error) {
	dir := t.TempDir()
	return dir, Unpack(context.Background(), bytes.NewReader(data), dir, nil)
}

func TestRoundTrip(t *testing.T) {
	dir, err := open(t, sealed(t, some()))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range some() {
		data, err := os.ReadFile(filepath.Join(dir, m.Path))
		if err != nil || bytesMember("x", data).SHA256 != m.SHA256 {
			t.Errorf("%s: %v, %d bytes", m.Path, err, len(data))
		}
		info, err := os.Stat(filepath.Join(dir, m.Path))
		if err != nil || (info.Mode()&0o100 != 0) != m.Executable {
			t.Errorf("%s: %v, mode %v", m.Path, err, info.Mode())
		}
	}
}

// TestTools unpacks a bundle with tar and checks it with sha256sum, as
// spec/bundle.md says.
func TestTools(t *testing.T) {
	oracle.Need(t, "tar")
	oracle.Need(t, "sha256sum")
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "b.tar"), sealed(t, some()), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("sh", "-ec", "tar -xf b.tar; rm b.tar; sha256sum --check SHA256SUMS; find . -type f ! -name SHA256SUMS | wc -l")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.HasSuffix(string(out), fmt.Sprintln(len(some()))) {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestOrderDoesNotMatter(t *testing.T) {
	want := sealed(t, some())
	for range 20 {
		members := some()
		rand.Shuffle(len(members), func(i, j int) { members[i], members[j] = members[j], members[i] })
		if !bytes.Equal(sealed(t, members), want) {
			t.Fatal("another order of the members gives another bundle")
		}
	}
}

// TestEveryByteCounts changes bytes of a bundle in turn; the step makes it meet
// every field of a header in one member or another.
func TestEveryByteCounts(t *testing.T) {
	whole := sealed(t, some()[:4])
	for i := 0; i < len(whole); i += 13 {
		changed := bytes.Clone(whole)
		changed[i] ^= 1 << (i % 8)
		if _, err := open(t, changed); failure.ExitCode(err) != failure.Refused {
			t.Fatalf("byte %d changed: %v", i, err)
		}
	}
	for _, n := range []int{0, 100, 512, len(whole) - 1024, len(whole) - 1} {
		if _, err := open(t, whole[:n]); failure.ExitCode(err) != failure.Refused {
			t.Errorf("cut off at %d: %v", n, err)
		}
	}
	if _, err := open(t, append(bytes.Clone(whole), 0)); failure.ExitCode(err) != failure.Refused {
		t.Errorf("a byte behind: %v", err)
	}
}

// crafted writes a tar archive with a manifest for the bytes of the members, and
// then the members as they are.
func crafted(t *testing.T, headers ...*tar.Header) []byte {
	t.Helper()
	var sums []sum
	for _, h := range headers {
		sums = append(sums, sum{path: h.Name, sha256: bytesMember("x", nil).SHA256})
	}
	manifest := formatManifest(sums)
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	first := &tar.Header{Typeflag: tar.TypeReg, Name: ManifestName, Size: int64(len(manifest)), Mode: 0o644, ModTime: when}
	for _, h := range append([]*tar.Header{first}, headers...) {
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if h == first {
			if _, err := w.Write(manifest); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestHostile(t *testing.T) {
	for name, h := range map[string]*tar.Header{
		"parent":    {Typeflag: tar.TypeReg, Name: "../evil"},
		"absolute":  {Typeflag: tar.TypeReg, Name: "/evil"},
		"backslash": {Typeflag: tar.TypeReg, Name: `a\b`},
		"newline":   {Typeflag: tar.TypeReg, Name: "a\nb"},
		"manifest":  {Typeflag: tar.TypeReg, Name: ManifestName},
		"symlink":   {Typeflag: tar.TypeSymlink, Name: "a", Linkname: "/etc/passwd"},
		"device":    {Typeflag: tar.TypeChar, Name: "a"},
		"folder":    {Typeflag: tar.TypeDir, Name: "a"},
		"owner":     {Typeflag: tar.TypeReg, Name: "a", Uid: 1, Mode: 0o644, ModTime: when},
		"setuid":    {Typeflag: tar.TypeReg, Name: "a", Mode: 0o4755, ModTime: when},
		"time":      {Typeflag: tar.TypeReg, Name: "a", Mode: 0o644, ModTime: when.Add(time.Second)},
		"record":    {Typeflag: tar.TypeReg, Name: "a", Mode: 0o644, ModTime: when, PAXRecords: map[string]string{"comment": "x"}},
	} {
		if _, err := open(t, crafted(t, h)); failure.ExitCode(err) != failure.Refused {
			t.Errorf("%s: %v", name, err)
		}
	}
	good := &tar.Header{Typeflag: tar.TypeReg, Name: "a", Mode: 0o644, ModTime: when}
	if _, err := open(t, crafted(t, good)); err != nil {
		t.Errorf("what is not hostile: %v", err)
	}
}

func TestSealRefuses(t *testing.T) {
	liar := bytesMember("liar", []byte("x"))
	liar.SHA256[0] ^= 1
	short := bytesMember("short", []byte("x"))
	short.Size = 2
	for want, members := range map[string][]Member{
		"there twice":                     {bytesMember("a", nil), bytesMember("a", nil)},
		"cannot be the path":              {bytesMember("a b", nil)},
		"liar: has 1 bytes with SHA-256":  {liar},
		"short: has 1 bytes with SHA-256": {short},
		"0 members cannot be listed":      nil,
	} {
		err := Seal(context.Background(), &bytes.Buffer{}, members, Options{Time: when})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	err := Unpack(ctx, bytes.NewReader(sealed(t, some())), t.TempDir(), nil)
	if err != context.Canceled {
		t.Error(err)
	}
}

func FuzzUnpack(f *testing.F) {
	f.Add(sealed(f, some()))
	f.Add(sealed(f, some()[:1]))
	f.Fuzz(func(t *testing.T, data []byte) {
		dir, err := open(t, data)
		if err != nil {
			return
		}
		var members []Member
		err = filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || d.Name() == ManifestName {
				return err
			}
			content, err := os.ReadFile(name)
			rel, _ := filepath.Rel(dir, name)
			m := bytesMember(filepath.ToSlash(rel), content)
			info, _ := d.Info()
			m.Executable = info.Mode()&0o100 != 0
			members = append(members, m)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		first, err := tar.NewReader(bytes.NewReader(data)).Next()
		if err != nil {
			t.Fatal(err)
		}
		var again bytes.Buffer
		if err := Seal(context.Background(), &again, members, Options{Time: first.ModTime}); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(again.Bytes(), data) {
			t.Error("a bundle was accepted that Seal does not write")
		}
	})
}
