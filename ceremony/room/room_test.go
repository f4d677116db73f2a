package room

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"coen/ceremony/chain"
)

func TestDir(t *testing.T) {
	root := os.Geteuid() == 0
	for _, c := range []struct{ dir, runtime, want string }{
		{"/x", "/y", "/x"},
		{"", "/y", "/y/ceremony"},
		{"", "", ""},
	} {
		t.Setenv("CEREMONY_DIR", c.dir)
		t.Setenv("XDG_RUNTIME_DIR", c.runtime)
		if root && c.dir == "" {
			c.want = "/run/ceremony"
		}
		if got, err := Dir(); got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%+v: %q, %v", c, got, err)
		}
	}
}

// TestEvent has events recorded once a ceremony has begun, and not before.
func TestEvent(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ceremony")
	t.Setenv("CEREMONY_DIR", dir)
	if err := Event(time.Now, "drive-inserted"); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Fatal("an event began a ceremony")
	}
	l, err := Log(time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := Event(time.Now, "drive-inserted", chain.F("serial", "A 1")); err != nil {
		t.Error(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, LogName))
	if err != nil || !strings.Contains(string(text), ` drive-inserted serial="A 1"`) {
		t.Errorf("%s, %v", text, err)
	}
}
