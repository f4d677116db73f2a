package deb

import (
	"archive/tar"
	"bytes"
	"io"
	"strings"
	"testing"
	"time"
)

func timeString(e *Entry) string { return time.Unix(e.MTime, 0).UTC().Format("2006-01-02 15:04") }

// drain opens a package and reads all of it.
func drain(content []byte) ([]*Entry, error) {
	return drainFrom(bytes.NewReader(content), int64(len(content)))
}

func drainFrom(medium io.ReaderAt, size int64) (entries []*Entry, err error) {
	p, err := Open(medium, size)
	if err != nil {
		return nil, err
	}
	r, err := p.Data()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	for {
		e, err := r.Next()
		if err == io.EOF {
			return entries, nil
		}
		if err != nil {
			return entries, err
		}
		entries = append(entries, e)
		if _, err := io.Copy(io.Discard, r); err != nil {
			return entries, err
		}
	}
}

func TestEntries(t *testing.T) {
	data := packTar(t,
		&tar.Header{Name: "./", Typeflag: tar.TypeDir, Mode: 0o40755},
		&tar.Header{Name: "./dev/", Typeflag: tar.TypeDir, Mode: 0o755},
		&tar.Header{Name: "./dev/null", Typeflag: tar.TypeChar, Mode: 0o666, Devmajor: 1, Devminor: 3},
		&tar.Header{Name: "./dev/sda", Typeflag: tar.TypeBlock, Mode: 0o660, Devmajor: 8, Gid: 6, Gname: "disk"},
		&tar.Header{Name: "./dev/initctl", Typeflag: tar.TypeFifo, Mode: 0o600},
		&tar.Header{Name: "usr//bin/./ping", Typeflag: tar.TypeReg, Mode: 0o4755, Size: 3, Uid: 70000,
			ModTime: epoch.Add(999 * time.Millisecond), Format: tar.FormatPAX,
			PAXRecords: map[string]string{capabilityRecord: "\x01\x00\x00\x02"}},
		&tar.Header{Name: "usr/", Typeflag: tar.TypeDir, Mode: 0o755},
	)
	entries, err := drain(packDeb(t, data))
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{".", "dev", "dev/null", "dev/sda", "dev/initctl", "usr/bin/ping", "usr"} {
		if entries[i].Name != name {
			t.Errorf("entry %d is %q, want %q", i, entries[i].Name, name)
		}
	}
	if e := entries[0]; e.Mode != 0o755 {
		t.Errorf("mode of the root is %o", e.Mode)
	}
	if e := entries[2]; e.Type != CharDevice || e.Major != 1 || e.Minor != 3 {
		t.Errorf("null is %+v", e)
	}
	if e := entries[3]; e.Type != BlockDevice || e.Major != 8 || e.GID != 6 || e.Group != "disk" {
		t.Errorf("sda is %+v", e)
	}
	if e := entries[5]; e.Mode != 0o4755 || e.UID != 70000 || e.MTime != epoch.Unix() || string(e.Capability) != "\x01\x00\x00\x02" {
		t.Errorf("ping is %+v", e)
	}
}

