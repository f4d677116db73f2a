package desktop

import (
	"errors"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"coen/tree"
)

// Write makes the database of the desktop files below dir. Files that cannot be
// understood, and media types that are invalid, do not count.
func Write(t *tree.Tree, dir string) error {
	c := cache{}
	if err := c.directory(t, dir, ""); err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString("[MIME Cache]\n")
	for _, media := range slices.Sorted(maps.Keys(c)) {
		b.WriteString(media + "=")
		for _, name := range slices.Compact(slices.Sorted(slices.Values(c[media]))) {
			b.WriteString(name + ";")
		}
		b.WriteByte('\n')
	}
	return t.WriteFile(path.Join(dir, "mimeinfo.cache"), []byte(b.String()), 0o644)
}

// A cache has the ids of desktop files by media type.
type cache map[string][]string

func (c cache) directory(t *tree.Tree, dir, prefix string) error {
	n, err := t.Lookup(dir)
	if err != nil {
		return err
	}
	if n.Kind != tree.Directory {
		return &fs.PathError{Op: "read", Path: dir, Err: errors.New("not a directory")}
	}
	for _, name := range n.Names() {
		file := path.Join(dir, name)
		n, err := t.Lookup(file)
		switch {
		case err != nil: // a link to nowhere
		case n.Kind == tree.Directory:
			err = c.directory(t, file, prefix+name+"-")
		case n.Kind == tree.Regular && strings.HasSuffix(name, ".desktop"):
			err = c.file(n, prefix+name)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func (c cache) file(n *tree.Node, id string) error {
	text, err := n.Read()
	if err != nil {
		return err
	}
	entry, ok := parse(string(text))
	if hidden := strings.TrimRight(entry["Hidden"], spaces); !ok || hidden == "true" || hidden == "1" {
		return nil
	}
	for _, media := range list(entry["MimeType"]) {
		if media = strings.TrimRight(media, spaces); valid(media) {
			c[media] = append(c[media], id)
		}
	}
	return nil
}

// known are the first halves of media types: what RFC 2045 and later ones
// register, what desktops use besides, and some which are discouraged.
var known = []string{"application", "audio", "font", "image", "model", "text", "video",
	"chemical", "inode", "x-content", "x-scheme-handler", "message", "multipart", "x-directory"}

// exceptions are valid though their first halves are not.
var exceptions = []string{"misc/ultravox", "flv-application/octet-stream",
	"zz-application/zz-winassoc-123", "zz-application/zz-winassoc-cab", "zz-application/zz-winassoc-cdr",
	"zz-application/zz-winassoc-doc", "zz-application/zz-winassoc-hlp", "zz-application/zz-winassoc-ini",
	"zz-application/zz-winassoc-lwp", "zz-application/zz-winassoc-lzh", "zz-application/zz-winassoc-mdb",
	"zz-application/zz-winassoc-uu", "zz-application/zz-winassoc-xls"}

func valid(media string) bool {
	first, second, _ := strings.Cut(media, "/")
	if second == "" || !isToken(second) {
		return false
	}
	private := len(first) > 1 && strings.EqualFold(first[:2], "x-") && isToken(first)
	return private || slices.Contains(known, first) || slices.Contains(exceptions, media)
}

// isToken reports whether s has none of the characters that RFC 2045 forbids.
func isToken(s string) bool {
	return !strings.ContainsFunc(s, func(c rune) bool {
		return c <= ' ' || c == 0x7f || strings.ContainsRune("()<>@,;:\\\"/[]?=", c)
	})
}
