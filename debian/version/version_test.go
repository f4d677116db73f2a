package version

import (
	"os/exec"
	"testing"

	"coen/internal/oracle"
)

// versions are compared pairwise with each other and with dpkg.
var versions = []string{
	"0", "00", "0-0", "1", "1.0", "1.00", "1.0-1", "1.0-1+b1", "1.0-1.1", "1.0~rc1-1", "1.0~~", "1.0~",
	"1.0a", "1.0+", "1.0.a", "1:0", "0:1.0", "1:1:1", "1.a", "1.Z", "1.-1", "1--1", "1-~1", "1-+",
	"99999999999999999999998", "99999999999999999999999", "0099999999999999999999999", "2147483647:1",
}

func TestCompareAsDpkg(t *testing.T) {
	dpkg := oracle.Need(t, "dpkg")
	for i, a := range versions {
		for _, b := range versions[i:] {
			x, err := Parse(a)
			if err != nil {
				t.Fatal(err)
			}
			y, err := Parse(b)
			if err != nil {
				t.Fatal(err)
			}
			op := map[int]string{-1: "lt", 0: "eq", 1: "gt"}[Compare(x, y)]
			if err := exec.Command(dpkg, "--compare-versions", a, op, b).Run(); err != nil {
				t.Errorf("dpkg does not find %s %s %s", a, op, b)
			}
			if Compare(y, x) != -Compare(x, y) {
				t.Errorf("comparing %s and %s depends on the order", a, b)
			}
		}
	}
}

func TestLooseAsDpkg(t *testing.T) {
	dpkg := oracle.Need(t, "dpkg")
	for _, s := range []string{"a", "1_0", "1/2", " 1 ", "1\n", "é", "1", ":1", "1:", "x:1", "-1:1", "+1:1", "2147483648:1", "1-", "-1", "1 2", "1:-1"} {
		_, err := ParseLoose(s)
		// dpkg's status is 2 for what it cannot read, 0 or 1 for an answer.
		run := exec.Command(dpkg, "--compare-versions", s, "eq", "1")
		run.Run()
		if refused := run.ProcessState.ExitCode() == 2; refused != (err != nil) {
			t.Errorf("%q: our error is %v, dpkg's status %d", s, err, run.ProcessState.ExitCode())
		}
	}
}

func TestParse(t *testing.T) {
	for _, s := range []string{"", " ", "a1", "+1:1", " 1", "1:a", "1_0", "1-", "1:", "1.0-1_2", "é", "1\x00"} {
		if v, err := Parse(s); err == nil {
			t.Errorf("%q is accepted as %+v", s, v)
		}
	}
	for _, s := range []string{"1.0", "2:1.0-1", "0:1:2-3", "1.2-3-4"} {
		v, err := Parse(s)
		if err != nil || v.String() != s {
			t.Errorf("%q became %q, %v", s, v, err)
		}
	}
}

func FuzzCompare(f *testing.F) {
	f.Add("1:1.0~rc1-1", "1.0-1+b1")
	f.Fuzz(func(t *testing.T, a, b string) {
		x, err := ParseLoose(a)
		if err != nil {
			return
		}
		if y, err := ParseLoose(x.String()); err != nil || Compare(x, y) != 0 {
			t.Fatalf("%q is written as %q: %v", a, x, err)
		}
		if y, err := ParseLoose(b); err == nil && Compare(x, y) != -Compare(y, x) {
			t.Fatalf("comparing %q and %q depends on the order", a, b)
		}
	})
}

func BenchmarkCompare(b *testing.B) {
	x, _ := Parse("1:2.41+dfsg-12+deb13u1")
	y, _ := Parse("1:2.41+dfsg-12+deb13u2")
	for b.Loop() {
		Compare(x, y)
	}
}
