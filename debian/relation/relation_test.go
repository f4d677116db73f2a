package relation

import (
	"testing"

	"coen/debian/version"
)

func TestParse(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{" , ", ""},
		{"ab", "ab"},
		{"ab,cd", "ab, cd"},
		{"ab ,\n cd,", "ab, cd"},
		{"ab(>=1)|cd(<<2~)", "ab (>= 1) | cd (<< 2~)"},
		{"ab (= 1:2-3), cd ( >> 4 )", "ab (= 1:2-3), cd (>> 4)"},
		{"ab (< 1), cd (> 1)", "ab (<= 1), cd (>= 1)"},
		{"python3:any (>= 3.9), g++:native", "python3:any (>= 3.9), g++:native"},
		{"ab[amd64 i386]", "ab [amd64 i386]"},
		{"ab:i386 (<= 1) [!armhf]", "ab:i386 (<= 1) [!armhf]"},
	} {
		list, err := Parse(c.text)
		if err != nil || list.String() != c.want {
			t.Errorf("%q became %q, %v; want %q", c.text, list, err, c.want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for _, text := range []string{
		"a", "Ab", "a_b", "-ab", "ab cd", "ab|", "|ab", "ab (1)", "ab ()", "ab (>= )", "ab (=> 1)", "ab (== 1)",
		"ab (>= 1", "ab [amd64", "ab []", "ab [amd64 !i386]", "ab [AMD]", "ab:", "ab:x_y", "ab <!nocheck>",
		"ab (>= 1) (<< 2)", "ab (>= x)", "ab [amd64] (>= 1)",
	} {
		if list, err := Parse(text); err == nil {
			t.Errorf("%q is accepted as %q", text, list)
		}
	}
}

func TestFor(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"ab, cd [i386], ef [!i386]", "ab, ef"},
		{"ab [linux-any], cd [any-amd64] | ef [any-arm64]", "ab, cd"},
		{"ab [!amd64 !i386] | cd", "cd"},
		{"ab [any]", "ab"},
	} {
		list, err := Parse(c.text)
		if err != nil {
			t.Fatal(err)
		}
		if got := list.For("amd64").String(); got != c.want {
			t.Errorf("%q for amd64 is %q, want %q", c.text, got, c.want)
		}
	}
}

func TestParseProvides(t *testing.T) {
	got, err := ParseProvides("mail-transport-agent, libfoo (= 1.2-3)")
	if err != nil || len(got) != 2 || got[0].Name != "mail-transport-agent" || got[1].Version.String() != "1.2-3" {
		t.Errorf("got %v, %v", got, err)
	}
	for _, text := range []string{"ab | cd", "ab (>= 1)", "ab [amd64]"} {
		if _, err := ParseProvides(text); err == nil {
			t.Errorf("%q is accepted", text)
		}
	}
}

func TestSatisfies(t *testing.T) {
	pkg := func(arch, multiArch string) *Package {
		v, _ := version.Parse("2.0-1")
		p, _ := ParseProvides("virtual, exact (= 1.5)")
		return &Package{"real", v, arch, multiArch, p}
	}
	for _, c := range []struct {
		relation  string
		of        string // architecture of the package that has the relation
		pkg       *Package
		satisfied bool
	}{
		{"real", "amd64", pkg("amd64", ""), true},
		{"real", "all", pkg("amd64", ""), true},
		{"real", "amd64", pkg("all", ""), true},
		{"real", "i386", pkg("amd64", ""), false},
		{"real", "i386", pkg("amd64", "foreign"), true},
		{"real", "i386", pkg("all", ""), false},
		{"real:any", "amd64", pkg("amd64", ""), false},
		{"real:any", "i386", pkg("amd64", "allowed"), true},
		{"real:native", "i386", pkg("amd64", ""), true},
		{"real:i386", "amd64", pkg("amd64", "foreign"), false},
		{"real:amd64", "i386", pkg("amd64", ""), true},
		{"real (>= 2.0)", "amd64", pkg("amd64", ""), true},
		{"real (>= 2.0-1)", "amd64", pkg("amd64", ""), true},
		{"real (>> 2.0-1)", "amd64", pkg("amd64", ""), false},
		{"real (<< 2.0-1)", "amd64", pkg("amd64", ""), false},
		{"real (<= 2.0-1)", "amd64", pkg("amd64", ""), true},
		{"real (= 2.0-1)", "amd64", pkg("amd64", ""), true},
		{"virtual", "amd64", pkg("amd64", ""), true},
		{"virtual (>= 0)", "amd64", pkg("amd64", ""), false},
		{"exact", "amd64", pkg("amd64", ""), true},
		{"exact (>= 1)", "amd64", pkg("amd64", ""), true},
		{"exact (>= 2)", "amd64", pkg("amd64", ""), false},
		{"other", "amd64", pkg("amd64", ""), false},
	} {
		list, err := Parse(c.relation)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.pkg.Satisfies(list[0][0], c.of, "amd64"); got != c.satisfied {
			t.Errorf("%s of a package for %s, by %s %q: %v", c.relation, c.of, c.pkg.Arch, c.pkg.MultiArch, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("libc6 (>= 2.34), a1 | b2:any [amd64 i386], c3 (<< 1~)")
	f.Fuzz(func(t *testing.T, text string) {
		list, err := Parse(text)
		if err != nil {
			return
		}
		again, err := Parse(list.String())
		if err != nil || again.String() != list.String() {
			t.Fatalf("%q became %q, %v", list, again, err)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	const text = "libc6 (>= 2.34), libmount1 (>= 2.26.2), default-mta | mail-transport-agent, python3:any"
	for b.Loop() {
		if _, err := Parse(text); err != nil {
			b.Fatal(err)
		}
	}
}
