package lock

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"coen/debian/archive"
	"coen/internal/failure"
	"coen/mirror"
	"coen/store"
)

// summary shows what a lock says about packages, without hashes.
func summary(l *Lock) string {
	var b strings.Builder
	for _, p := range l.Packages {
		fmt.Fprintf(&b, "%s %s %s %s\n", p.Name, p.Version, p.Suite, p.Reason)
	}
	return b.String()
}

const wantSummary = `base 1 main essential
lib 1.1 extra tool Depends: lib (>= 1)
lib-two 1 main tool Depends: choice
loader 1 main loader
tool 1 main requested
`

func TestMakeAndFetch(t *testing.T) {
	a := newArchive(t)
	c := client(t, a.serve(t))
	l, err := Make(t.Context(), a.request(c))
	if err != nil {
		t.Fatal(err)
	}
	if got := summary(l); got != wantSummary {
		t.Errorf("packages\n%swant\n%s", got, wantSummary)
	}
	again, err := Parse(l.Bytes())
	if err != nil || again.Digest() != l.Digest() {
		t.Errorf("read back: %v", err)
	}
	if err := CheckStore(l, c.Store); failure.ExitCode(err) != failure.Unavailable {
		t.Errorf("before fetching: %v", err)
	}
	if err := Fetch(t.Context(), l, c); err != nil {
		t.Fatal(err)
	}
	if err := CheckStore(l, c.Store); err != nil {
		t.Errorf("after fetching: %v", err)
	}
	// From now on no mirror is needed.
	c.Mirrors = nil
	if err := Fetch(t.Context(), l, c); err != nil {
		t.Errorf("with all in the store: %v", err)
	}
	if err := Prove(l, c.Store, a.policies); err != nil {
		t.Errorf("proof: %v", err)
	}
}

// TestSameLock: one state of the archives gives one lock, whichever mirror it
// came from.
func TestSameLock(t *testing.T) {
	a := newArchive(t)
	var locks [][]byte
	for range 3 {
		l, err := Make(t.Context(), a.request(client(t, a.serve(t))))
		if err != nil {
			t.Fatal(err)
		}
		locks = append(locks, l.Bytes())
	}
	if !bytes.Equal(locks[0], locks[1]) || !bytes.Equal(locks[1], locks[2]) {
		t.Error("locks differ")
	}
}

func TestProof(t *testing.T) {
	a := newArchive(t)
	l, err := Make(t.Context(), a.request(client(t, a.serve(t))))
	if err != nil {
		t.Fatal(err)
	}
	// A store elsewhere gets the proof as long as mirrors have it.
	c := client(t, a.serve(t))
	if err := Prove(l, c.Store, a.policies); failure.ExitCode(err) != failure.Unavailable {
		t.Errorf("without the files: %v", err)
	}
	if gone, err := FetchProof(t.Context(), l, c, a.policies); err != nil || len(gone) != 0 {
		t.Errorf("gone %v, %v", gone, err)
	}
	if err := Prove(l, c.Store, a.policies); err != nil {
		t.Error(err)
	}
	// A lock that was edited is not proven.
	forged, _ := Parse(l.Bytes())
	forged.Packages[0].SHA256[0] ^= 1
	if err := Prove(forged, c.Store, a.policies); failure.ExitCode(err) != failure.Refused || !strings.Contains(err.Error(), "pool/base_1.deb: not listed so") {
		t.Errorf("forged package: %v", err)
	}
	forged, _ = Parse(l.Bytes())
	forged.Suites[0].Date = forged.Suites[0].Date.Add(time.Second)
	if err := Prove(forged, c.Store, a.policies); failure.ExitCode(err) != failure.Refused {
		t.Errorf("forged date: %v", err)
	}
	// Mirrors that have moved on stop nobody.
	a.publish(t, "main", today, "base 2 Essential: yes\ntool 1")
	late := client(t, a.serve(t))
	gone, err := FetchProof(t.Context(), l, late, a.policies)
	if err != nil || strings.Join(gone, " ") != "debian/dists/main/InRelease" {
		t.Errorf("after moving on: gone %v, %v", gone, err)
	}
	if err := Fetch(t.Context(), l, late); err != nil {
		t.Errorf("after moving on: %v", err)
	}
}

