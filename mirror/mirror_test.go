package mirror

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func TestParse(t *testing.T) {
	list, err := Parse("http://one.example/debian/", "debian-security=https://two.example/x//", "debian=file:///srv/debian", "http://h.example/a=b")
	if err != nil {
		t.Fatal(err)
	}
	want := List{
		{Debian, "http://one.example/debian"}, {Security, "https://two.example/x"},
		{Debian, "file:///srv/debian"}, {Debian, "http://h.example/a=b"},
	}
	for i := range want {
		if list[i] != want[i] {
			t.Errorf("mirror %d is %v, want %v", i, list[i], want[i])
		}
	}
	for _, value := range []string{"", "example/debian", "ftp://h.example/debian", "http://", "file://host/x", "ubuntu=http://h.example/x", "http://h.example/?q"} {
		if _, err := Parse(value); err == nil {
			t.Errorf("%q is accepted", value)
		}
	}
}

func TestFromApt(t *testing.T) {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	fsys := fstest.MapFS{
		"sources.list": file("# deb http://no.example/debian x main\n" +
			"deb [arch=amd64 signed-by=/k] http://a.example/debian bookworm main # c\n" +
			"deb-src\thttp://a.example/debian/ bookworm main\n" +
			"deb cdrom:[Debian]/ bookworm main\ndeb http://a.example/ubuntu x main\n"),
		"sources.list.d/b.list": file("deb http://b.example/debian-security bookworm-security main\n"),
		"sources.list.d/c.sources": file("# comment\nTypes: deb\nURIs: https://c.example/debian/\n file:///srv/debian-security\n# more\nSuites: sid\n\n" +
			"Types: deb\nEnabled: No\nURIs: http://off.example/debian\n"),
		"sources.list.d/d.sources": file("not a stanza"),
		"sources.list.d/e.save":    file("deb http://no.example/debian x main\n"),
	}
	want := List{
		{Debian, "http://a.example/debian"}, {Debian, "http://a.example/debian"}, {Security, "http://b.example/debian-security"},
		{Debian, "https://c.example/debian"}, {Security, "file:///srv/debian-security"},
	}
	got := FromApt(fsys)
	if len(got) != len(want) {
		t.Fatalf("got %v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("mirror %d is %v, want %v", i, got[i], want[i])
		}
	}
	if bases := got.bases(Debian); len(bases) != 2 {
		t.Errorf("bases %v", bases)
	}
	if got := FromApt(fstest.MapFS{}); len(got) != 0 {
		t.Errorf("from nothing: %v", got)
	}
}

func TestSnapshot(t *testing.T) {
	bases := Snapshot(time.Date(2026, 11, 22, 23, 5, 6, 0, time.FixedZone("", 3600))).bases(Security)
	if len(bases) != 3 || !strings.HasSuffix(bases[0], "/archive/debian-security/20261122T220506Z") || !strings.HasSuffix(bases[2], "/20261123T220506Z") {
		t.Errorf("bases %v", bases)
	}
}

func TestAddress(t *testing.T) {
	if got, want := address("http://h/debian", "pool/a b+1~2%.deb"), "http://h/debian/pool/a%20b+1~2%25.deb"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
