package image

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"coen/debian/archive"
	"coen/install"
	"coen/internal/oracle"
	"coen/lock"
	"coen/mirror"
	"coen/recipe"
	"coen/recipes"
	"coen/store"
)

// shipped returns what an image of a shipped recipe depends on, with the store
// that has the packages.
func shipped(t *testing.T, name string) (Inputs, *store.Store, []lock.Package) {
	t.Helper()
	text, err := recipes.Files.ReadFile(name + ".yaml")
	must(t, err)
	r, err := recipe.Parse(name, text)
	must(t, err)
	text, err = recipes.Files.ReadFile(name + ".lock")
	must(t, err)
	l, err := lock.Parse(text)
	must(t, err)
	st, l := fetched(t, r, l)
	in := Inputs{Recipe: r, Lock: l.Bytes()}
	var packages []lock.Package
	for _, p := range l.Packages {
		if p.Reason == lock.Loader {
			continue
		}
		packages = append(packages, p)
		if version, ok := strings.CutPrefix(p.Name, "linux-image-"); ok && version != p.Arch {
			in.Kernel = version
		}
		in.Packages = append(in.Packages, install.Package{
			Name: p.Name,
			Open: func() (io.ReaderAt, int64, error) {
				o, err := st.Get(p.SHA256)
				if err != nil {
					return nil, 0, err
				}
				return o, o.Size, nil
			},
		})
	}
	return in, st, packages
}

// fetched returns the store of this user with all that a lock names. When the
// lock's packages can no longer be had, it is one of today.
func fetched(t *testing.T, r *recipe.Recipe, l *lock.Lock) (*store.Store, *lock.Lock) {
	t.Helper()
	cache, err := os.UserCacheDir()
	must(t, err)
	st, err := store.Open(filepath.Join(cache, "coen"))
	must(t, err)
	if lock.CheckStore(l, st) == nil {
		return st, l
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Minute)
	defer cancel()
	mirrors := append(mirror.FromApt(os.DirFS("/etc/apt")), mirror.Snapshot(l.Time)...)
	client := &mirror.Client{Store: st, Mirrors: mirrors}
	if err = lock.Fetch(ctx, l, client); err == nil {
		return st, l
	}
	t.Logf("a lock of today is used, as the shipped one cannot be fetched: %v", err)
	if l, err = lock.Make(ctx, request(t, r, client)); err == nil {
		err = lock.Fetch(ctx, l, client)
	}
	if err != nil {
		oracle.Missing(t, "the packages cannot be had: %v", err)
	}
	return st, l
}

// request asks for a lock of what a recipe wants.
func request(t *testing.T, r *recipe.Recipe, client *mirror.Client) lock.Request {
	t.Helper()
	digest, err := archive.ParseDigest(r.Digest())
	must(t, err)
	q := lock.Request{
		Client: client, Recipe: digest, Arch: r.Architecture,
		Packages: r.Packages, Loaders: r.Boot.Packages, Time: time.Now(),
	}
	for _, s := range r.Sources {
		for _, suite := range s.Suites {
			q.Suites = append(q.Suites, lock.Suite{Archive: s.Archive, Name: suite, Components: s.Components})
		}
	}
	return q
}