// What mirrors do to files. content is nil if there is no such file.

func answer(change func([]byte) []byte) func(http.ResponseWriter, *http.Request, []byte) {
	return func(w http.ResponseWriter, r *http.Request, content []byte) {
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(change(bytes.Clone(content))))
	}
}

var (
	flip = answer(func(b []byte) []byte { b[len(b)/2] ^= 1; return b })
	grow = answer(func(b []byte) []byte { return append(b, '\n') })
	trim = answer(func(b []byte) []byte { return b[:len(b)-1] })
)

func notFound(w http.ResponseWriter, r *http.Request, _ []byte) { http.NotFound(w, r) }

func hang(w http.ResponseWriter, r *http.Request, _ []byte) { <-r.Context().Done() }

func cut(w http.ResponseWriter, r *http.Request, content []byte) {
	w.Header().Set("Content-Length", fmt.Sprint(len(content)))
	w.Write(content[:len(content)/2])
	w.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}

// TestTamper lets a mirror do everything bad, to each kind of file; then again
// with a good mirror behind it.
func TestTamper(t *testing.T) {
	const inRelease, index, pkg = "main/InRelease", "binary-amd64", "tool_1.deb"
	for _, c := range []struct {
		what    string
		path    string
		handler func(http.ResponseWriter, *http.Request, []byte)
		code    int
		want    string
	}{
		{"InRelease: changed byte", inRelease, flip, failure.Refused, "signature"},
		{"InRelease: more bytes", inRelease, grow, failure.Refused, "does not end with its signature"},
		{"InRelease: unsigned", inRelease, answer(unsign), failure.Refused, "does not begin with a signed message"},
		{"InRelease: other suite's", inRelease, answer(nil), failure.Refused, `is for suite "extra"`},
		{"InRelease: 404", inRelease, notFound, failure.Unavailable, "404 Not Found"},
		{"InRelease: hangs", inRelease, hang, failure.Unavailable, "nothing came for"},
		{"InRelease: cut", inRelease, cut, failure.Unavailable, "unexpected EOF"},
		{"index: changed byte", index, flip, failure.Refused, "has SHA-256"},
		{"index: too long", index, grow, failure.Refused, "bytes, not"},
		{"index: too short", index, trim, failure.Refused, "bytes, not"},
		{"index: 404", index, notFound, failure.Unavailable, "404 Not Found"},
		{"index: hangs", index, hang, failure.Unavailable, "nothing came for"},
		{"index: cut", index, cut, failure.Unavailable, "unexpected EOF"},
		{"package: changed byte", pkg, flip, failure.Refused, "has SHA-256"},
		{"package: too long", pkg, grow, failure.Refused, "bytes, not"},
		{"package: too short", pkg, trim, failure.Refused, "bytes, not"},
		{"package: 404", pkg, notFound, failure.Unavailable, "404 Not Found"},
		{"package: hangs", pkg, hang, failure.Unavailable, "nothing came for"},
		{"package: cut", pkg, cut, failure.Unavailable, "unexpected EOF"},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			a := newArchive(t)
			if c.what == "InRelease: other suite's" {
				c.handler = answer(func([]byte) []byte { return a.files["dists/extra/InRelease"] })
			}
			bad := a.serve(t, fault{c.path, c.handler})
			alone := client(t, bad)
			err := makeAndFetch(t, a, alone)
			if got := failure.ExitCode(err); got != c.code {
				t.Errorf("exit code %d, want %d: %v", got, c.code, err)
			}
			if err == nil {
				return
			}
			if !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), bad) {
				t.Errorf("message %q lacks %q or the mirror", err, c.want)
			}
			if c.code == failure.Refused && strings.Contains(err.Error(), "\n") {
				t.Errorf("message of several lines: %v", err)
			}
			nothingHalf(t, alone.Store, c.code == failure.Refused)

			if err := makeAndFetch(t, a, client(t, bad, a.serve(t))); err != nil {
				t.Errorf("with a good mirror behind it: %v", err)
			}
		})
	}
}

func unsign(b []byte) []byte {
	_, text, _ := bytes.Cut(b, []byte("\n\n"))
	text, _, _ = bytes.Cut(text, []byte("-----BEGIN PGP SIGNATURE-----"))
	return text
}

