package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"coen/debian/deb"
	"coen/lock"
	"coen/store"
)

func (b *bench) root() string { return filepath.Join(b.dir, "root") }

// mmdebstrap installs the packages of the lock into a folder.
func (b *bench) mmdebstrap(ctx context.Context) (measure, error) {
	repository, err := filepath.Abs(filepath.Join(b.dir, "repository"))
	if err != nil {
		return measure{}, err
	}
	for _, dir := range []string{repository, b.root()} {
		if err := os.RemoveAll(dir); err != nil {
			return measure{}, err
		}
	}
	names, err := b.fill(repository)
	if err != nil {
		return measure{}, err
	}
	return command(ctx, []string{
		"mmdebstrap", "--mode=root", "--variant=essential", "--format=directory", "--quiet",
		`--aptopt=APT::Install-Recommends "false"`, "--include=" + strings.Join(names, ","),
		"trixie", b.root(), "deb [trusted=yes] copy:" + repository + " ./",
	}, "LC_ALL=C")
}

// fill makes a repository of the lock's packages and returns what to install.
func (b *bench) fill(dir string) (names []string, err error) {
	l, err := b.lock()
	if err != nil {
		return nil, err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, err
	}
	st, err := store.Open(filepath.Join(cache, "coen"))
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	var index strings.Builder
	for _, p := range l.Packages {
		if p.Reason == lock.Loader {
			continue
		}
		file := p.Name + "_" + p.Arch + ".deb"
		control, err := describe(st, p)
		if err == nil {
			err = os.Symlink(st.Path(p.SHA256), filepath.Join(dir, file))
		}
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&index, "%sFilename: ./%s\nSize: %d\nSHA256: %s\n\n", control, file, p.Size, p.SHA256)
		names = append(names, p.Name+"="+p.Version)
	}
	// The essential packages are taken from the suite of this name only.
	release := fmt.Sprintf("Suite: trixie\nCodename: trixie\nSHA256:\n %x %d Packages\n", sha256.Sum256([]byte(index.String())), index.Len())
	return names, errors.Join(
		os.WriteFile(filepath.Join(dir, "Packages"), []byte(index.String()), 0o644),
		os.WriteFile(filepath.Join(dir, "Release"), []byte(release), 0o644))
}

// describe returns the control paragraph of a package.
func describe(st *store.Store, p lock.Package) (string, error) {
	o, err := st.Get(p.SHA256)
	if err != nil {
		return "", err
	}
	defer o.Close()
	d, err := deb.Open(o, o.Size)
	if err != nil {
		return "", err
	}
	return fmt.Sprint(d.Control), nil
}

func (b *bench) live() string { return filepath.Join(b.dir, "medium", "live") }

// mksquashfs compresses the folder as the predecessor does.
func (b *bench) mksquashfs(ctx context.Context) (measure, error) {
	if err := os.MkdirAll(b.live(), 0o755); err != nil {
		return measure{}, err
	}
	image := filepath.Join(b.live(), "filesystem.squashfs")
	m, err := command(ctx, []string{
		"mksquashfs", b.root(), image, "-noappend", "-no-progress", "-comp", "xz", "-Xbcj", "x86",
		"-b", "1024K", "-Xdict-size", "1024K", "-no-fragments", "-wildcards",
		"-e", "boot", "usr/share/doc", "proc/*", "sys/*", "dev/*", "tmp/*", "var/cache/apt/*", "var/lib/apt/lists/*",
	})
	if err != nil {
		return m, err
	}
	return m.sized(image)
}

// xorriso makes the ISO, with kernel and initramfs.
func (b *bench) xorriso(ctx context.Context) (measure, error) {
	for _, pattern := range []string{"vmlinuz-*", "initrd.img-*"} {
		found, err := filepath.Glob(filepath.Join(b.root(), "boot", pattern))
		if err != nil {
			return measure{}, err
		}
		for _, file := range found {
			data, err := os.ReadFile(file)
			if err == nil {
				err = os.WriteFile(filepath.Join(b.live(), filepath.Base(file)), data, 0o644)
			}
			if err != nil {
				return measure{}, err
			}
		}
	}
	iso := filepath.Join(b.dir, "theirs.iso")
	m, err := command(ctx, []string{"xorriso", "-as", "mkisofs", "-quiet", "-V", "PREDECESSOR", "-J", "-R", "-o", iso, filepath.Join(b.dir, "medium")})
	if err != nil {
		return m, err
	}
	return m.sized(iso)
}
