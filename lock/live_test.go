package lock

import (
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"coen/debian/deb"
	"coen/mirror"
	"coen/store"
)

// TestLive goes all the way with Debian's real archives, as the host's apt knows
// them. It needs a network and is asked for with COEN_NETWORK=1; COEN_STORE names
// a store to keep the packages in for another time.
func TestLive(t *testing.T) {
	if os.Getenv("COEN_NETWORK") != "1" {
		t.Skip("needs COEN_NETWORK=1 and a network")
	}
	dir := os.Getenv("COEN_STORE")
	if dir == "" {
		dir = filepath.Join(t.TempDir(), "store")
	}
	s, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	client := &mirror.Client{Store: s, Mirrors: mirror.FromApt(os.DirFS("/etc/apt"))}
	r := Request{
		Arch: "amd64", Time: time.Now(), Client: client,
		Suites: []Suite{
			{Archive: mirror.Debian, Name: "trixie", Components: []string{"main"}},
			{Archive: mirror.Debian, Name: "trixie-updates", Components: []string{"main"}},
			{Archive: mirror.Security, Name: "trixie-security", Components: []string{"main"}},
		},
		Packages: []string{"linux-image-amd64", "systemd-sysv", "udev", "dbus", "less", "softhsm2", "opensc"},
		Loaders:  []string{"isolinux", "syslinux-common", "shim-signed", "grub-efi-amd64-signed"},
	}
	start := time.Now()
	l, err := Make(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("lock of %d packages made in %v", len(l.Packages), time.Since(start).Round(time.Millisecond))
	if err := Prove(l, s, nil); err != nil {
		t.Error(err)
	}
	r.Previous = l
	if again, err := Make(t.Context(), r); err != nil || again.Digest() != l.Digest() {
		t.Errorf("made again, the lock is another: %v", err)
	}
	start = time.Now()
	if err := Fetch(t.Context(), l, client); err != nil {
		t.Fatal(err)
	}
	t.Logf("fetched in %v", time.Since(start).Round(time.Millisecond))
	for _, p := range l.Packages {
		if err := read(s, p); err != nil {
			t.Errorf("%s: %v", p.Path, err)
		}
	}
}

// read opens a package and goes through all of it.
func read(s *store.Store, p Package) error {
	o, err := s.Get(p.SHA256)
	if err != nil {
		return err
	}
	defer o.Close()
	d, err := deb.Open(o, o.Size)
	if err != nil {
		return err
	}
	data, err := d.Data()
	if err != nil {
		return err
	}
	defer data.Close()
	for {
		if _, err := data.Next(); err != nil {
			if err == io.EOF {
				return nil
			}
			return err
		}
	}
}
