package lexical_test

import (
	"testing"

	"coen/ksk/lexical"
)

func FuzzInteger(f *testing.F) {
	for _, s := range []string{"007", "+1", "1_000", " -5 ", "٣", "_5", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := lexical.ParseInteger(s)
		if err != nil {
			return
		}
		if again, err := lexical.ParseInteger(string(n)); err != nil || again != n {
			t.Errorf("%q reads as %q, that as %q: %v", s, n, again, err)
		}
	})
}

func FuzzBase64(f *testing.F) {
	for _, s := range []string{"QUJD", "QU JD", "QUI==", "QQ==QUJD", "QUI", "-_"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		b, err := lexical.DecodeBase64(s)
		if err != nil {
			return
		}
		again, err := lexical.DecodeBase64(lexical.EncodeBase64(b))
		if err != nil || string(again) != string(b) {
			t.Errorf("%x does not come back: %v", b, err)
		}
	})
}

func FuzzTime(f *testing.F) {
	for _, s := range []string{"2030-01-01T00:00:00Z", "2030W011", "2030-W01-1 120000,5+0000", "9999-12-31"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := lexical.ParseTime(s)
		if err != nil {
			return
		}
		if again, err := lexical.ParseTime(lexical.FormatPlain(m)); err != nil || !again.Equal(m) {
			t.Errorf("%q reads as %v, that as %v: %v", s, m, again, err)
		}
		if len(lexical.FormatTime(m)) != len("2030-01-01T00:00:00+00:00") {
			t.Errorf("%q is written %q", s, lexical.FormatTime(m))
		}
	})
}

func FuzzDuration(f *testing.F) {
	for _, s := range []string{"P1W2D", "PT1H30M", "P1D-5", "P999999999D", "PT"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := lexical.ParseDuration(s)
		if err != nil || d.Seconds < 0 {
			return
		}
		if again, err := lexical.ParseDuration(d.ISO()); err != nil || again != d {
			t.Errorf("%q is %s, written %q, read back %s: %v", s, d, d.ISO(), again, err)
		}
	})
}
