package evidence

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"coen/ceremony/chain"
)

// record writes a log with the entries and returns its path.
func record(t *testing.T, drafts ...chain.Draft) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ceremony.log")
	l, err := chain.Open(path, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if _, err := l.AppendAll(drafts); err != nil {
		t.Fatal(err)
	}
	return path
}

func files(t *testing.T, path string) ([]File, error) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	return Files(f)
}

func draft(t *testing.T, name, content string) chain.Draft {
	t.Helper()
	d, err := Draft(name, strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestCheck(t *testing.T) {
	all, err := files(t, record(t, draft(t, "a.log", "old"), chain.Draft{Kind: "note"}, draft(t, "b.log", "b"),
		draft(t, "a.log", "content")))
	if err != nil || len(all) != 2 || all[0].Name != "a.log" || all[0].Entry != 5 || all[0].Bytes != 7 {
		t.Fatalf("%+v, %v", all, err)
	}
	dir := t.TempDir()
	for content, want := range map[string]error{"content": nil, "CONTENT": ErrDifferent, "content and more": ErrDifferent, "": ErrDifferent} {
		if err := os.WriteFile(filepath.Join(dir, "a.log"), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := all[0].Check(dir); !errors.Is(err, want) {
			t.Errorf("%q: %v", content, err)
		}
	}
	if err := all[1].Check(dir); !errors.Is(err, ErrMissing) {
		t.Errorf("%v", err)
	}
}

func TestHostileNames(t *testing.T) {
	for _, name := range []string{"", ".", "..", "/", "../a", "/etc/passwd", "a/b"} {
		if _, err := files(t, record(t, draft(t, name, "x"))); err == nil {
			t.Errorf("%q was taken for a name", name)
		}
	}
	for _, fields := range [][]chain.Field{
		{chain.F("name", "a"), chain.F("bytes", "-1"), chain.F("sha256", chain.Hash{})},
		{chain.F("name", "a"), chain.F("bytes", "1"), chain.F("sha256", "x")},
	} {
		if _, err := files(t, record(t, chain.Draft{Kind: "file", Fields: fields})); err == nil {
			t.Errorf("%v was taken", fields)
		}
	}
}

func TestBrokenLog(t *testing.T) {
	path := record(t, draft(t, "a.log", "a"), draft(t, "b.log", "b"))
	log, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(log), "name=b", "name=c", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if all, err := files(t, path); err != nil || len(all) != 1 {
		t.Errorf("%+v, %v", all, err)
	}
}