func makeAndFetch(t *testing.T, a *testArchive, c *mirror.Client) error {
	t.Helper()
	l, err := Make(t.Context(), a.request(c))
	if err != nil {
		return err
	}
	return Fetch(t.Context(), l, c)
}

// nothingHalf fails the test if an object of the store is not what its name
// says, and, if all is true, if anything else was left there.
func nothingHalf(t *testing.T, s *store.Store, all bool) {
	t.Helper()
	root := filepath.Join(s.Path([32]byte{}), "..", "..", "..")
	fresh, err := store.Open(root)
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		switch sum, err := archive.ParseDigest(filepath.Base(path)); {
		case strings.Contains(path, "partial"):
			if all {
				t.Errorf("left behind: %s", path)
			}
		case err != nil || !fresh.Has(sum):
			t.Errorf("half-written: %s", path)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// TestDates: an archive that is stale, from the future or rolled back, and keys
// that are not the right ones, are refused.
func TestDates(t *testing.T) {
	for _, c := range []struct {
		what string
		set  func(a *testArchive, r *Request)
		want string
	}{
		{"expired", func(a *testArchive, r *Request) { r.Time = today.AddDate(0, 0, 7) }, "expired: was valid until 2026-06-21T12:00:00Z"},
		{"from the future", func(a *testArchive, r *Request) { r.Time = today.AddDate(0, 0, -2) }, "in the future"},
		{"rolled back", func(a *testArchive, r *Request) {
			r.Previous = &Lock{Suites: []Suite{{Name: "extra", Date: today}}}
		}, "rolled back: dated 2026-06-14T12:00:00Z, and one of 2026-06-15T12:00:00Z was seen before"},
		{"wrong key", func(a *testArchive, r *Request) {
			other := &testArchive{key: newKey(t)}
			r.Policies = other.policies
		}, "not signed by the required key"},
		{"Debian's key", func(a *testArchive, r *Request) {
			r.Policies = nil
			r.Suites = []Suite{{Archive: mirror.Debian, Name: "trixie", Components: []string{"main"}}}
			a.files["dists/trixie/InRelease"] = a.files["dists/main/InRelease"]
		}, "not signed by the required key 04B54C3CDCA79751B16BC6B5225629DF75B188BD"},
	} {
		a := newArchive(t)
		r := a.request(client(t, a.serve(t)))
		c.set(a, &r)
		_, err := Make(t.Context(), r)
		if failure.ExitCode(err) != failure.Refused || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.what, err, c.want)
		}
	}
}

// TestAsk: requests that cannot be met, by whose fault.
func TestAsk(t *testing.T) {
	for _, c := range []struct {
		set  func(r *Request)
		code int
		want string
	}{
		{func(r *Request) { r.Packages = []string{"nosuch"} }, failure.Unavailable, `package "nosuch" is in none of the suites`},
		{func(r *Request) { r.Loaders = []string{"nosuch"} }, failure.Unavailable, `package "nosuch" is in none of the suites`},
		{func(r *Request) { r.Packages = []string{"choice"} }, failure.Unavailable, "is virtual; ask for one that provides it: lib-two"},
		{func(r *Request) { r.Packages = []string{"loader"} }, failure.Usage, "loader Depends: nowhere: in none of the suites"},
		{func(r *Request) { r.Suites[0].Components = []string{"contrib"} }, failure.Usage, `suite main has no component "contrib"`},
		{func(r *Request) { r.Arch = "s390x" }, failure.Usage, `suite main has no architecture "s390x"`},
		{func(r *Request) { r.Policies = nil }, failure.Usage, `suite "main": not one whose keys are known`},
		{func(r *Request) { r.Suites[0].Archive = "elsewhere" }, failure.Unavailable, "no mirror of archive elsewhere is known"},
	} {
		a := newArchive(t)
		r := a.request(client(t, a.serve(t)))
		c.set(&r)
		_, err := Make(t.Context(), r)
		if failure.ExitCode(err) != c.code || !strings.Contains(err.Error(), c.want) {
			t.Errorf("exit code %d, %v; want %d, %s", failure.ExitCode(err), err, c.code, c.want)
		}
	}
}
