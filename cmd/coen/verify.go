package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"

	"coen/inspect"
	"coen/internal/console"
	"coen/internal/failure"
	"coen/lock"
	"coen/verify"

	"github.com/spf13/cobra"
)

func verifyCommand() *cobra.Command {
	v := &verification{}
	cmd := &cobra.Command{
		Use:   "verify ISO|DEVICE",
		Short: "Find out whether an ISO, disc or stick is what its lock makes",
		Long: `Verify builds the image again from its lock and compares all bytes. With
--no-rebuild it compresses nothing and needs no network: it compares every file of
the image with what the packages of the lock, their scripts and the recipe make,
and lays the medium out again around what it found. On any difference it names what
differs and who should have made it.

With --expect it compares the image with a hash and needs nothing else. A manifest
must be signed with one of the keys given with -k.

The lock is the one that ships with coen for the recipe of that name. -r and -l
name another. --own-lock believes the lock on the medium itself: that tells whether
the medium is of a piece and its packages are Debian's, not whether it is the
release.

Of a disc or stick, what lies behind the image is left out and told.

Exit status: 0 the same, 1 different, 3 an input cannot be had, 4 a signature or
hash does not hold.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return v.run(cmd.Context(), cmd.OutOrStdout(), args[0])
		},
	}
	f := cmd.Flags()
	f.StringVar(&v.expect, "expect", "", "compare with a SHA-256: in hexadecimal, in a .sha256 file, or in a signed manifest")
	f.StringArrayVarP(&v.keys, "key", "k", nil, "file of a public key that may have signed the manifest (repeatable)")
	f.BoolVar(&v.quick, "no-rebuild", false, "compare file by file, compressing nothing; implies --offline")
	f.BoolVar(&v.own, "own-lock", false, "believe the lock and recipe on the medium")
	f.BoolVar(&v.offline, "offline", false, "use the store only")
	f.BoolVar(&v.json, "json", false, "print the result as JSON")
	f.IntVarP(&v.jobs, "jobs", "j", runtime.GOMAXPROCS(0), "how much to do at a time; the result does not depend on it")
	v.inputs.flags(cmd)
	v.cache.flags(cmd)
	v.overlays.flags(cmd)
	v.chosen = func() bool { return f.Changed("recipe") || f.Changed("lock") }
	return cmd
}

type verification struct {
	inputs
	cache   cacheChoice
	expect  string
	keys    []string
	quick   bool
	own     bool
	offline bool
	json    bool
	jobs    int
	chosen  func() bool // whether the user named recipe or lock
}

func (v *verification) run(ctx context.Context, stdout io.Writer, name string) error {
	if v.expect != "" && (v.quick || v.own || v.chosen()) {
		return errors.New("--expect compares with a hash; it goes with no lock and no --no-rebuild")
	}
	want, err := v.expected(name)
	if err != nil {
		return err
	}
	img, err := openImage(name)
	var system *fs.PathError
	if err != nil && !errors.As(err, &system) { // what is there is no image of ours
		return &failure.DifferentError{Err: err}
	}
	if err != nil {
		return err
	}
	defer img.Close()
	progress := console.New(os.Stderr)
	defer progress.Close()
	r := &verdict{Image: name, Size: img.Size, Behind: img.Behind}
	if v.expect == "" {
		err := v.check(ctx, img, progress, r)
		if v.cache.spoiled(err) {
			err = v.check(ctx, img, progress, r)
		}
		if err != nil {
			return err
		}
	}
	if err := r.measure(ctx, img, progress); err != nil {
		return err
	}
	if v.expect != "" {
		r.Expected = fmt.Sprintf("%x", want)
		r.Same = r.Expected == r.SHA256 && (img.device || img.Behind == 0)
	}
	progress.Close()
	if err := r.print(stdout, v.json, img.device); err != nil {
		return err
	}
	if !r.Same {
		return &failure.DifferentError{Err: errors.New(name + " is different")}
	}
	return nil
}

// check compares the image with what a lock makes.
func (v *verification) check(ctx context.Context, img *openedImage, progress *console.Progress, r *verdict) error {
	if err := v.choose(img.Image, r); err != nil {
		return err
	}
	if v.overlays.none {
		v.recipe = v.recipe.Open()
	}
	st, err := v.ready(ctx, v.offline || v.quick, progress)
	if err != nil {
		return err
	}
	r.Lock = v.lock.Digest().String()
	proof := make(chan error, 1) // it takes seconds, and another processor
	go func() { proof <- lock.Prove(v.lock, st, nil) }()
	made, err := v.assemble(ctx, st, &v.cache, v.jobs, progress)
	if err != nil {
		return fmt.Errorf("verify %s: %w", img.name, err)
	}
	defer made.Close()
	if r.Signatures, err = signatures(<-proof, len(v.lock.Packages)); err != nil {
		return err
	}
	o := verify.Options{Name: img.name, Lock: v.lock, Again: made.again, Trim: img.device, Progress: shown{progress}}
	compare := verify.Rebuild
	if v.quick {
		compare = verify.Files
	}
	if r.Report, err = compare(ctx, img.Image, made.system, o); err != nil {
		return fmt.Errorf("verify %s: %w", img.name, err)
	}
	r.Same = len(r.Report.Findings) == 0
	return nil
}

// choose decides which recipe and lock say what is right.
func (v *verification) choose(img *inspect.Image, r *verdict) error {
	switch {
	case v.own:
		r.LockFrom = "the medium itself"
		return v.loadFrom(img)
	case v.chosen():
		r.LockFrom = "the command line"
	default:
		own, err := img.Recipe()
		if err != nil {
			return fmt.Errorf("%w; say with -r and -l what the image should be", err)
		}
		name, ok := shippedFor(own)
		if !ok {
			return fmt.Errorf("no recipe that ships with coen makes %q; say with -r and -l what the image should be, or --own-lock", own.Name)
		}
		v.recipeName, r.LockFrom = name, "coen's own recipe "+name
	}
	return v.load()
}

// loadFrom takes recipe and lock from the medium.
func (v *verification) loadFrom(img *inspect.Image) (err error) {
	if v.recipe, err = img.Recipe(); err != nil {
		return err
	}
	if v.lock, err = img.Lock(); err != nil {
		return err
	}
	for _, s := range v.lock.Suites {
		signed, err := img.InRelease(s)
		if err != nil {
			return err
		}
		v.beside = append(v.beside, signed...)
	}
	return v.accept("on the medium")
}

// signatures says in words what came of going through the chain of signatures.
func signatures(err error, n int) (string, error) {
	var missing *failure.MissingError
	switch {
	case err == nil:
		return fmt.Sprintf("Debian's signatures hold for all %d packages", n), nil
	case errors.As(err, &missing):
		return "not gone through: " + missing.Items[0].Name + " is not in the store; the lock's hashes decide", nil
	}
	return "", err
}
