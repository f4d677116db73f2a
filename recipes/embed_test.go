package recipes

import (
	"path"
	"strings"
	"testing"

	"coen/debian/archive"
	"coen/lock"
	"coen/recipe"
	"coen/store"
)

// TestShipped wants a lock beside every recipe, made from it and for a profile that
// there is, and beside the lock the InRelease files that it names.
func TestShipped(t *testing.T) {
	entries, err := Files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		name, isRecipe := strings.CutSuffix(e.Name(), ".yaml")
		if !isRecipe {
			continue
		}
		t.Run(name, func(t *testing.T) {
			r, err := recipe.Parse(name, read(t, name+".yaml"))
			if err != nil {
				t.Fatal(err)
			}
			l, err := lock.Parse(read(t, name+".lock"))
			if err != nil {
				t.Fatal(err)
			}
			digest, err := archive.ParseDigest(r.Digest())
			if err == nil {
				err = l.CheckRecipe(digest)
			}
			if err == nil {
				err = l.Profile.Check()
			}
			if err != nil {
				t.Error(err)
			}
			s, err := store.Open(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			if err := lock.KeepInReleases(l, s, read(t, name+".InRelease")); err != nil {
				t.Fatal(err)
			}
			if _, err := lock.InReleases(l, s); err != nil {
				t.Errorf("%s: make it again with coen lock: %v", path.Join("recipes", name+".InRelease"), err)
			}
		})
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := Files.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
