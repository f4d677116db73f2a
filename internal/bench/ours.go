package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"coen/debian/archive"
	"coen/lock"
	"coen/recipe"
	"coen/recipes"
)

// cold builds with an empty cache.
func (b *bench) cold(ctx context.Context) (measure, error) {
	if err := os.RemoveAll(filepath.Join(b.dir, "cache")); err != nil {
		return measure{}, err
	}
	return b.build(ctx, b.recipe)
}

// warm builds the same once more.
func (b *bench) warm(ctx context.Context) (measure, error) { return b.build(ctx, b.recipe) }

// changed builds after a change to a file of the recipe, with a cache that knows the
// recipe as it was.
func (b *bench) changed(ctx context.Context) (measure, error) {
	file := filepath.Join(b.dir, "changed.yaml")
	text, err := recipes.Files.ReadFile(b.recipe + ".yaml")
	if err != nil {
		return measure{}, err
	}
	const files = "\nfiles:\n"
	head, tail, ok := strings.Cut(string(text), files)
	if !ok {
		return measure{}, errors.New("the recipe has no files")
	}
	changed := head + files + "  - path: /etc/changed\n    content: \"changed\\n\"\n" + tail
	r, err := recipe.Parse(b.recipe, []byte(changed))
	if err != nil {
		return measure{}, err
	}
	l, err := b.lock()
	if err != nil {
		return measure{}, err
	}
	if l.Recipe, err = archive.ParseDigest(r.Digest()); err != nil {
		return measure{}, err
	}
	if err := os.WriteFile(file, []byte(changed), 0o644); err != nil {
		return measure{}, err
	}
	signed, err := recipes.Files.ReadFile(b.recipe + ".InRelease")
	if err != nil {
		return measure{}, err
	}
	stem := strings.TrimSuffix(file, ".yaml")
	if err := os.WriteFile(stem+".lock", l.Bytes(), 0o644); err != nil {
		return measure{}, err
	}
	if err := os.WriteFile(stem+".InRelease", signed, 0o644); err != nil {
		return measure{}, err
	}
	return b.build(ctx, file)
}

func (b *bench) build(ctx context.Context, recipe string) (measure, error) {
	iso := filepath.Join(b.dir, "ours.iso")
	m, err := command(ctx, []string{b.coen, "build", "--offline", "-r", recipe, "--cache", filepath.Join(b.dir, "cache"), "-o", iso})
	if err != nil {
		return m, err
	}
	return m.sized(iso)
}

// lock returns the lock that ships with the recipe.
func (b *bench) lock() (*lock.Lock, error) {
	data, err := recipes.Files.ReadFile(b.recipe + ".lock")
	if err != nil {
		return nil, err
	}
	return lock.Parse(data)
}
