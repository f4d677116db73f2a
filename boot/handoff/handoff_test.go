package handoff

import (
	"bytes"
	"strings"
	"testing"
)

func TestParseCommandLine(t *testing.T) {
	root := strings.Repeat("ab", 32)
	p, err := ParseCommandLine("BOOT_IMAGE=/live/vmlinuz coen.volume=COEN quiet coen.verity=12:00ff:" + root + " coen.check=no coen.toram=yes coen.pause=enter coen.rehearsal=yes\n")
	if err != nil {
		t.Fatal(err)
	}
	if p.Volume != "COEN" || p.Check != CheckNot || !p.ToRAM || !p.Rehearsal || p.Pause != UntilEnter || p.Verity.Blocks != 12 || !bytes.Equal(p.Verity.Salt, []byte{0, 255}) {
		t.Errorf("parsed %+v", p)
	}
	if got := p.Verity.String(); got != "12:00ff:"+root {
		t.Errorf("verity reads back as %q", got)
	}
	want := "1 7:0 7:1 4096 4096 12 1 sha256 " + root + " 00ff"
	if got := p.Verity.Table("7:0", "7:1"); got != want {
		t.Errorf("table %q, want %q", got, want)
	}
	short := "coen.volume=X coen.verity=1::" + root
	if p, err := ParseCommandLine(short); err != nil || p.Check != CheckFirst || p.ToRAM || p.Rehearsal || p.Pause != DefaultPause {
		t.Errorf("defaults %+v, %v", p, err)
	}
	for _, bad := range []string{
		short + " coen.check=onyl", short + " coen.toram=1", short + " coen.rehearsal=", short + " coen.pause=-1",
		short + " coen.pause=3601", short + " coen.pause=5s",
		"", "coen.volume=X", "coen.volume=X coen.verity=", "coen.verity=1::" + root,
		"coen.volume=X coen.verity=0::" + root, "coen.volume=X coen.verity=1:0:" + root,
		"coen.volume=X coen.verity=1::" + root[2:], "coen.volume=X coen.verity=-1::" + root,
	} {
		if _, err := ParseCommandLine(bad); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"pci:v*d*sv*sd*bc01sc06i01*", "pci:v00008086d00002922sv00001AF4sd00001100bc01sc06i01", true},
		{"pci:v*d*sv*sd*bc01sc06i01*", "pci:v00008086d00002922sv00001AF4sd00001100bc01sc07i01", false},
		{"usb:v*p*d*dc*dsc*dp*ic08isc06ip50in*", "usb:v46F4p0001d0000dc00dsc00dp00ic08isc06ip50in00", true},
		{"scsi:t-0x05*", "scsi:t-0x05", true},
		{"usb:v0123d010[0-9A-C]*", "usb:v0123d010Bx", true},
		{"usb:v0123d010[0-9A-C]*", "usb:v0123d010Dx", false},
		{"a?c", "abc", true}, {"a?c", "ac", false}, {"a[bc", "ab", false}, {"", "", true}, {"*", "", true},
	} {
		if got := Match(c.pattern, c.name); got != c.want {
			t.Errorf("Match(%q, %q) = %v", c.pattern, c.name, got)
		}
	}
}

func TestConfigOrder(t *testing.T) {
	ok := Config{Modules: []Module{{Name: "a"}, {Name: "b", Needs: []string{"a"}}}}
	if err := ok.Validate(); err != nil {
		t.Error(err)
	}
	for _, bad := range []Config{
		{Modules: []Module{{Name: "b", Needs: []string{"a"}}, {Name: "a"}}},
		{Modules: []Module{{Name: "a"}, {Name: "a"}}},
	} {
		if bad.Validate() == nil {
			t.Errorf("%+v was accepted", bad)
		}
	}
}
