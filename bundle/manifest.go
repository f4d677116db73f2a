package bundle

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"io/fs"
	"strings"
)

// ManifestName is the name of the first member, the list of all others.
const ManifestName = "SHA256SUMS"

const (
	maxManifest = 16 << 20 // bytes
	maxMember   = 4 << 30  // bytes
	maxPath     = 1024     // bytes
)

// A sum is a line of the manifest.
type sum struct {
	path   string
	sha256 [32]byte
}

// formatManifest writes what sha256sum writes in text mode.
func formatManifest(sums []sum) []byte {
	var b bytes.Buffer
	for _, s := range sums {
		fmt.Fprintf(&b, "%x  %s\n", s.sha256, s.path)
	}
	return b.Bytes()
}

// parseManifest reads what formatManifest writes: paths strictly ascending by
// bytes.
func parseManifest(data []byte) ([]sum, error) {
	if len(data) == 0 || data[len(data)-1] != '\n' {
		return nil, fmt.Errorf("%s does not end with a line", ManifestName)
	}
	var all []sum
	last := ""
	for i, line := range strings.Split(string(data[:len(data)-1]), "\n") {
		s, err := parseSum(line)
		if err == nil && s.path <= last {
			err = fmt.Errorf("%q is not in order", s.path)
		}
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", ManifestName, i+1, err)
		}
		last = s.path
		all = append(all, s)
	}
	return all, nil
}

func parseSum(line string) (s sum, err error) {
	digest, name, ok := strings.Cut(line, "  ")
	if !ok || len(digest) != 64 || strings.ToLower(digest) != digest {
		return s, fmt.Errorf("%q is not a SHA-256, two blanks and a path", line)
	}
	if _, err := hex.Decode(s.sha256[:], []byte(digest)); err != nil {
		return s, fmt.Errorf("%q is not a SHA-256", digest)
	}
	s.path = name
	return s, checkPath(name)
}

// checkPath accepts paths that mean the same everywhere: relative, clean,
// printable ASCII, and nothing that sha256sum or Windows would take for
// something else.
func checkPath(name string) error {
	ok := len(name) <= maxPath && fs.ValidPath(name) && name != "." && name != ManifestName
	for _, c := range []byte(name) {
		ok = ok && c > ' ' && c < 0x7f && c != '\\' && c != ':'
	}
	if !ok {
		return fmt.Errorf("%q cannot be the path of a member", name)
	}
	return nil
}
