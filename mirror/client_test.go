package mirror

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"coen/internal/failure"
	"coen/store"
)

// content is what mirrors in these tests have at pool/a.deb; it is larger than
// progress, so that being cut off in it counts.
var content = bytes.Repeat([]byte("0123456789abcdef"), 20000)

func object(content []byte) Object {
	return Object{Debian, []string{"pool/a.deb"}, int64(len(content)), sha256.Sum256(content)}
}

// serve starts a mirror and returns its base.
func serve(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

func client(t *testing.T, bases ...string) *Client {
	t.Helper()
	s, err := store.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	c := &Client{Store: s, Stall: 150 * time.Millisecond, Pause: time.Millisecond}
	for _, base := range bases {
		c.Mirrors = append(c.Mirrors, Mirror{Debian, base})
	}
	return c
}

func good(w http.ResponseWriter, r *http.Request) {
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
}

func send(content []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
	}
}

// chunked sends without saying how much it will be.
func chunked(content []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.(http.Flusher).Flush()
		w.Write(content)
	}
}

// cut breaks the line after n bytes of what is asked for.
func cut(n int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var from int
		fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-", &from)
		w.Header().Set("Content-Length", fmt.Sprint(len(content)-from))
		if from > 0 {
			w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, len(content)-1, len(content)))
			w.WriteHeader(http.StatusPartialContent)
		}
		end := min(from+n, len(content))
		w.Write(content[from:end])
		if end < len(content) {
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}
	}
}

func hang(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

func hangInBody(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Length", fmt.Sprint(len(content)))
	w.Write(content[:1000])
	w.(http.Flusher).Flush()
	<-r.Context().Done()
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(code) }
}

func changed() []byte {
	b := bytes.Clone(content)
	b[len(b)-1] ^= 1
	return b
}

// TestBehaviour lets mirrors behave in all ways, alone and before a good one.
func TestBehaviour(t *testing.T) {
	for _, c := range []struct {
		what    string
		handler http.HandlerFunc
		code    int    // exit code if there is no other mirror
		want    string // of the message then
	}{
		{"good", good, 0, ""},
		{"good, of unknown size", chunked(content), 0, ""},
		{"cut again and again", cut(100 << 10), 0, ""},
		{"cut at once", cut(0), failure.Unavailable, "unexpected EOF"},
		{"cut after few bytes", cut(10), failure.Unavailable, "unexpected EOF"},
		{"not found", status(404), failure.Unavailable, "404 Not Found"},
		{"forbidden", status(403), failure.Unavailable, "403 Forbidden"},
		{"overloaded", status(503), failure.Unavailable, "503 Service Unavailable"},
		{"hangs", hang, failure.Unavailable, "nothing came for 150ms"},
		{"hangs in the body", hangInBody, failure.Unavailable, "nothing came for 150ms"},
		{"changed byte", send(changed()), failure.Refused, "has SHA-256"},
		{"too short", send(content[1:]), failure.Refused, "has 319999 bytes, not 320000"},
		{"too long", send(append(bytes.Clone(content), 0)), failure.Refused, "has 320001 bytes, not 320000"},
		{"too short, of unknown size", chunked(content[1:]), failure.Refused, "has 319999 bytes, not 320000"},
		{"too long, of unknown size", chunked(append(bytes.Clone(content), 0)), failure.Refused, "has more than 320000 bytes"},
		{"empty", send(nil), failure.Refused, "has 0 bytes, not 320000"},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			bad, fine := serve(t, c.handler), serve(t, good)
			alone := client(t, bad)
			err := alone.Fetch(t.Context(), []Object{object(content)})
			if got := failure.ExitCode(err); got != c.code {
				t.Errorf("exit code %d, want %d: %v", got, c.code, err)
			}
			if err != nil && (!strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), bad+"/pool/a.deb")) {
				t.Errorf("message %q lacks %q or the place", err, c.want)
			}
			if has := alone.Store.Has(sha256.Sum256(content)); has != (c.code == 0) {
				t.Errorf("in the store: %v", has)
			}
			if c.code == failure.Refused {
				empty(t, alone)
			}

			both := client(t, bad, fine)
			if err := both.Fetch(t.Context(), []Object{object(content)}); err != nil {
				t.Errorf("with a good mirror beside it: %v", err)
			}
			if !both.Store.Has(sha256.Sum256(content)) {
				t.Error("not in the store")
			}
		})
	}
}

// empty fails the test if the client's store has any file.
func empty(t *testing.T, c *Client) {
	t.Helper()
	root := filepath.Join(c.Store.Path([32]byte{}), "..", "..", "..")
	filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			t.Errorf("left behind: %s", path)
		}
		return err
	})
}

func TestDeadMirror(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(good))
	dead := server.URL
	server.Close()
	c := client(t, dead+"/debian", serve(t, good))
	other := append(bytes.Clone(content), 1)
	err := c.Fetch(t.Context(), []Object{object(content), object(other)})
	var refused *failure.RefusedError
	if !errors.As(err, &refused) || !strings.Contains(err.Error(), "has 320000 bytes, not 320001") {
		t.Errorf("error %v", err)
	}
	if c.downError(dead+"/debian-security") == nil {
		t.Error("the dead host is not given up on")
	}
}

