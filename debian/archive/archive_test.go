package archive

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp/armor"

	"coen/internal/oracle"
)

func armored(t *testing.T, packets []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := armor.Encode(&b, "PGP SIGNATURE", nil)
	if err != nil {
		t.Fatal(err)
	}
	w.Write(packets)
	w.Close()
	b.WriteByte('\n')
	return b.Bytes()
}

// fetched is when the InRelease files in testdata were fetched.
var fetched = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

// TestDebian verifies real files of Debian with the keys of this package.
func TestDebian(t *testing.T) {
	for _, c := range []struct {
		suite   string
		signers int
	}{{"trixie", 3}, {"trixie-updates", 2}, {"trixie-security", 2}} {
		file, err := os.ReadFile(filepath.Join("testdata", c.suite+".InRelease"))
		if err != nil {
			t.Fatal(err)
		}
		p, err := DebianPolicy(c.suite)
		if err != nil {
			t.Fatal(err)
		}
		r, err := Verify(file, p, fetched)
		if err != nil {
			t.Errorf("%s: %v", c.suite, err)
			continue
		}
		if len(r.Signatures) != c.signers {
			t.Errorf("%s: %d good signatures, want %d", c.suite, len(r.Signatures), c.signers)
		}
		if err := r.CheckSuite(c.suite); err != nil {
			t.Error(err)
		}
		if err := r.CheckDates(fetched, time.Time{}); err != nil {
			t.Error(err)
		}
		if x, err := r.Packages(c.suite, "main", "amd64"); err != nil || x.Suffix != ".xz" || len(x.Paths) != 2 {
			t.Errorf("%s: index %+v, %v", c.suite, x, err)
		}
		for _, flipped := range []int{100, len(file) / 2} {
			bad := bytes.Clone(file)
			bad[flipped] ^= 1
			if _, err := Verify(bad, p, fetched); err == nil {
				t.Errorf("%s: accepted with byte %d changed", c.suite, flipped)
			}
		}
	}
}

// TestAsGpgv lets gpgv judge the same files with the same keys.
func TestAsGpgv(t *testing.T) {
	oracle.Need(t, "gpgv")
	ring := filepath.Join(t.TempDir(), "ring.gpg")
	files, _ := filepath.Glob("keys/*.pgp")
	var all []byte
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, data...)
	}
	if err := os.WriteFile(ring, all, 0o600); err != nil {
		t.Fatal(err)
	}
	signed, _ := filepath.Glob("testdata/*.InRelease")
	for _, f := range signed {
		oracle.Run(t, "gpgv", "--keyring", ring, f)
	}
}

// TestKeys: the documented fingerprints are those of the certificates.
func TestKeys(t *testing.T) {
	ring, err := debianKeyring()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	prints := ring.Fingerprints()
	if len(prints) != 6 {
		t.Errorf("%d keys, want 6", len(prints))
	}
	for _, f := range prints {
		if !strings.Contains(string(doc), f) {
			t.Errorf("key %s is not documented", f)
		}
	}
	for suite, keys := range required {
		for _, f := range keys {
			if !slices.Contains(prints, f) {
				t.Errorf("suite %s requires key %s, which is not there", suite, f)
			}
		}
	}
	if _, err := DebianPolicy("sid"); err == nil {
		t.Error("there is a policy for a suite without keys")
	}
}

func TestDates(t *testing.T) {
	date := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	r, err := parseRelease([]byte(releaseText(date, anyFile)))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		now, earlier time.Time
		want         string
	}{
		{date, time.Time{}, ""},
		{date.Add(7 * 24 * time.Hour), date, ""},
		{date.Add(-time.Second), time.Time{}, "in the future"},
		{date.Add(7*24*time.Hour + time.Second), time.Time{}, "expired"},
		{date, date.Add(time.Second), "rolled back"},
	} {
		err := r.CheckDates(c.now, c.earlier)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("now %s, earlier %s: error %v, want %q", c.now, c.earlier, err, c.want)
		}
	}
	for name, ok := range map[string]bool{"test": true, "stable": true, "other": false, "": false} {
		if err := r.CheckSuite(name); ok != (err == nil) {
			t.Errorf("suite %q: %v", name, err)
		}
	}
}

func TestParseReleaseErrors(t *testing.T) {
	date := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	digest := strings.Fields(anyFile)[0]
	for _, c := range []struct{ text, want string }{
		{strings.Replace(releaseText(date, anyFile), "12:00:00 UTC\nV", "12:00:00 CET\nV", 1), "Date: bad date"},
		{strings.Replace(releaseText(date, anyFile), "Valid-Until: ", "Valid-Until: X", 1), "Valid-Until: bad date"},
		{strings.Replace(releaseText(date, anyFile), "Date: ", "X-Date: ", 1), "Date: bad date"},
		{strings.Replace(releaseText(date, anyFile), "\n "+anyFile, "", 1), "lists no files"},
		{releaseText(date, "abc 1 main"), `bad SHA-256 "abc"`},
		{releaseText(date, strings.ToUpper(digest)+" 1 main"), "bad SHA-256"},
		{releaseText(date, digest+" -1 main"), `bad size "-1"`},
		{releaseText(date, digest+" 1 ../x"), `bad path "../x"`},
		{releaseText(date, digest+" 1 /x"), `bad path "/x"`},
		{releaseText(date, digest+" 1 a/./x"), `bad path "a/./x"`},
		{releaseText(date, digest+" 1"), "bad line"},
		{releaseText(date, anyFile, strings.Replace(anyFile, " 0 ", " 1 ", 1)), "listed twice"},
	} {
		_, err := parseRelease([]byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %s", err, c.want)
		}
	}
}

