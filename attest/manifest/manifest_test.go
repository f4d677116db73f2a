package manifest_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coen/attest/attesttest"
	"coen/attest/key"
	"coen/attest/manifest"
	"coen/debian/archive"
	"coen/internal/failure"
	"coen/internal/oracle"
)

// example returns the example of spec/manifest.md.
func example(t testing.TB) []byte {
	t.Helper()
	spec, err := os.ReadFile("../../spec/manifest.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(spec), "## Example\n\n```\n")
	text, _, _ := strings.Cut(rest, "```")
	return []byte(text)
}

func TestExample(t *testing.T) {
	m, err := manifest.Parse(example(t))
	if err != nil {
		t.Fatal(err)
	}
	if m.Image != "coen" || m.Release != "3.0.0" || m.ISO != "coen-3.0.0-amd64.iso" || m.Size != 471859200 {
		t.Errorf("%+v", m)
	}
	m.Overlays = []manifest.Overlay{{Name: "luna", SHA256: attesttest.Digest("luna")}}
	m.Open = attesttest.Digest("open")
	again, err := manifest.Parse(m.Bytes())
	if err != nil || len(again.Overlays) != 1 || again.Open != m.Open {
		t.Errorf("%+v, %v", again, err)
	}
}

func TestRefuses(t *testing.T) {
	good := string(example(t))
	for name, bad := range map[string]string{
		"empty":         "",
		"another file":  "coen-lock 1\n",
		"another form":  strings.Replace(good, "manifest 1", "manifest 2", 1),
		"another hash":  strings.Replace(good, "sha256 4d", "sha256 4e", 1),
		"another word":  strings.Replace(good, "obtuse", "ocean", 1),
		"missing line":  strings.Replace(good, "size 471859200\n", "", 1),
		"repeated line": strings.Replace(good, "size", "size 471859200\nsize", 1),
		"unknown line":  good + "more 1\n",
		"path":          strings.Replace(good, "iso coen", "iso ../coen", 1),
		"sign":          strings.Replace(good, "size 4", "size +4", 1),
		"nothing":       strings.Replace(good, "size 471859200", "size 0", 1),
		"carriage":      strings.ReplaceAll(good, "\n", "\r\n"),
		"escape":        strings.Replace(good, "release 3", "release \x1b3", 1),
		"no newline":    strings.TrimSuffix(good, "\n"),
		"open only":     strings.Replace(good, "iso", "open "+attesttest.Digest("").String()+"\niso", 1),
		"overlay only":  strings.Replace(good, "iso", "overlay a "+attesttest.Digest("").String()+"\niso", 1),
	} {
		if _, err := manifest.Parse([]byte(bad)); err == nil {
			t.Errorf("%s: accepted\n%s", name, bad)
		}
	}
}

func TestOpen(t *testing.T) {
	alice, text := attesttest.Key(t, "alice"), example(t)
	sig, err := manifest.Sign(text, alice)
	if err != nil {
		t.Fatal(err)
	}
	keys := []key.Public{attesttest.Key(t, "bob").Public(), alice.Public()}
	if _, err := manifest.Open(text, sig, keys); err != nil {
		t.Error(err)
	}
	for name, bad := range map[string]func() error{
		"another key": func() error { _, err := manifest.Open(text, sig, keys[:1]); return err },
		"no key":      func() error { _, err := manifest.Open(text, sig, nil); return err },
		"another text": func() error {
			_, err := manifest.Open(bytes.Replace(text, []byte("3.0.0"), []byte("3.0.1"), 1), sig, keys)
			return err
		},
		"no signature": func() error { _, err := manifest.Open(text, nil, keys); return err },
	} {
		if err := bad(); failure.ExitCode(err) != failure.Refused {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := manifest.Sign([]byte("anything"), alice); err == nil {
		t.Error("signed what is no manifest")
	}
}

// TestKeygenReads has ssh-keygen judge a signed manifest.
func TestKeygenReads(t *testing.T) {
	oracle.Need(t, "ssh-keygen")
	alice, text, dir := attesttest.Key(t, "alice"), example(t), t.TempDir()
	sig, err := manifest.Sign(text, alice)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"manifest": text, "manifest.sig": sig, "allowed": []byte("alice " + alice.Public().String())} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	oracle.Run(t, "sh", "-c", "cd '"+dir+"' && ssh-keygen -Y verify -f allowed -I alice -n coen-manifest -s manifest.sig < manifest")
}

func FuzzParse(f *testing.F) {
	f.Add(example(f))
	f.Add((&manifest.Manifest{
		Image: "a", Release: "b", ISO: "c", Size: 1, Open: archive.Digest{1},
		Overlays: []manifest.Overlay{{Name: "x"}, {Name: "y"}},
	}).Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		if m, err := manifest.Parse(data); err == nil && !bytes.Equal(m.Bytes(), data) {
			t.Errorf("%q has another form, %q", data, m.Bytes())
		}
	})
}
