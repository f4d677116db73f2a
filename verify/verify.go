package verify

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"coen/image"
	"coen/inspect"
	"coen/inspect/diff"
	"coen/lock"
)

// Options say what an image is compared with.
type Options struct {
	// Name is what the image is called in reports.
	Name string
	// Lock is the one that the System was made from.
	Lock *lock.Lock
	// Again is an empty file that takes the image that is made again.
	Again Scratch
	// Trim says that the image was read from a device, which is larger: what lies
	// behind the image is then told and no finding.
	Trim     bool
	Progress image.Progress
}

// Scratch is a file for what does not fit into memory.
type Scratch interface {
	io.ReaderAt
	io.WriterAt
}

// A Report says what was found.
type Report struct {
	// Rebuilt is set when all bytes were compared with those of a build.
	Rebuilt bool `json:"rebuilt"`
	// Paths is how many paths of the root file system were compared one by one.
	Paths int `json:"paths,omitempty"`
	// Cause is the reason of all findings in one sentence, where there is one.
	Cause string `json:"cause,omitempty"`
	// Findings are the differences. Empty means that the image is what the lock
	// makes.
	Findings []Finding `json:"findings"`
}

// A Finding is one respect in which the image is not what the lock makes.
type Finding struct {
	Place  inspect.Place `json:"place"`
	Path   string        `json:"path"`
	What   string        `json:"what"`             // in words, with the path
	Author string        `json:"author,omitempty"` // who should have made it
	Detail string        `json:"detail,omitempty"` // some lines for reading
}

// Rebuild makes the image of s and compares all bytes. If they are not the same it
// goes on as Files does, to say why.
func Rebuild(ctx context.Context, img *inspect.Image, s *image.System, o Options) (*Report, error) {
	parts, err := s.Compress()
	if err != nil {
		return nil, err
	}
	c := &comparer{found: img.Bytes()}
	out := bufio.NewWriterSize(c, 1<<20)
	_, err = s.Write(parts, out)
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		return nil, err
	}
	if c.same() && (o.Trim || img.Behind == 0) {
		return &Report{Rebuilt: true, Findings: []Finding{}}, nil
	}
	r, err := Files(ctx, img, s, o)
	if err != nil {
		return nil, err
	}
	r.Rebuilt = true
	if len(r.Findings) == 0 {
		r.Cause = "The same content, compressed otherwise, as another version of the zstd encoder does it."
		r.Findings = append(r.Findings, Finding{Place: diff.OfImage, Path: "bytes", What: c.String()})
	}
	return r, nil
}

// An unreadableError is one of the image that is checked, and a finding.
type unreadableError struct{ error }

// Files compares everything in the image with s, without compressing anything again.
func Files(ctx context.Context, img *inspect.Image, s *image.System, o Options) (*Report, error) {
	made, differs, err := side(img, s, o)
	var bad unreadableError
	if errors.As(err, &bad) {
		return unreadable(bad), nil
	}
	if err != nil {
		return nil, err
	}
	o.Progress.Start("Comparing paths", 0, true)
	d, err := diff.Compare(ctx, made, &diff.Side{Name: o.Name, Image: img})
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil { // what was made again can be read
		return unreadable(err), nil
	}
	r := &Report{Paths: len(s.Records), Findings: findings(d, o.Trim)}
	if len(r.Findings) > 0 {
		r.Cause = d.Cause
		return r, nil
	}
	return r, r.bytes(img, s, differs)
}

// Side returns what s makes as a side of a comparison with an image, whose compressed
// blocks it takes. Of the options, Lock and Again count.
func Side(img *inspect.Image, s *image.System, o Options) (*diff.Side, error) {
	made, _, err := side(img, s, o)
	return made, err
}

func side(img *inspect.Image, s *image.System, o Options) (*diff.Side, *comparer, error) {
	again, differs, err := layOut(img, s, o.Again)
	return &diff.Side{Name: "the lock", Image: again, Lock: o.Lock, Root: newRoot(s)}, differs, err
}

// unreadable reports an image of which a part cannot be read.
func unreadable(err error) *Report {
	return &Report{Findings: []Finding{{Place: diff.OfImage, What: fmt.Sprintf("cannot be read: %v", err)}}}
}

// findings turns differences into findings.
func findings(d *diff.Report, trim bool) []Finding {
	list := []Finding{}
	for _, p := range d.Packages {
		list = append(list, Finding{Place: diff.OfLock, Path: p.Name, What: p.String()})
	}
	for i := range d.Changes {
		c := &d.Changes[i]
		if c.Follows != "" || trim && c.Behind() {
			continue
		}
		for _, what := range c.Phrases() {
			list = append(list, Finding{Place: c.Place, Path: c.Path, What: what, Author: c.Author, Detail: c.Detail})
		}
	}
	return list
}

// bytes looks at what no file shows, once all files are as they should be: the
// bytes of the medium between them, and those of the root file system.
func (r *Report) bytes(img *inspect.Image, s *image.System, medium *comparer) error {
	if !medium.same() {
		r.Findings = append(r.Findings, Finding{Place: diff.OfImage, Path: "bytes", What: medium.String()})
		return nil
	}
	found, err := img.Root()
	if err != nil {
		return err
	}
	content, err := rootBytes(img)
	if err != nil {
		return err
	}
	c := &comparer{found: content}
	size, err := s.LayRoot(c, found)
	if err != nil {
		return err
	}
	if c.at = size; !c.same() {
		r.Findings = append(r.Findings, Finding{Place: inspect.InRoot, Path: "bytes", What: c.String()})
	}
	return nil
}
