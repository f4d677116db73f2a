package lock

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/clearsign"
	"github.com/ProtonMail/go-crypto/openpgp/packet"

	"coen/debian/archive"
	"coen/mirror"
	"coen/store"
)

// today is the time of these tests.
var today = time.Date(2026, 6, 15, 12, 0, 0, 0, time.UTC)

// A testArchive is an archive with a key of its own.
type testArchive struct {
	key   *openpgp.Entity
	files map[string][]byte // by path below the archive's root
}

func newKey(t *testing.T) *openpgp.Entity {
	t.Helper()
	born := today.AddDate(-1, 0, 0)
	key, err := openpgp.NewEntity("test", "", "test@example.org", &packet.Config{
		Algorithm: packet.PubKeyAlgoEdDSA, Time: func() time.Time { return born },
	})
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// newArchive returns an archive with a suite "main" of packages and a suite
// "extra" with a later version of one of them, both published yesterday.
func newArchive(t *testing.T) *testArchive {
	a := &testArchive{newKey(t), make(map[string][]byte)}
	a.publish(t, "main", today.AddDate(0, 0, -1), `
base 1 Essential: yes
tool 1 Depends: lib (>= 1), choice
lib 1
lib-two 1 Provides: choice
other 1
loader 1 Depends: nowhere`)
	a.publish(t, "extra", today.AddDate(0, 0, -1), `
lib 1.1`)
	return a
}

// publish makes a suite of lines with name, version and one field of a package.
func (a *testArchive) publish(t *testing.T, suite string, date time.Time, lines string) {
	t.Helper()
	var index strings.Builder
	for line := range strings.Lines(strings.TrimSpace(lines)) {
		words := strings.SplitN(strings.TrimSpace(line), " ", 3)
		deb := []byte(strings.Repeat("content of "+words[0]+words[1], 5000))
		path := "pool/" + words[0] + "_" + words[1] + ".deb"
		a.files[path] = deb
		fmt.Fprintf(&index, "Package: %s\nVersion: %s\nArchitecture: amd64\nFilename: %s\nSize: %d\nSHA256: %x\n%s\n\n",
			words[0], words[1], path, len(deb), sha256.Sum256(deb), strings.Join(append(words, "X: y")[2:], "\n"))
	}
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	w.Write([]byte(index.String()))
	w.Close()
	dir := "main/binary-amd64/"
	a.files["dists/"+suite+"/"+dir+"Packages.gz"] = zipped.Bytes()
	a.files[fmt.Sprintf("dists/%s/%sby-hash/SHA256/%x", suite, dir, sha256.Sum256(zipped.Bytes()))] = zipped.Bytes()
	listed := func(content []byte, name string) string {
		return fmt.Sprintf(" %x %d %s%s\n", sha256.Sum256(content), len(content), dir, name)
	}
	a.sign(t, suite, date, fmt.Sprintf("Suite: %s\nCodename: %[1]s\nDate: %s\nValid-Until: %s\n", suite, rfc(date), rfc(date.AddDate(0, 0, 7)))+
		"Acquire-By-Hash: yes\nArchitectures: amd64\nComponents: main\nSHA256:\n"+
		listed([]byte(index.String()), "Packages")+listed(zipped.Bytes(), "Packages.gz"))
}

func rfc(t time.Time) string { return t.Format("Mon, 02 Jan 2006 15:04:05 UTC") }

// sign makes an InRelease file.
func (a *testArchive) sign(t *testing.T, suite string, date time.Time, text string) {
	t.Helper()
	var b bytes.Buffer
	w, err := clearsign.Encode(&b, a.key.PrivateKey, &packet.Config{Time: func() time.Time { return date }})
	if err != nil {
		t.Fatal(err)
	}
	w.Write([]byte(strings.TrimSuffix(text, "\n")))
	w.Close()
	b.WriteByte('\n')
	a.files["dists/"+suite+"/InRelease"] = b.Bytes()
}

func (a *testArchive) policies(string) (archive.Policy, error) {
	var b bytes.Buffer
	if err := a.key.Serialize(&b); err != nil {
		return archive.Policy{}, err
	}
	ring, err := archive.ReadKeyring(b.Bytes())
	return archive.Policy{Keyring: ring, Require: ring.Fingerprints()}, err
}

// A fault is how a mirror answers for paths that have a string in them.
type fault struct {
	path    string
	handler func(w http.ResponseWriter, r *http.Request, content []byte)
}

// serve starts a mirror of the archive and returns its base.
func (a *testArchive) serve(t *testing.T, faults ...fault) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := strings.TrimPrefix(r.URL.Path, "/debian/")
		content, found := a.files[path]
		for _, f := range faults {
			if strings.Contains(path, f.path) {
				f.handler(w, r, content)
				return
			}
		}
		if !found {
			http.NotFound(w, r)
			return
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
	}))
	t.Cleanup(server.Close)
	return server.URL + "/debian"
}

// client returns a client of mirrors, with an empty store.
func client(t *testing.T, bases ...string) *mirror.Client {
	t.Helper()
	s, err := store.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	c := &mirror.Client{Store: s, Stall: 150 * time.Millisecond, Pause: time.Millisecond}
	for _, base := range bases {
		c.Mirrors = append(c.Mirrors, mirror.Mirror{Archive: mirror.Debian, Base: base})
	}
	return c
}

// request asks for package tool and for loader for its boot loader.
func (a *testArchive) request(c *mirror.Client) Request {
	return Request{
		Arch: "amd64", Time: today, Client: c, Policies: a.policies,
		Suites: []Suite{
			{Archive: mirror.Debian, Name: "main", Components: []string{"main"}},
			{Archive: mirror.Debian, Name: "extra", Components: []string{"main"}},
		},
		Packages: []string{"tool"},
		Loaders:  []string{"loader", "tool"},
	}
}
