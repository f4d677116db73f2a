package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"coen/debian/archive"
	"coen/image"
	"coen/install"
	"coen/internal/console"
	"coen/lock"
	"coen/medium"
	"coen/payload"
	"coen/store"

	"github.com/spf13/cobra"
)

func buildCommand() *cobra.Command {
	b := &build{}
	cmd := &cobra.Command{
		Use:   "build",
		Short: "Build the ISO",
		Long: `Build makes the ISO of a recipe from what its lock names, which it fetches first
unless --offline is given. It prints four lines on standard output: path, size,
SHA-256 and PGP words of the ISO.

The archives of overlays are looked for in the folders of --overlay-dir, and
never fetched. Such an image has the names of its overlays in its own, and the
hash of the image without them, which everyone can build, follows the four lines.

Beside the ISO it leaves, under the same name, .sha256 for sha256sum -c,
.provenance.tsv.zst with the author of every path, .spdx.json with the packages
and programs it consists of, and .buildinfo.json with the digests of what went in.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return b.run(cmd.Context(), cmd.OutOrStdout())
		},
	}
	f := cmd.Flags()
	f.StringVarP(&b.out, "output", "o", "", "ISO to write (default: build/NAME-RELEASE-ARCH.iso)")
	f.BoolVar(&b.offline, "offline", false, "use the store only")
	f.IntVarP(&b.jobs, "jobs", "j", runtime.GOMAXPROCS(0), "how much to do at a time; the result does not depend on it")
	b.cache.flags(cmd)
	b.overlays.flags(cmd)
	b.inputs.flags(cmd)
	return cmd
}

type build struct {
	inputs
	cache   cacheChoice
	out     string
	offline bool
	jobs    int
}

// built is what came of a build.
type built struct {
	*image.Result
	open *archive.Digest // of the image without overlays, if there are any
}

// garbage is how many percent of what is in use may be garbage besides: a build
// has some 100 MB in use, and collecting more often costs a second.
const garbage = 400

func (b *build) run(ctx context.Context, stdout io.Writer) error {
	debug.SetGCPercent(garbage)
	if err := b.load(); err != nil {
		return err
	}
	if b.overlays.none {
		b.recipe = b.recipe.Open()
	}
	r := b.recipe
	if b.out == "" {
		b.out = filepath.Join("build", fmt.Sprintf("%s-%s-%s.iso", r.Image(), r.Release, r.Architecture))
	}
	progress := console.New(os.Stderr)
	defer progress.Close()
	st, err := b.ready(ctx, b.offline, progress)
	if err != nil {
		return err
	}
	result, err := b.write(ctx, st, progress)
	if b.cache.spoiled(err) {
		result, err = b.write(ctx, st, progress)
	}
	if err != nil {
		return fmt.Errorf("build recipe %s: %w", b.recipeName, err)
	}
	progress.Close()
	fmt.Fprintf(stdout, "ISO:        %s\nSize:       %d\n", b.out, result.Size)
	printWords(stdout, result.SHA256)
	printOpen(stdout, r.Overlays, result.open)
	return nil
}

// write builds the ISO and what lies beside it. Everything appears at the end,
// or nothing does.
func (b *build) write(ctx context.Context, st *store.Store, progress *console.Progress) (*built, error) {
	in, err := imageInputs(&b.inputs, st)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(b.out), 0o755); err != nil {
		return nil, err
	}
	if info, err := os.Stat(b.out); err == nil && info.IsDir() {
		return nil, fmt.Errorf("%s is a folder; say with -o which file to write", b.out)
	}
	iso, err := newFile(b.out)
	if err != nil {
		return nil, err
	}
	defer iso.discard()
	scratch, err := newFile(b.out + ".root")
	if err != nil {
		return nil, err
	}
	defer scratch.discard()
	kept, err := b.cache.open(filepath.Dir(b.out))
	if err != nil {
		return nil, err
	}
	defer kept.Close()
	means := image.Means{Scratch: scratch, Workers: b.jobs, Cache: kept, Progress: shown{progress}}
	result := &built{}
	if result.open, err = buildOpen(ctx, in, means); err != nil {
		return nil, err
	}
	if result.Result, err = image.Build(ctx, in, iso, means); err != nil {
		return nil, err
	}
	return result, b.finish(iso, result)
}

// shown draws the progress of a build.
type shown struct{ *console.Progress }

func (s shown) Start(what string, total int64, bytes bool) {
	unit := console.Items
	if bytes {
		unit = console.Bytes
	}
	s.Progress.Start(what, total, unit)
}

// imageInputs names what an image is made from.
func imageInputs(b *inputs, st *store.Store) (image.Inputs, error) {
	in := image.Inputs{Recipe: b.recipe, Lock: b.lock.Bytes(), InReleases: map[string][]byte{}}
	signed, err := lock.InReleases(b.lock, st)
	if err != nil {
		return in, err
	}
	for i, s := range b.lock.Suites {
		in.InReleases[medium.InRelease(s.Archive, s.Name)] = signed[i]
	}
	for _, p := range b.lock.Packages {
		opened := install.Package{
			Name: p.Name + " " + p.Version,
			Open: func() (io.ReaderAt, int64, error) {
				o, err := st.Get(p.SHA256)
				if err != nil {
					return nil, 0, err
				}
				return o, o.Size, nil
			},
			SHA256: p.SHA256,
		}
		if slices.Contains(b.recipe.Boot.Packages, p.Name) {
			in.Loaders = append(in.Loaders, opened)
		}
		if p.Reason != lock.Loader {
			in.Packages = append(in.Packages, opened)
		}
		if version, ok := kernelVersion(p.Name); ok {
			in.Kernel = version
		}
	}
	if in.Overlays, err = b.overlays.archives(b.recipe.Overlays); err != nil {
		return in, err
	}
	if in.Programs, err = programs(b.recipe.Programs); err != nil {
		return in, err
	}
	in.Init, err = payload.Program("coen-init")
	return in, err
}

// programs takes programs of the image out of this one.
func programs(names []string) (list []image.Program, err error) {
	for _, name := range names {
		p := image.Program{Name: name, Names: payload.Names(name)}
		if p.Content, err = payload.Program(name); err != nil {
			return nil, err
		}
		if p.Pages, err = payload.Pages(name); err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

// kernelVersion returns the version in the name of a kernel's package,
// "linux-image-6.12.1-amd64", which is what uname -r says.
func kernelVersion(name string) (string, bool) {
	version, ok := strings.CutPrefix(name, "linux-image-")
	return version, ok && version != "" && version[0] >= '0' && version[0] <= '9'
}
