package dpkg

import (
	"strings"
	"testing"

	"coen/debian/deb822"
)

func FuzzControlFiles(f *testing.F) {
	f.Add([]byte("/etc/a\nremove-on-upgrade /etc/b\n"))
	f.Add([]byte("interest-noawait /usr/share/x\nactivate y # no\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		conffiles, err := parseConffiles(text)
		for _, c := range conffiles {
			if err == nil && !strings.HasPrefix(c.name, "/") {
				t.Errorf("conffile %q", c.name)
			}
		}
		directives, err := parseTriggers(text)
		for _, d := range directives {
			if err == nil && checkTrigger(d.trigger) != nil {
				t.Errorf("trigger %q", d.trigger)
			}
		}
	})
}

func FuzzFormat(f *testing.F) {
	f.Add("${Package;-20} ${Version}\\n$x ${")
	control := &deb822.Paragraph{}
	control.Set("Package", "pkg")
	control.Set("Version", "1")
	control.Set("Architecture", "all")
	p, err := newPackage(control, nil)
	if err != nil {
		f.Fatal(err)
	}
	p.db = &Database{}
	f.Fuzz(func(t *testing.T, format string) {
		pieces, err := parseFormat(format)
		if err == nil {
			p.format(pieces)
		}
	})
}

func FuzzMatch(f *testing.F) {
	f.Add("/usr/share/[!a-c]*?\\*", "/usr/share/doc*")
	f.Fuzz(func(t *testing.T, pattern, name string) {
		match(pattern, name)
	})
}