func TestHostileData(t *testing.T) {
	reg := func(name string) *tar.Header { return &tar.Header{Name: name, Typeflag: tar.TypeReg} }
	dir := func(name string) *tar.Header { return &tar.Header{Name: name, Typeflag: tar.TypeDir} }
	link := func(name, target string) *tar.Header {
		return &tar.Header{Name: name, Typeflag: tar.TypeSymlink, Linkname: target}
	}
	hard := func(name, target string) *tar.Header {
		return &tar.Header{Name: name, Typeflag: tar.TypeLink, Linkname: target}
	}
	pax := func(key, value string) *tar.Header {
		return &tar.Header{Name: "a", Typeflag: tar.TypeReg, Format: tar.FormatPAX, PAXRecords: map[string]string{key: value}}
	}
	long := strings.Repeat("d/", 2048) + "d"
	noID := int64(1<<32 - 1) // -1 where int has 32 bits
	for _, c := range []struct {
		want    string
		headers []*tar.Header
	}{
		{`"/etc/passwd": absolute name`, []*tar.Header{reg("/etc/passwd")}},
		{`"./../x": ".." in the name`, []*tar.Header{reg("./../x")}},
		{`"a/../b": ".." in the name`, []*tar.Header{reg("a/../b")}},
		{`newline or NUL in the name`, []*tar.Header{reg("a\nb")}},
		{`name of more than 4095 bytes`, []*tar.Header{reg(long)}},
		{`part of a name of more than 255 bytes`, []*tar.Header{reg(strings.Repeat("n", 256))}},
		{`"./a": occurs twice`, []*tar.Header{reg("a"), reg("./a")}},
		{`"a": occurs twice, or earlier entries lie below it`, []*tar.Header{reg("a/b"), link("a", "c")}},
		{`"a/b/c": lies below "a", which is no directory`, []*tar.Header{link("a", "/etc"), reg("a/b/c")}},
		{`".": the root is no directory`, []*tar.Header{link(".", "/")}},
		{`hard link to "b", which is not there`, []*tar.Header{hard("a", "b"), reg("b")}},
		{`hard link to "a", which is not there`, []*tar.Header{hard("a", "a")}},
		{`hard link to directory "d"`, []*tar.Header{dir("d/"), hard("a", "d")}},
		{`hard link to directory "d"`, []*tar.Header{reg("d/x"), hard("a", "d")}},
		{`hard link to "../b": ".." in the name`, []*tar.Header{hard("a", "../b")}},
		{`hard link to "/etc/shadow": absolute name`, []*tar.Header{hard("a", "/etc/shadow")}},
		{`link to "../x" leads out of the tree`, []*tar.Header{link("a", "../x")}},
		{`link to "b/../../../x" leads out of the tree`, []*tar.Header{link("usr/a", "b/../../../x")}},
		{`link to "/../x" leads out of the tree`, []*tar.Header{link("usr/a", "/../x")}},
		{`bad link target ""`, []*tar.Header{link("a", "")}},
		{`bad device number 4096:0`, []*tar.Header{{Name: "a", Typeflag: tar.TypeChar, Devmajor: 4096}}},
		{`bad device number 1:1048576`, []*tar.Header{{Name: "a", Typeflag: tar.TypeBlock, Devmajor: 1, Devminor: 1 << 20}}},
		{`bad mode 0200644`, []*tar.Header{{Name: "a", Typeflag: tar.TypeReg, Mode: 0o200644}}},
		{`bad owner`, []*tar.Header{{Name: "a", Typeflag: tar.TypeReg, Uid: int(noID)}}},
		{`bad time -1`, []*tar.Header{{Name: "a", Typeflag: tar.TypeReg, ModTime: time.Unix(-1, 0)}}},
		{`bad time 4294967296`, []*tar.Header{{Name: "a", Typeflag: tar.TypeReg, ModTime: time.Unix(1<<32, 0)}}},
		{`unsupported type '7'`, []*tar.Header{{Name: "a", Typeflag: tar.TypeCont}}},
		{`unsupported type 'g'`, []*tar.Header{{Typeflag: tar.TypeXGlobalHeader, PAXRecords: map[string]string{"comment": "x"}}}},
		{`unsupported attribute or PAX record "SCHILY.xattr.security.selinux"`, []*tar.Header{pax("SCHILY.xattr.security.selinux", "x")}},
		{`unsupported attribute or PAX record "LIBARCHIVE.creationtime"`, []*tar.Header{pax("LIBARCHIVE.creationtime", "1")}},
	} {
		_, err := drain(packDeb(t, packTar(t, c.headers...)))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %s", err, c.want)
		}
	}
}

func TestDamagedData(t *testing.T) {
	good := packTar(t, &tar.Header{Name: "a", Typeflag: tar.TypeReg, Size: 600})
	content := 512 + 1024
	lie := bytes.Clone(good)
	copy(lie[124:136], "77777777777\x00") // 8 GiB - 1
	copy(lie[148:156], checksum(lie[:512]))
	for _, c := range []struct {
		what, suffix string
		data         []byte
		want         string
	}{
		{"cut in a file", "", good[:700], "unexpected EOF"},
		{"cut in the padding", "", good[:512+700], "without its end mark"},
		{"no end mark", "", good[:content], "without its end mark"},
		{"half an end mark", "", good[:content+512], "without its end mark"},
		{"trailing data", "", append(bytes.Clone(good), "x"...), "data after the end"},
		{"second archive", "", append(bytes.Clone(good), good...), "data after the end"},
		{"absurd size", "", lie, "bad size 8589934591"},
		{"empty", "", nil, "without its end mark"},
		{"cut gzip", ".gz", compress(good)[:40], "unexpected EOF"},
		{"gzip without its checksum", ".gz", compress(good)[:len(compress(good))-8], "unexpected EOF"},
		{"trailing data after gzip", ".gz", append(compress(good), "x"...), "unexpected EOF"},
		{"garbage after gzip", ".gz", append(compress(good), strings.Repeat("x", 100)...), "invalid header"},
		{"not xz", ".xz", good, "not xz"},
		{"not zstd", ".zst", good, "magic"},
		{"bomb", ".gz", compress(packTar(t, &tar.Header{Name: "a", Typeflag: tar.TypeReg, Size: 100 << 20})), "unpacks to more than"},
		{"old compression", ".bz2", good, `compression ".bz2" is not supported`},
	} {
		deb := packAr("debian-binary", "2.0\n", "control.tar", string(packControl(t, minimalControl)), "data.tar"+c.suffix, string(c.data))
		_, err := drain(deb)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %s", c.what, err, c.want)
		}
	}
	if _, err := drain(packDeb(t, append(bytes.Clone(good), make([]byte, 8192)...))); err != nil {
		t.Errorf("padding with zeros is refused: %v", err)
	}
}

