package mirror

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"
)

// The archives of Debian that a lock can name.
const (
	Debian   = "debian"
	Security = "debian-security"
)

// A Mirror is a copy of an archive.
type Mirror struct {
	// Archive is Debian or Security.
	Archive string
	// Base is the URL of the archive's root, without a slash at its end. The
	// scheme is http, https or file.
	Base string
}

// A List names mirrors in the order in which to try them.
type List []Mirror

// Parse reads the values of --mirror or the words of COEN_MIRROR. A value is
// the URL of a mirror of the archive "debian", as http://host/debian, or the
// name of an archive, an equals sign and a URL, as
// debian-security=http://host/debian-security.
func Parse(values ...string) (List, error) {
	var list List
	for _, value := range values {
		archive, base := Debian, value
		if name, rest, found := strings.Cut(value, "="); found && !strings.Contains(name, "/") {
			archive, base = name, rest
		}
		if archive != Debian && archive != Security {
			return nil, fmt.Errorf("mirror %q: unknown archive %q", value, archive)
		}
		base, ok := cleanBase(base)
		if !ok {
			return nil, fmt.Errorf("mirror %q: not an http, https or file URL", value)
		}
		list = append(list, Mirror{archive, base})
	}
	return list, nil
}

// cleanBase checks a URL and takes slashes off its end.
func cleanBase(s string) (base string, ok bool) {
	u, err := url.Parse(s)
	if err != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", false
	}
	switch u.Scheme {
	case "http", "https":
		ok = u.Host != ""
	case "file":
		ok = path.IsAbs(u.Path) && (u.Host == "" || u.Host == "localhost")
		u.Host = ""
	}
	return strings.TrimRight(u.String(), "/"), ok
}

// snapshotSite is the public archive of every state Debian's archives ever had.
const snapshotSite = "https://snapshot.debian.org/archive/"

// Snapshot returns the public snapshot archive at time t and shortly after. It
// keeps several states a day and answers with the last one before the time
// asked for, so that what mirrors carried at t is in one of these, unless it
// was replaced within hours.
func Snapshot(t time.Time) List {
	var list List
	for _, archive := range []string{Debian, Security} {
		for _, later := range []time.Duration{0, 6 * time.Hour, 24 * time.Hour} {
			list = append(list, Mirror{archive, snapshotSite + archive + "/" + t.Add(later).UTC().Format("20060102T150405Z")})
		}
	}
	return list
}

// bases returns the mirrors of an archive, in order, each once.
func (l List) bases(archive string) []string {
	var bases []string
	for _, m := range l {
		if m.Archive == archive && !slices.Contains(bases, m.Base) {
			bases = append(bases, m.Base)
		}
	}
	return bases
}
