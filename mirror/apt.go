package mirror

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"path"
	"strings"

	"coen/debian/deb822"
)

// FromApt returns the mirrors that a host's apt is set up to use. The file
// system is that of apt's configuration, usually /etc/apt; one without sources
// gives an empty list. Only URLs that end in "debian" or "debian-security"
// count. The suites do not matter: a mirror carries them all.
//
// Files that cannot be read or understood are skipped: this is only a hint as
// to where bytes may be found.
func FromApt(etcApt fs.FS) List {
	names := []string{"sources.list"}
	for _, pattern := range []string{"sources.list.d/*.list", "sources.list.d/*.sources"} {
		found, _ := fs.Glob(etcApt, pattern) // the error is for bad patterns
		names = append(names, found...)
	}
	var list List
	for _, name := range names {
		text, err := fs.ReadFile(etcApt, name)
		if err != nil {
			continue
		}
		uris := oneLine
		if path.Ext(name) == ".sources" {
			uris = stanzas
		}
		for _, uri := range uris(text) {
			if base, ok := cleanBase(uri); ok {
				if archive := path.Base(base); archive == Debian || archive == Security {
					list = append(list, Mirror{archive, base})
				}
			}
		}
	}
	return list
}

// oneLine returns the URIs of a file in the traditional format of
// sources.list(5): type, options in brackets, URI, suite, components.
func oneLine(text []byte) []string {
	var uris []string
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "#")
		kind, rest, _ := strings.Cut(strings.TrimSpace(strings.ReplaceAll(line, "\t", " ")), " ")
		if kind != "deb" && kind != "deb-src" {
			continue
		}
		if rest = strings.TrimSpace(rest); strings.HasPrefix(rest, "[") {
			_, rest, _ = strings.Cut(rest, "]")
		}
		if words := strings.Fields(rest); len(words) > 0 {
			uris = append(uris, words[0])
		}
	}
	return uris
}

// stanzas returns the URIs of a file in deb822 format.
func stanzas(text []byte) []string {
	r := deb822.NewReader(bytes.NewReader(text))
	r.Comments = true
	var uris []string
	for {
		p, err := r.Next()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				return nil
			}
			return uris
		}
		if strings.ToLower(p.Get("Enabled")) != "no" {
			uris = append(uris, strings.Fields(p.Get("URIs"))...)
		}
	}
}
