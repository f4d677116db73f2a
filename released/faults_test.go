package released_test

import (
	"bytes"
	"crypto/sha256"
	"io/fs"
	"maps"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"coen/attest"
	"coen/attest/attesttest"
	"coen/attest/manifest"
	"coen/debian/archive"
	"coen/lock"
	"coen/profile"
	"coen/recipe"
	"coen/recipes"
	"coen/sheet"
)

// example makes a release as it should be, and its name.
func example(t *testing.T) (string, fstest.MapFS) {
	t.Helper()
	text, err := fs.ReadFile(recipes.Files, "console.yaml")
	if err != nil {
		t.Fatal(err)
	}
	r, err := recipe.Parse("console", text)
	if err != nil {
		t.Fatal(err)
	}
	l := &lock.Lock{Profile: profile.Current, Recipe: sha256.Sum256(text), Arch: "amd64", Time: time.Unix(1e9, 0)}
	m := &manifest.Manifest{
		Image: r.Name, Release: r.Release, Recipe: l.Recipe, Lock: l.Digest(),
		ISO: "an.iso", Size: 7, SHA256: attesttest.Digest("an iso\n"),
	}
	dir := fstest.MapFS{}
	add := func(name string, data []byte) { dir[name] = &fstest.MapFile{Data: data} }
	add("recipe.yaml", text)
	add("recipe.lock", l.Bytes())
	add("recipe.InRelease", nil)
	add("manifest", m.Bytes())
	policy := "require: {builders: 2}\nbuilders:\n"
	for _, name := range []string{"alice", "bob"} {
		k := attesttest.Key(t, name)
		policy += "- {name: " + name + ", keys: [" + k.Public().String() + "]}\n"
		s := attesttest.Statement("an iso\n")
		s.Body.Image, s.Body.Release, s.Body.Recipe, s.Body.Lock, s.Body.Size = m.Image, m.Release, m.Recipe, m.Lock, m.Size
		add("statements/"+name+".json", attesttest.Sign(t, s, k))
	}
	add("policy.yaml", []byte(policy))
	sig, err := manifest.Sign(m.Bytes(), attesttest.Key(t, "alice"))
	if err != nil {
		t.Fatal(err)
	}
	add("manifest.sig", sig)
	var pdf, html bytes.Buffer
	in := &sheet.Input{Manifest: m, Paper: sheet.A4}
	if err := sheet.PDF(&pdf, in); err != nil {
		t.Fatal(err)
	}
	if err := sheet.HTML(&html, in); err != nil {
		t.Fatal(err)
	}
	add("sheet.pdf", pdf.Bytes())
	add("sheet.html", html.Bytes())
	return m.Image + "-" + m.Release, dir
}

// TestFaults plants one fault at a time in a good release; check finds each.
func TestFaults(t *testing.T) {
	name, good := example(t)
	if err := check(name, good); err != nil {
		t.Fatal(err)
	}
	for file := range good {
		dir := maps.Clone(good)
		delete(dir, file)
		if check(name, dir) == nil {
			t.Errorf("%s is missing, and nobody notices", file)
		}
	}
	if check("coen-9.9.9", good) == nil {
		t.Error("a folder of another release")
	}
	replace := func(old, with string) func([]byte) []byte {
		return func(b []byte) []byte { return []byte(strings.Replace(string(b), old, with, 1)) }
	}
	_, another := example(t)
	for _, c := range []struct {
		file, want string
		change     func([]byte) []byte
	}{
		{"recipe.yaml", "the recipe is not that", func(b []byte) []byte { return append(b, "# \n"...) }},
		{"recipe.lock", "the lock is not that", replace("2001-09-09", "2001-09-10")},
		{"recipe.InRelease", "more InRelease files", func([]byte) []byte { return []byte("Origin: Debian\n") }},
		{"manifest", "words are of another hash", replace("size 7", "size 07")},
		{"manifest", "signature", replace("size 7", "size 8")},
		{"manifest.sig", "refused", func([]byte) []byte { return another["sheet.html"].Data }},
		{"policy.yaml", "3 of 2 builders", replace("builders: 2", "builders: 3")},
		{"statements/bob.json", "bob.json", replace("payload", "Payload")},
		{"sheet.html", "does not show the hash", func([]byte) []byte { return nil }},
		{"notes.txt", "does not belong", func([]byte) []byte { return nil }},
		{"statements/carol.json", "which is no builder's", func([]byte) []byte {
			return attesttest.Sign(t, attesttest.Statement(""), attesttest.Key(t, "carol"))
		}},
		{"statements/bob-2.json", "1 builder in dissent", func([]byte) []byte {
			s := attesttest.Statement("another")
			m, _ := manifest.Parse(good["manifest"].Data)
			s.Body.Image, s.Body.Release, s.Body.Recipe, s.Body.Lock = m.Image, m.Release, m.Recipe, m.Lock
			s.ISO, s.Body.Result = attest.File{Name: m.ISO, SHA256: archive.Digest(m.SHA256)}, attest.Differs
			return attesttest.Sign(t, s, attesttest.Key(t, "bob"))
		}},
	} {
		dir := maps.Clone(good)
		var before []byte
		if f := good[c.file]; f != nil {
			before = bytes.Clone(f.Data)
		}
		dir[c.file] = &fstest.MapFile{Data: c.change(before)}
		if err := check(name, dir); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: want %q, got %v", c.file, c.want, err)
		}
	}
}
