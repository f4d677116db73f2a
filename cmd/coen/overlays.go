package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"coen/attest"
	"coen/debian/archive"
	"coen/image"
	"coen/internal/failure"
	"coen/pgpwords"
	"coen/recipe"

	"github.com/spf13/cobra"
)

// An overlayChoice is what a build does about the overlays of its recipe.
type overlayChoice struct {
	dirs []string
	none bool
}

func (o *overlayChoice) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVar(&o.dirs, "overlay-dir", nil, "folder with the archives of overlays (repeatable; also those of COEN_OVERLAYS)")
	f.BoolVar(&o.none, "open", false, "leave overlays out: the image that needs no vendor's archive")
}

// folders returns where to look, in this order.
func (o *overlayChoice) folders() []string {
	return append(o.dirs, filepath.SplitList(os.Getenv("COEN_OVERLAYS"))...)
}

// archives finds the archives of overlays. They are never fetched.
func (o *overlayChoice) archives(overlays []recipe.Overlay) (list []image.Archive, err error) {
	missing := &failure.MissingError{}
	for _, wanted := range overlays {
		item := failure.Missing{Name: fmt.Sprintf("%s of overlay %s, which is the operator's own (--overlay-dir)", wanted.Archive, wanted.Name)}
		found := ""
		for _, dir := range o.folders() {
			name := filepath.Join(dir, wanted.Archive)
			item.Tried = append(item.Tried, name)
			if _, err := os.Stat(name); err == nil {
				found = name
				break
			} else if !errors.Is(err, fs.ErrNotExist) {
				return nil, err
			}
		}
		if found == "" {
			missing.Items = append(missing.Items, item)
		}
		list = append(list, func() (io.ReaderAt, int64, error) { return openArchive(found) })
	}
	if len(missing.Items) > 0 {
		return nil, missing
	}
	return list, nil
}

func openArchive(name string) (io.ReaderAt, int64, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, 0, err
	}
	return f, info.Size(), nil
}

// buildOpen builds the image without overlays, to know its hash.
func buildOpen(ctx context.Context, in image.Inputs, m image.Means) (*archive.Digest, error) {
	if len(in.Recipe.Overlays) == 0 {
		return nil, nil
	}
	in.Recipe = in.Recipe.Open()
	r, err := image.Build(ctx, in, io.Discard, m)
	if err != nil {
		return nil, err
	}
	return (*archive.Digest)(&r.SHA256), nil
}

// printOpen tells of overlays, and of the image without them.
func printOpen(w io.Writer, overlays []recipe.Overlay, open *archive.Digest) {
	if open == nil {
		return
	}
	for _, o := range overlays {
		fmt.Fprintf(w, "Overlay:    %s %s %s\n", o.Name, o.Archive, o.SHA256)
	}
	fmt.Fprintf(w, "Open:       %s\nOpen Words: %s\n", open, pgpwords.String(open[:]))
}

// overlayInfo lists overlays for those who read programs' output.
func overlayInfo(overlays []recipe.Overlay) (list []attest.Overlay, err error) {
	for _, o := range overlays {
		sum, err := archive.ParseDigest(o.SHA256)
		if err != nil {
			return nil, err
		}
		list = append(list, attest.Overlay{Name: o.Name, Archive: o.Archive, SHA256: sum})
	}
	return list, nil
}
