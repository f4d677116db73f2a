// Package released_test checks the releases that lie in this folder.
package released_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"coen/attest/consensus"
	"coen/attest/key"
	"coen/attest/manifest"
	"coen/lock"
	"coen/recipe"
)

func TestReleases(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() {
			if err := check(e.Name(), os.DirFS(e.Name())); err != nil {
				t.Errorf("%s: %v", e.Name(), err)
			}
		}
	}
}

// A release is what lies in a folder.
type release struct {
	dir      fs.FS
	manifest *manifest.Manifest
	policy   *consensus.Policy
}

// check refuses a folder that is not as README.md says.
func check(name string, dir fs.FS) (err error) {
	r := &release{dir: dir}
	text, err := fs.ReadFile(dir, "manifest")
	if err != nil {
		return err
	}
	if r.manifest, err = manifest.Parse(text); err != nil {
		return err
	}
	if want := r.manifest.Image + "-" + r.manifest.Release; name != want {
		return fmt.Errorf("the manifest is of %s", want)
	}
	rules, err := fs.ReadFile(dir, "policy.yaml")
	if err != nil {
		return err
	}
	if r.policy, err = consensus.ParsePolicy("policy.yaml", rules); err != nil {
		return err
	}
	return errors.Join(r.names(), r.signature(text), r.inputs(), r.agreement(), r.sheet())
}

var expected = regexp.MustCompile(`^(recipe\.(yaml|lock|InRelease)|manifest(\.sig|\.minisig)?|policy\.yaml|sheet\.(pdf|html)|statements/[A-Za-z0-9._@-]+\.json)$`)

func (r *release) names() error {
	return fs.WalkDir(r.dir, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && (!d.Type().IsRegular() || !expected.MatchString(name)) {
			err = fmt.Errorf("%s does not belong into a release", name)
		}
		return err
	})
}

// signature asks that a builder of the policy signed the manifest.
func (r *release) signature(text []byte) error {
	var keys []key.Public
	for _, b := range r.policy.Builders {
		keys = append(keys, b.Public()...)
	}
	for _, ext := range []string{".sig", ".minisig"} {
		sig, err := fs.ReadFile(r.dir, "manifest"+ext)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			_, err = manifest.Signer(text, sig, keys)
		}
		return err
	}
	return errors.New("the manifest is not signed")
}

// inputs holds recipe and lock against the manifest.
func (r *release) inputs() error {
	text, err := fs.ReadFile(r.dir, "recipe.yaml")
	if err != nil {
		return err
	}
	rec, err := recipe.Parse("recipe.yaml", text)
	if err != nil {
		return err
	}
	if rec.Digest() != r.manifest.Recipe.String() || rec.Name != r.manifest.Image || rec.Release != r.manifest.Release {
		return errors.New("the recipe is not that of the manifest")
	}
	if text, err = fs.ReadFile(r.dir, "recipe.lock"); err != nil {
		return err
	}
	l, err := lock.Parse(text)
	if err != nil {
		return err
	}
	if l.Digest() != r.manifest.Lock {
		return errors.New("the lock is not that of the manifest")
	}
	if err := r.signed(l); err != nil {
		return err
	}
	return l.CheckRecipe(r.manifest.Recipe)
}

// signed holds the InRelease files, which lie one after the other, against the
// lock.
func (r *release) signed(l *lock.Lock) error {
	text, err := fs.ReadFile(r.dir, "recipe.InRelease")
	if err != nil {
		return err
	}
	for _, s := range l.Suites {
		if int64(len(text)) < s.Size || sha256.Sum256(text[:s.Size]) != s.SHA256 {
			return fmt.Errorf("the InRelease file of %s is not that of the lock", s.Name)
		}
		text = text[s.Size:]
	}
	if len(text) > 0 {
		return errors.New("there are more InRelease files than the lock has suites")
	}
	return nil
}

// agreement counts the statements: the policy holds, and none is rejected.
func (r *release) agreement() error {
	names, err := fs.Glob(r.dir, "statements/*.json")
	if err != nil {
		return err
	}
	var files []consensus.File
	for _, name := range names {
		data, err := fs.ReadFile(r.dir, name)
		if err != nil {
			return err
		}
		files = append(files, consensus.File{Name: path.Base(name), Data: data})
	}
	m := r.manifest
	v := consensus.Decide(r.policy, consensus.Target{
		Image: m.Image, Release: m.Release, Recipe: m.Recipe, Lock: m.Lock, ISO: m.SHA256, Size: m.Size,
	}, files)
	if len(v.Rejected) > 0 {
		return fmt.Errorf("statement %s: %s", v.Rejected[0].File, v.Rejected[0].Why)
	}
	if !v.Holds() {
		return errors.New(strings.Join(v.Wanting, "; "))
	}
	return nil
}

// sheet looks for the hash on both forms of the sheet.
func (r *release) sheet() error {
	digits := slices.Collect(slices.Chunk([]byte(r.manifest.SHA256.String()), 4))
	for _, name := range []string{"sheet.pdf", "sheet.html"} {
		page, err := fs.ReadFile(r.dir, name)
		if err != nil {
			return err
		}
		for _, group := range digits {
			if !strings.Contains(string(page), string(group)) {
				return fmt.Errorf("%s does not show the hash", name)
			}
		}
	}
	return nil
}

// TestReadme has the table of README.md name what check asks for.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"recipe.yaml", "recipe.lock", "recipe.InRelease", "manifest", "manifest.sig", "manifest.minisig", "policy.yaml", "sheet.pdf", "sheet.html"} {
		if !strings.Contains(string(text), "`"+name+"`") || !expected.MatchString(name) {
			t.Errorf("%s", name)
		}
	}
	if _, err := os.Stat(filepath.FromSlash("../doc/release-checklist.md")); err != nil {
		t.Error(err)
	}
}
