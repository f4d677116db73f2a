package deb822

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"coen/internal/oracle"
)

func TestRead(t *testing.T) {
	const text = "Package: a\nDescription:  short \n long\n .\n\tmore\nEmpty:\n\n\n\nPackage: b\nX-Odd:y"
	all, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 2 {
		t.Fatalf("%d paragraphs, want 2", len(all))
	}
	if got, want := all[0].Fields[1].Raw, "  short \n long\n .\n\tmore"; got != want {
		t.Errorf("raw description %q, want %q", got, want)
	}
	if got, want := all[0].Get("description"), "short \n long\n .\n\tmore"; got != want {
		t.Errorf("description %q, want %q", got, want)
	}
	if !all[0].Has("empty") || all[0].Get("Empty") != "" || all[0].Has("none") {
		t.Error("empty and absent fields are confused")
	}
	if got := all[1].Get("x-odd"); got != "y" {
		t.Errorf("X-Odd is %q, want y", got)
	}
}

func TestLines(t *testing.T) {
	p, err := ParseOne([]byte("Conffiles:\n /etc/a 1\n /etc/b 2\nPackage: x\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(p.Lines("conffiles"), "|"); got != "/etc/a 1|/etc/b 2" {
		t.Errorf("lines %q", got)
	}
	if p.Lines("none") != nil {
		t.Error("an absent field has lines")
	}
}

func TestSet(t *testing.T) {
	p := &Paragraph{}
	p.Set("Package", "x")
	p.Set("Conffiles", "\n /etc/x 0")
	p.Set("Empty", "")
	p.Set("PACKAGE", "y")
	p.Delete("empty")
	if got, want := p.String(), "Package: y\nConffiles:\n /etc/x 0\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestErrors(t *testing.T) {
	long := "A: " + strings.Repeat("x", MaxParagraph) + "\n"
	many := "A:\n" + strings.Repeat(" "+strings.Repeat("y", 1000)+"\n", MaxParagraph/1000)
	var fields strings.Builder
	for i := range MaxFields + 1 {
		fmt.Fprintf(&fields, "A%d:\n", i)
	}
	for _, c := range []struct{ text, want string }{
		{fields.String(), "line 1001: paragraph of more than 1000 fields"},
		{"A: b\nno colon\n", `line 2: no colon in "no colon"`},
		{": x\n", `line 1: bad field name ""`},
		{"A b: x\n", `line 1: bad field name "A b"`},
		{"-A: x\n", `line 1: bad field name "-A"`},
		{"\n\n# c: x\n", `line 3: bad field name "# c"`},
		{"A: x\nB: y\na: z\n", `line 3: field "a" occurs twice`},
		{" x\n", "line 1: continuation line without a field"},
		{"A: x\n \t\nB: y\n", "line 2: line of white space only"},
		{"A: x\x00\n", "line 1: NUL byte"},
		{long, "line 1: paragraph of more than 4194304 bytes"},
		{many, "line 4187: paragraph of more than 4194304 bytes"},
	} {
		_, err := Parse([]byte(c.text))
		if err == nil || err.Error() != c.want {
			t.Errorf("%.40q: error %v, want %s", c.text, err, c.want)
		}
	}
}

func TestParseOne(t *testing.T) {
	for _, text := range []string{"", "\n", "A: x\n\nA: y\n"} {
		if _, err := ParseOne([]byte(text)); err == nil {
			t.Errorf("%q is taken for one paragraph", text)
		}
	}
}

func TestComments(t *testing.T) {
	r := NewReader(strings.NewReader("# head\n\nTypes: deb\n# x\nURIs:\n a\n# y\n b\n"))
	r.Comments = true
	p, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := p.String(), "Types: deb\nURIs:\n a\n b\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if _, err := r.Next(); err != io.EOF {
		t.Errorf("error %v, want EOF", err)
	}
}

// TestStatus reads the status database of the machine, if it is a Debian one,
// and expects to write the same bytes.
func TestStatus(t *testing.T) {
	text, err := os.ReadFile("/var/lib/dpkg/status")
	if err != nil {
		oracle.Missing(t, "no dpkg database here: %v", err)
	}
	all, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := Write(&out, all...); err != nil {
		t.Fatal(err)
	}
	// dpkg ends its database with the empty line that would separate a next
	// paragraph.
	if strings.TrimRight(out.String(), "\n") != strings.TrimRight(string(text), "\n") {
		t.Error("writing what was read gives other bytes")
	}
}

func BenchmarkReader(b *testing.B) {
	text := bytes.Repeat([]byte("Package: eject\nVersion: 2.41-5\nDepends: libc6 (>= 2.34),\n libmount1\nSection: utils\n\n"), 10000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := Parse(text); err != nil {
			b.Fatal(err)
		}
	}
}
