package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"coen/inspect/diff"
	"coen/internal/console"
	"coen/pgpwords"
	"coen/verify"
)

// A verdict is what verify tells.
type verdict struct {
	Image      string         `json:"image"`
	Size       int64          `json:"size"`
	Behind     int64          `json:"behind"`
	BehindZero bool           `json:"behind_zero"`
	SHA256     string         `json:"sha256"`
	Words      string         `json:"pgp_words"`
	Expected   string         `json:"expected_sha256,omitempty"`
	Lock       string         `json:"lock_sha256,omitempty"`
	LockFrom   string         `json:"lock_from,omitempty"`
	Signatures string         `json:"signatures,omitempty"`
	Same       bool           `json:"same"`
	Report     *verify.Report `json:"report,omitempty"`
}

// measure hashes the image and looks behind it.
func (r *verdict) measure(ctx context.Context, img *openedImage, progress *console.Progress) error {
	progress.Start("Reading", img.Size, console.Bytes)
	sum, err := diff.Digest(ctx, io.TeeReader(img.Bytes(), adder{progress}))
	if err != nil {
		return err
	}
	r.SHA256, r.Words = fmt.Sprintf("%x", sum), pgpwords.String(sum[:])
	r.BehindZero, err = img.zeroBehind()
	return err
}

// adder counts what is read as progress.
type adder struct{ *console.Progress }

func (a adder) Write(p []byte) (int, error) {
	a.Add(int64(len(p)))
	return len(p), nil
}

func (r *verdict) print(w io.Writer, asJSON, device bool) error {
	if asJSON {
		return writeJSON(w, r)
	}
	fmt.Fprintf(w, "Image:      %s\nSize:       %d\n", r.Image, r.Size)
	if r.Behind > 0 {
		fmt.Fprintf(w, "Behind it:  %d bytes, %s\n", r.Behind, map[bool]string{true: "all zero", false: "not all zero"}[r.BehindZero])
	}
	fmt.Fprintf(w, "SHA-256:    %s\nPGP Words:  %s\n", r.SHA256, r.Words)
	if r.Expected != "" {
		fmt.Fprintf(w, "Expected:   %s\n", r.Expected)
		if !device && r.Behind > 0 {
			fmt.Fprintf(w, "            The file is longer than the image in it.\n")
		}
	}
	if r.Lock != "" {
		fmt.Fprintf(w, "Lock:       %s\n            from %s\nSignatures: %s\n", r.Lock, r.LockFrom, r.Signatures)
	}
	fmt.Fprintf(w, "Result:     %s\n", r.result())
	r.printFindings(w)
	return nil
}

func (r *verdict) result() string {
	switch {
	case r.Same && r.Report == nil:
		return "SAME: the image has the expected hash"
	case r.Same && r.Report.Rebuilt:
		return "SAME: rebuilt, and equal in every byte"
	case r.Same:
		return fmt.Sprintf("SAME: %d paths and everything around them are what the lock makes", r.Report.Paths)
	case r.Report == nil:
		return "DIFFERENT"
	}
	return fmt.Sprintf("DIFFERENT: %d findings", len(r.Report.Findings))
}

func (r *verdict) printFindings(w io.Writer) {
	if r.Report == nil {
		return
	}
	for _, f := range r.Report.Findings {
		fmt.Fprintf(w, "\nIn %s: %s\n", diff.Where(f.Place), diff.Printable(f.What))
		if f.Author != "" {
			fmt.Fprintf(w, "    made by %s\n", diff.Printable(f.Author))
		}
		for line := range strings.Lines(f.Detail) {
			fmt.Fprintf(w, "    | %s\n", diff.Printable(strings.TrimRight(line, "\n")))
		}
	}
	if r.Report.Cause != "" {
		fmt.Fprintf(w, "\n%s\n", diff.Printable(r.Report.Cause))
	}
}
