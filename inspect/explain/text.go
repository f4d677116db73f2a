package explain

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// deeds say what each kind of author did.
var deeds = map[string]string{
	"package": "unpacked from package",
	"script":  "written by a maintainer script of",
	"trigger": "written while a trigger was processed, by",
	"rule":    "written by a rule of recipe",
	"overlay": "from a vendor's archive, by overlay",
	"tool":    "made by COEN:",
}

// Text writes the chain for people, from the path to the keys.
func (c *Chain) Text(w io.Writer) error {
	t := &text{w: w}
	t.line(0, "%s", c.Path)
	if c.Real != c.Path {
		t.line(1, "is %s", c.Real)
	}
	t.line(1, "%s, mode %s, owner %d:%d%s", kinds[c.Kind], c.Mode, c.UID, c.GID, c.content())
	if !c.Intact {
		t.line(1, "BUT THE IMAGE HAS %s", c.Found)
	}
	t.author(c.Made, deeds[c.Made.Kind])
	for _, a := range c.Changed {
		t.author(a, "then changed: owner, mode or times,")
	}
	if p := c.Package; p != nil {
		t.line(1, "package %s %s, here because: %s", p.Name, p.Version, p.Reason)
		t.line(2, "%s, %d bytes", p.Path, p.Size)
		t.line(2, "SHA-256 %s", p.SHA256)
	}
	if s := c.Suite; s != nil {
		t.line(1, "listed in %s (looked up: %s)", s.Index, s.Listed)
		t.line(2, "SHA-256 %s", s.IndexSHA256)
		t.line(1, "which %s %s of %s vouches for", s.Archive, s.Name, s.Date.UTC().Format(time.DateTime))
		t.line(2, "SHA-256 %s of its InRelease file", s.InRelease)
		t.line(1, "signed by")
		for _, sig := range s.Signatures {
			t.line(2, "%s %s", sig.Fingerprint, sig.Signer)
		}
	}
	return t.err
}

// content names what a path holds.
func (c *Chain) content() string {
	switch c.Kind {
	case "f":
		return ", SHA-256 " + c.Digest
	case "l":
		return " to " + c.Digest
	case "c", "b":
		return " " + c.Digest
	}
	return ""
}

type text struct {
	w   io.Writer
	err error
}

func (t *text) line(depth int, format string, args ...any) {
	if t.err == nil {
		_, t.err = fmt.Fprintf(t.w, strings.Repeat("  ", depth)+format+"\n", args...)
	}
}

func (t *text) author(a Author, deed string) {
	what := strings.TrimSpace(deed + " " + a.Name)
	if a.Kind == "tool" && a.Name == "" {
		what += " it must exist"
	}
	t.line(1, "%s", what)
	if a.Detail != "" {
		t.line(2, "%s", a.Detail)
	}
	for _, l := range a.Lines {
		t.line(2, "%s:%d: %s", l.File, l.Number, l.Text)
	}
}