// checksum returns the checksum field of a tar header.
func checksum(block []byte) string {
	sum := 8 * int(' ')
	for i, c := range block {
		if i < 148 || i >= 156 {
			sum += int(c)
		}
	}
	return strings.ToUpper("0"+octal(sum)) + "\x00 "
}

func octal(n int) string {
	digits := ""
	for ; n > 0; n /= 8 {
		digits = string(rune('0'+n%8)) + digits
	}
	return digits
}

func TestHostileOutside(t *testing.T) {
	control, data := string(packControl(t, minimalControl)), string(packTar(t))
	good := packAr("debian-binary", "2.0\n", "control.tar", control, "data.tar", data)
	badSize := bytes.Replace(good, []byte("4         `\n"), []byte("-4        `\n"), 1)
	nested := packTar(t, &tar.Header{Name: "a/control", Typeflag: tar.TypeReg, Size: 1})
	for _, c := range []struct {
		what    string
		content []byte
		want    string
	}{
		{"empty file", nil, "not a Debian package"},
		{"other file", []byte("%PDF-1.7 and so on"), "not a Debian package"},
		{"magic only", []byte(arMagic), "not a Debian package"},
		{"cut header", good[:40], "ar header at byte 8: unexpected EOF"},
		{"cut member", good[:len(good)-1], `ar member "data.tar": cut off`},
		{"bad size", badSize, `bad size "-4"`},
		{"bad magic", bytes.Replace(good, []byte("`\n"), []byte("'\n"), 1), "no magic at its end"},
		{"other order", packAr("control.tar", control, "debian-binary", "2.0\n", "data.tar", data), "first member is not debian-binary"},
		{"no data", packAr("debian-binary", "2.0\n", "control.tar", control), "a member is missing"},
		{"no control", packAr("debian-binary", "2.0\n", "data.tar", data, "data.tar", data), `second member is "data.tar"`},
		{"control twice", packAr("debian-binary", "2.0\n", "control.tar", control, "control.tar", control), `third member is "control.tar"`},
		{"four members", packAr("debian-binary", "2.0\n", "control.tar", control, "data.tar", data, "extra", ""), `unknown member "extra"`},
		{"other format", packAr("debian-binary", "3.0\n", "control.tar", control, "data.tar", data), `format "3.0" is not supported`},
		{"cut format", packAr("debian-binary", "2.0", "control.tar", control, "data.tar", data), "is not supported"},
		{"nested control", packAr("debian-binary", "2.0\n", "control.tar", string(nested), "data.tar", data), "not a file at the top"},
		{"no control file", packAr("debian-binary", "2.0\n", "control.tar", data, "data.tar", data), "0 paragraphs"},
		{"bad name", packAr("debian-binary", "2.0\n", "control.tar", string(packControl(t, "Package: ../x\nVersion: 1\nArchitecture: all\n")), "data.tar", data), "bad package name"},
		{"bad version", packAr("debian-binary", "2.0\n", "control.tar", string(packControl(t, "Package: ab\nVersion: /\nArchitecture: all\n")), "data.tar", data), `version "/"`},
		{"no architecture", packAr("debian-binary", "2.0\n", "control.tar", string(packControl(t, "Package: ab\nVersion: 1\n")), "data.tar", data), "no Architecture"},
	} {
		_, err := drain(c.content)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %s", c.what, err, c.want)
		}
	}
	skipped := packAr("debian-binary", "2.1\nmore\n", "_gpgorigin", "x", "control.tar/", control, "data.tar", data, "_later", "y")
	if _, err := drain(skipped); err != nil {
		t.Errorf("members with an underscore: %v", err)
	}
}