func line(content []byte, name string) string {
	return fmt.Sprintf("%x %d %s", sha256.Sum256(content), len(content), name)
}

func TestIndex(t *testing.T) {
	plain := []byte("Package: a1\n")
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	w.Write(plain)
	w.Close()
	const name = "main/binary-amd64/Packages"
	date := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	r, err := parseRelease([]byte(releaseText(date, line(plain, name), line(zipped.Bytes(), name+".gz"))))
	if err != nil {
		t.Fatal(err)
	}
	x, err := r.Packages("test", "main", "amd64")
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("dists/test/main/binary-amd64/by-hash/SHA256/%x", sha256.Sum256(zipped.Bytes())); x.Paths[0] != want {
		t.Errorf("first path %s, want %s", x.Paths[0], want)
	}
	if want := "dists/test/" + name + ".gz"; x.Paths[1] != want {
		t.Errorf("second path %s, want %s", x.Paths[1], want)
	}
	if got, err := x.Read(zipped.Bytes()); err != nil || !bytes.Equal(got, plain) {
		t.Errorf("read %q, %v", got, err)
	}
	changed := bytes.Clone(zipped.Bytes())
	changed[len(changed)-1] ^= 1
	if _, err := x.Read(changed); err == nil || !strings.Contains(err.Error(), "has SHA-256") {
		t.Errorf("changed index: error %v", err)
	}
	if _, err := x.Read(changed[1:]); err == nil || !strings.Contains(err.Error(), "bytes, not the") {
		t.Errorf("short index: error %v", err)
	}
	// The archive itself may have erred about what a file unpacks to.
	for _, size := range []int64{0, 11, 13} {
		lie := x
		lie.Unpacked.Size = size
		if _, err := lie.Read(zipped.Bytes()); err == nil {
			t.Errorf("an index of %d bytes is taken for one of %d", len(plain), size)
		}
	}
	if _, err := r.Packages("test", "contrib", "amd64"); err == nil {
		t.Error("there is an index of a component that is not listed")
	}
	if _, err := r.Packages("test", "main", "s390x"); err == nil {
		t.Error("there is an index of an architecture that is not listed")
	}
}

const record = `Package: eject
Version: 2.41-5
Architecture: amd64
Multi-Arch: foreign
Essential: yes
Priority: optional
Pre-Depends: libc6 (>= 2.34)
Depends: libmount1,
 other | thing
Provides: virtual (= 1)
Filename: pool/main/u/util-linux/eject_2.41-5_amd64.deb
Size: 46000
SHA256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
`

func TestReadPackages(t *testing.T) {
	var all []*Package
	err := ReadPackages(strings.NewReader(record+"\n"+strings.Replace(record, "Architecture: amd64", "Architecture: all", 1)), "amd64",
		func(p *Package) error { all = append(all, p); return nil })
	if err != nil || len(all) != 2 {
		t.Fatalf("%d records, %v", len(all), err)
	}
	p := all[0]
	if p.Name != "eject" || p.Version.String() != "2.41-5" || !p.Essential || p.MultiArch != "foreign" || p.Size != 46000 ||
		p.PreDepends != "libc6 (>= 2.34)" || p.Depends != "libmount1,\n other | thing" || p.Provides[0].Name != "virtual" {
		t.Errorf("record %+v", p)
	}
	for _, c := range []struct{ from, to, want string }{
		{"Package: eject", "Package: ../x", "bad package name"},
		{"Package: eject\n", "", "bad package name"},
		{"2.41-5\n", "/\n", "version"},
		{"Architecture: amd64", "Architecture: i386", `is for architecture "i386"`},
		{"foreign", "wrong", `bad Multi-Arch "wrong"`},
		{"pool/main", "../pool", "bad path"},
		{"pool/main", "dists", "is no .deb below pool/"},
		{"eject_2.41-5_amd64.deb", "eject", "is no .deb below pool/"},
		{"Size: 46000", "Size: x", "bad size"},
		{"SHA256: e3", "SHA256: ", "bad SHA-256"},
		{"virtual (= 1)", "virtual (>= 1)", "provides"},
	} {
		text := strings.Replace(record, c.from, c.to, 1)
		err := ReadPackages(strings.NewReader(text), "amd64", func(*Package) error { return nil })
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q for %q: error %v, want %s", c.to, c.from, err, c.want)
		}
	}
}

func BenchmarkReadPackages(b *testing.B) {
	text := strings.Repeat(record+"\n", 10000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if err := ReadPackages(strings.NewReader(text), "amd64", func(*Package) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
}
