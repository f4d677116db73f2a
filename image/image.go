package image

import (
	"context"
	"fmt"
	"io"
	"time"

	"coen/install"
	"coen/install/dpkg"
	"coen/install/proc"
	"coen/install/rule"
	"coen/install/unpacked"
	"coen/overlay"
	"coen/recipe"
	"coen/tree"
)

// Inputs are all that an image depends on.
type Inputs struct {
	Recipe *recipe.Recipe
	// Lock is the lock file, from whose SHA-256 all identifiers derive.
	Lock []byte
	// InReleases are the signed files that the lock rests on, by their paths on
	// the medium.
	InReleases map[string][]byte
	// Packages are installed, Loaders only searched for boot loaders.
	Packages, Loaders []install.Package
	// Kernel is the version of the kernel among the packages, as uname -r
	// says it.
	Kernel string
	// Init is the program coen-init for the image's architecture.
	Init []byte
	// Programs are those of our own that the recipe names.
	Programs []Program
	// Overlays are the archives of the recipe's overlays, in their order.
	Overlays []Archive
}

// An Archive is opened once, and closed if it is an io.Closer. Its size is in bytes.
type Archive func() (io.ReaderAt, int64, error)

// Means are what a build works with. They change nothing in the result.
type Means struct {
	// Scratch is an empty file that takes the root file system.
	Scratch interface {
		io.ReaderAt
		io.WriterAt
	}
	Workers  int            // how many packages or blocks at a time; 1 if less
	Cache    unpacked.Cache // of packages, modules and compressed blocks, or nil
	Progress Progress
}

// A Progress is told how the work comes along.
type Progress interface {
	// Start begins a piece of work of so many items or bytes.
	Start(what string, total int64, bytes bool)
	// Add tells that n more are done.
	Add(n int64)
}

// A Result describes a finished image.
type Result struct {
	Size    int64    // in bytes
	SHA256  [32]byte // of the whole image
	Tree    *tree.Tree
	Install *install.Result
	// Provenance is the list of authors as it lies on the medium, compressed.
	Provenance []byte
}

// Build writes the image of in to out, in one pass from front to back. When it
// fails, what was written is of no use.
func Build(ctx context.Context, in Inputs, out io.Writer, m Means) (*Result, error) {
	s, err := Assemble(ctx, in, m)
	if err != nil {
		return nil, err
	}
	parts, err := s.Compress()
	if err != nil {
		return nil, err
	}
	return s.Write(parts, out)
}

type builder struct {
	ctx   context.Context
	in    Inputs
	means Means
	ids   identifiers
}

func newBuilder(ctx context.Context, in Inputs, m Means) *builder {
	return &builder{ctx: ctx, in: in, means: m, ids: newIdentifiers(in)}
}

func (b *builder) epoch() time.Time { return b.in.Recipe.Epoch.UTC() }

// install makes the tree: packages first, then our own programs, the recipe's
// rules, and overlays.
func (b *builder) install() (*tree.Tree, *install.Result, error) {
	r := b.in.Recipe
	t := tree.New(b.epoch().Unix())
	b.means.Progress.Start("Installing packages", int64(len(b.in.Packages)), false)
	done := 0
	options := install.Options{
		Arch:     r.Architecture,
		Exclude:  Exclusions(r.Exclude),
		Hostname: "localhost",
		Kernel:   b.in.Kernel,
		Cache:    b.means.Cache,
		Workers:  b.means.Workers,
		Progress: func(p install.Progress) {
			b.means.Progress.Add(int64(p.Done - done))
			done = p.Done
		},
	}
	for _, s := range r.Scripts {
		options.Rules = append(options.Rules, install.Rule{
			Package: s.Package, Script: s.Script, Command: s.Command, Status: s.Status, Reason: s.Reason,
		})
	}
	for _, a := range r.Debconf {
		options.Answers = append(options.Answers, install.Answer{
			Owner: a.Package, Question: a.Question, Type: a.Type, Value: a.Value,
		})
	}
	installed, err := install.Install(b.ctx, t, b.in.Packages, options)
	if err != nil {
		return nil, nil, err
	}
	if err := place(t, b.in.Programs); err != nil {
		return nil, nil, err
	}
	if err := rule.Apply(installed.Machine, r); err != nil {
		return nil, nil, fmt.Errorf("recipe %s: %w", r.Name, err)
	}
	for i, o := range r.Overlays {
		if err := lay(installed.Machine, o, b.in.Overlays[i]); err != nil {
			return nil, nil, err
		}
	}
	return t, installed, nil
}

// lay puts an overlay into the tree.
func lay(m *proc.Machine, o recipe.Overlay, archive Archive) error {
	r, size, err := archive()
	if err != nil {
		return fmt.Errorf("overlay %s: %w", o.Name, err)
	}
	if c, ok := r.(io.Closer); ok {
		defer c.Close()
	}
	return overlay.Apply(m, o, r, size)
}

// Exclusions turns those of a recipe into dpkg's: of several that match the
// last decides, so what is kept follows what is left out.
func Exclusions(list []recipe.Exclusion) (all dpkg.Filter) {
	for _, e := range list {
		for _, p := range e.Paths {
			all = append(all, dpkg.Exclusion{Pattern: p, Reason: e.Reason})
		}
		for _, p := range e.Keep {
			all = append(all, dpkg.Exclusion{Pattern: p, Reason: e.Reason, Include: true})
		}
	}
	return all
}
