package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"coen/attest"
	"coen/fsimage/iso9660"
	"coen/internal/failure"
)

// newISO goes into a folder with an image that holds next to nothing, x.iso.
func newISO(t *testing.T) (iso []byte, sum string) {
	t.Helper()
	t.Chdir(t.TempDir())
	var b bytes.Buffer
	w := iso9660.NewWriter(&b, iso9660.Volume{Name: "X", Created: time.Unix(1e9, 0)})
	okay(t, w.Add(&iso9660.Header{Name: "file", Mode: 0o444, Size: 5, ModTime: time.Unix(1e9, 0)}, strings.NewReader("text\n")))
	okay(t, w.Close())
	write(t, "x.iso", b.String())
	return b.Bytes(), fmt.Sprintf("%x", sha256.Sum256(b.Bytes()))
}

// TestExpect compares an image with hashes that people have.
func TestExpect(t *testing.T) {
	iso, sum := newISO(t)
	other := strings.Repeat("0", 64)
	write(t, "x.iso.sha256", sum+"  x.iso\n")
	write(t, "all.sha256", other+"  y.iso\n"+sum+" *out/x.iso\n")
	write(t, "none.sha256", other+"  y.iso\n"+other+"  z.iso\n")
	for _, same := range []string{sum, strings.ToUpper(sum), sum[:32] + " " + sum[32:], "x.iso.sha256", "all.sha256"} {
		if out := must(t, "verify", "x.iso", "--expect", same); !strings.Contains(out, "Result:     SAME") || !strings.Contains(out, "SHA-256:    "+sum) {
			t.Errorf("%s: %s", same, out)
		}
	}
	exits(t, failure.Different, "x.iso is different", "verify", "x.iso", "--expect", other)
	exits(t, failure.Usage, "neither a SHA-256 nor a file", "verify", "x.iso", "--expect", "12")
	exits(t, failure.Usage, "has no line for x.iso", "verify", "x.iso", "--expect", "none.sha256")
	exits(t, failure.Usage, "goes with no lock", "verify", "x.iso", "--expect", sum, "--no-rebuild")
	exits(t, failure.Usage, "no such file", "verify", "y.iso", "--expect", sum)
	exits(t, failure.Usage, "say with -r and -l", "verify", "x.iso")

	write(t, "long.iso", string(iso)+"\x00\x00")
	exits(t, failure.Different, "long.iso is different", "verify", "long.iso", "--expect", sum)
	out, _ := within(t, "verify", "long.iso", "--expect", sum, "--json")
	var v verdict
	okay(t, json.Unmarshal([]byte(out), &v))
	if v.Behind != 2 || !v.BehindZero || v.SHA256 != sum || v.Same {
		t.Errorf("%+v", v)
	}
	write(t, "short.iso", string(iso[:len(iso)-1]))
	exits(t, failure.Different, "volume of", "verify", "short.iso", "--expect", sum)
	write(t, "none.iso", "text\n")
	exits(t, failure.Different, "none.iso: iso9660: volume descriptors", "verify", "none.iso", "--expect", sum)
}

// released puts an image where a release has one, and says so beside it.
func released(t *testing.T) (iso []byte, sum string) {
	t.Helper()
	dir, err := os.Getwd()
	okay(t, err)
	iso, sum = newISO(t)
	t.Chdir(dir)
	okay(t, os.WriteFile("coen.iso", iso, 0o600))
	text, err := os.ReadFile("coen.buildinfo.json")
	okay(t, err)
	info, err := attest.ParseBuildInfo(text)
	okay(t, err)
	info.ISO, info.Size = sha256.Sum256(iso), int64(len(iso))
	write(t, "coen.buildinfo.json", string(info.Bytes()))
	return iso, sum
}

// TestExpectManifest compares an image with what a signed manifest says.
func TestExpectManifest(t *testing.T) {
	newRelease(t)
	iso, sum := released(t)
	must(t, "attest", "manifest", "coen.iso")
	must(t, "attest", "sign", "manifest", "-k", "alice")
	exits(t, failure.Usage, "say with -k whose signature", "verify", "coen.iso", "--expect", "manifest")
	exits(t, failure.Refused, "made with another key", "verify", "coen.iso", "--expect", "manifest", "-k", "bob.pub")
	if out := must(t, "verify", "coen.iso", "--expect", "manifest", "-k", "alice.pub"); !strings.Contains(out, "Expected:   "+sum) {
		t.Error(out)
	}
	iso[len(iso)-1]++
	okay(t, os.WriteFile("coen.iso", iso, 0o600))
	exits(t, failure.Different, "coen.iso is different", "verify", "coen.iso", "--expect", "manifest", "-k", "alice.pub")
}

// TestDiffLocks compares locks and an image that has none.
func TestDiffLocks(t *testing.T) {
	text, err := os.ReadFile(lockBeside(smallRecipe))
	okay(t, err)
	newISO(t)
	write(t, "a.lock", string(text))
	write(t, "b.lock", strings.Replace(string(text), "package bash 5", "package bash 6", 1))
	if out := must(t, "diff", "a.lock", "a.lock"); !strings.Contains(out, "the same, byte for byte") {
		t.Error(out)
	}
	out, err := within(t, "diff", "a.lock", "b.lock", "--html", "d.html")
	if failure.ExitCode(err) != failure.Different || !strings.Contains(out, "1 package has another version.") || !strings.Contains(out, "bash 5") {
		t.Errorf("%v: %s", err, out)
	}
	write(t, "a&b.lock", string(text))
	if out := must(t, "diff", "a.lock", "a&b.lock", "--json"); !strings.Contains(out, `"a&b.lock"`) {
		t.Errorf("JSON for programs is escaped as if for HTML: %s", out)
	}
	page, err := os.ReadFile("d.html")
	okay(t, err)
	if !strings.Contains(string(page), "<td>bash</td>") {
		t.Errorf("page %s", page)
	}
	exits(t, failure.Unavailable, "recipe of a.lock", "diff", "a.lock", "x.iso")
	exits(t, failure.Unavailable, "recipe of b.lock", "diff", "x.iso", "b.lock")
}