// TestResume continues a download of an earlier client.
func TestResume(t *testing.T) {
	var ranges atomic.Value
	ranges.Store("")
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		ranges.Store(r.Header.Get("Range"))
		good(w, r)
	})
	for _, c := range []struct {
		what, there, asked string
	}{
		{"right beginning", string(content[:1000]), "bytes=1000-"},
		{"wrong beginning", "wrong", ""},
		{"all", string(content), ""},
		{"too much", string(content) + "x", ""},
		{"wrong, of right size", string(changed()), ""},
	} {
		ranges.Store("")
		client := client(t, base)
		part, err := client.Store.Partial(sha256.Sum256(content))
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(part, c.there)
		part.Close()
		var sum int64
		client.Progress.Add = func(n int64) { sum += n }
		if err := client.Fetch(t.Context(), []Object{object(content)}); err != nil {
			t.Errorf("%s: %v", c.what, err)
		}
		if got := ranges.Load(); got != c.asked {
			t.Errorf("%s: last asked for range %q, want %q", c.what, got, c.asked)
		}
		if sum != int64(len(content)) {
			t.Errorf("%s: progress of %d bytes, want %d", c.what, sum, len(content))
		}
	}
}

// TestMissing lists everything that is gone, in order, and fetches the rest.
func TestMissing(t *testing.T) {
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/pool/a.deb" {
			good(w, r)
			return
		}
		http.NotFound(w, r)
	})
	c := client(t, base)
	objects := []Object{
		{Debian, []string{"by-hash/x", "pool/z.deb"}, 1, [32]byte{1}},
		object(content),
		{Debian, []string{"pool/b.deb"}, 1, [32]byte{2}},
		{Security, []string{"pool/c.deb"}, 1, [32]byte{3}},
	}
	err := c.Fetch(t.Context(), objects)
	want := fmt.Sprintf(`3 inputs cannot be had:
  debian/pool/z.deb
    tried %[1]s/by-hash/x: 404 Not Found
    tried %[1]s/pool/z.deb: 404 Not Found
  debian/pool/b.deb
    tried %[1]s/pool/b.deb: 404 Not Found
  debian-security/pool/c.deb
    tried nothing: no mirror of archive debian-security is known`, base)
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	if !c.Store.Has(sha256.Sum256(content)) {
		t.Error("what can be had was not fetched")
	}
}

func TestProgress(t *testing.T) {
	c := client(t, serve(t, cut(100<<10)))
	var said []string
	var sum int64
	c.Progress = Progress{
		Start: func(n int, bytes int64) { said = append(said, fmt.Sprint("start ", n, " ", bytes)) },
		Add:   func(n int64) { sum += n },
		Done:  func(path string) { said = append(said, "done "+path) },
	}
	twice := []Object{object(content), object(content)}
	for range 2 {
		if err := c.Fetch(t.Context(), twice); err != nil {
			t.Fatal(err)
		}
	}
	if got := strings.Join(said, ", "); got != "start 1 320000, done pool/a.deb" || sum != 320000 {
		t.Errorf("said %s; %d bytes", got, sum)
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := client(t, serve(t, func(w http.ResponseWriter, r *http.Request) {
		cancel()
		hang(w, r)
	}))
	c.Stall = time.Minute
	if err := c.Fetch(ctx, []Object{object(content)}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// TestLocalError: what goes wrong on our side is not blamed on a mirror.
func TestLocalError(t *testing.T) {
	c := client(t, serve(t, good))
	sum := sha256.Sum256(content)
	parent := filepath.Dir(c.Store.Path(sum))
	if err := os.WriteFile(parent, nil, 0o644); err != nil { // where a directory should be
		t.Fatal(err)
	}
	err := c.Fetch(t.Context(), []Object{object(content)})
	var path *fs.PathError
	if !errors.As(err, &path) || failure.ExitCode(err) != failure.Usage {
		t.Errorf("error %v", err)
	}
}

func TestFirst(t *testing.T) {
	stale, fresh, gone := serve(t, send([]byte("stale"))), serve(t, cut(100<<10)), serve(t, status(404))
	accept := func(b []byte) error {
		if !bytes.Equal(b, content) {
			return fmt.Errorf("is %s", b)
		}
		return nil
	}
	get := func(max int64, bases ...string) error {
		return client(t, bases...).First(t.Context(), Debian, "dists/x/InRelease", max, accept)
	}
	if err := get(1<<20, gone, stale, fresh); err != nil {
		t.Error(err)
	}
	if err := get(1<<20, gone); failure.ExitCode(err) != failure.Unavailable {
		t.Errorf("gone: %v", err)
	}
	want := "refused: debian/dists/x/InRelease: " + stale + "/dists/x/InRelease is stale"
	if err := get(1<<20, stale, gone); failure.ExitCode(err) != failure.Refused || err.Error() != want {
		t.Errorf("stale: %v, want %s", err, want)
	}
	if err := get(1000, fresh); failure.ExitCode(err) != failure.Refused || !strings.Contains(err.Error(), "has more than 1000 bytes") {
		t.Errorf("too large: %v", err)
	}
}

func TestFile(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "pool"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "pool", "a.deb"), content, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := client(t, "file://"+dir).Fetch(t.Context(), []Object{object(content)}); err != nil {
		t.Error(err)
	}
	if err := client(t, "file://"+dir+"/none").Fetch(t.Context(), []Object{object(content)}); failure.ExitCode(err) != failure.Unavailable {
		t.Error(err)
	}
}
