package archive

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"sync"

	"github.com/ProtonMail/go-crypto/openpgp"
)

//go:embed keys/*.pgp
var debianKeys embed.FS

// A Keyring holds the certificates (public keys) signatures are judged by.
type Keyring struct {
	keys openpgp.EntityList
}

// ReadKeyring reads certificates, binary or ASCII-armoured.
func ReadKeyring(data []byte) (*Keyring, error) {
	read := openpgp.ReadKeyRing
	if bytes.HasPrefix(data, []byte("-----BEGIN")) {
		read = openpgp.ReadArmoredKeyRing
	}
	keys, err := read(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("keyring: %v", err)
	}
	return &Keyring{keys}, nil
}

// Fingerprints returns the fingerprints of the primary keys, in upper-case
// hexadecimal.
func (k *Keyring) Fingerprints() []string {
	prints := make([]string, len(k.keys))
	for i, e := range k.keys {
		prints[i] = fingerprint(e)
	}
	return prints
}

func fingerprint(e *openpgp.Entity) string { return fmt.Sprintf("%X", e.PrimaryKey.Fingerprint) }

// debianKeyring reads the certificates that are part of this package.
var debianKeyring = sync.OnceValues(func() (*Keyring, error) {
	var all []byte
	files, err := fs.Glob(debianKeys, "keys/*.pgp")
	if err != nil {
		return nil, err
	}
	for _, name := range files {
		data, err := debianKeys.ReadFile(name)
		if err != nil {
			return nil, err
		}
		all = append(all, data...)
	}
	return ReadKeyring(all)
})

// A Policy says whose signatures an InRelease file needs.
type Policy struct {
	Keyring *Keyring
	// Require lists fingerprints of primary keys, each of which must have
	// signed. It must not be empty.
	Require []string
}

// Primary keys by release and kind, see the package comment.
const (
	bookwormArchive  = "B8B80B5B623EAB6AD8775C45B7C5D7D6350947F8"
	bookwormSecurity = "05AB90340C0C5E797F44A8C8254CF3B5AEC0A8F0"
	bookwormStable   = "4D64FEC119C2029067D6E791F8D2585B8783D481"
	trixieArchive    = "04B54C3CDCA79751B16BC6B5225629DF75B188BD"
	trixieSecurity   = "5E04A1E3223A19A20706E20F9904613D4CCE68C6"
	trixieStable     = "41587F7DB8C774BCCF131416762F67A0B2C39DE4"
)

// required lists, by suite, the keys whose signatures it needs. A point release
// is signed by the archive's key and, independently, by the release managers'.
var required = map[string][]string{
	"bookworm":           {bookwormArchive, bookwormStable},
	"bookworm-updates":   {bookwormArchive},
	"bookworm-backports": {bookwormArchive},
	"bookworm-security":  {bookwormSecurity},
	"trixie":             {trixieArchive, trixieStable},
	"trixie-updates":     {trixieArchive},
	"trixie-backports":   {trixieArchive},
	"trixie-security":    {trixieSecurity},
}

// DebianPolicy returns the policy for a suite of Debian's, named by code name,
// such as "trixie" or "trixie-security".
func DebianPolicy(suite string) (Policy, error) {
	keys, known := required[suite]
	if !known {
		return Policy{}, fmt.Errorf("suite %q: not one whose keys are known", suite)
	}
	keyring, err := debianKeyring()
	if err != nil {
		return Policy{}, err
	}
	return Policy{keyring, keys}, nil
}

// SuiteArchive returns the archive that carries a suite of Debian's: "debian",
// or "debian-security".
func SuiteArchive(suite string) string {
	if strings.HasSuffix(suite, "-security") {
		return "debian-security"
	}
	return "debian"
}
