package lexical_test

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"coen/ksk/lexical"
)

const reject = "reject"

// vectors runs read over a file of vectors: a text in JSON, a tab, and what it means.
func vectors(t *testing.T, file string, read func(string) (string, error)) {
	t.Helper()
	text, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		quoted, want, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		var in string
		if err := json.Unmarshal([]byte(quoted), &in); err != nil || !ok {
			t.Fatalf("%s: bad line %q", file, line)
		}
		want = strings.Trim(want, `"`)
		got, err := read(in)
		if err != nil {
			got = reject
		}
		if got != want {
			t.Errorf("%s: %q is %s, want %s", file, in, got, want)
		}
	}
}

func TestVectors(t *testing.T) {
	vectors(t, "integers.tsv", func(s string) (string, error) {
		n, err := lexical.ParseInteger(s)
		return string(n), err
	})
	vectors(t, "base64.tsv", func(s string) (string, error) {
		b, err := lexical.DecodeBase64(s)
		return hex.EncodeToString(b), err
	})
	vectors(t, "times.tsv", func(s string) (string, error) {
		m, err := lexical.ParseTime(s)
		return lexical.FormatPlain(m), err
	})
}

func TestIntegerOrder(t *testing.T) {
	ordered := []lexical.Integer{"-100", "-99", "-1", "0", "1", "9", "10", "18446744073709551616"}
	for i, a := range ordered {
		for j, b := range ordered {
			if got := a.Compare(b); sign(got) != sign(i-j) {
				t.Errorf("%s against %s: %d", a, b, got)
			}
		}
	}
	if n, ok := lexical.Integer("65536").Uint(16); ok {
		t.Errorf("65536 fits 16 bits as %d", n)
	}
	if _, ok := lexical.Integer("-1").Uint(16); ok {
		t.Error("-1 fits 16 bits")
	}
	if n, ok := lexical.Integer("-1").Int64(); !ok || n != -1 {
		t.Error("-1 does not fit 64 bits")
	}
}

func sign(n int) int { return max(-1, min(1, n)) }

func TestDuration(t *testing.T) {
	const day = 86400
	for _, c := range []struct {
		in   string
		want int64 // seconds, or -1 for an error
	}{
		{"", 0}, {"P", 0}, {"P1W2D", 9 * day}, {"P1H", 3600}, {"P1D1", day + 1}, {"P1D-5", day - 5},
		{"PT1H30M", 5400}, {"P1D1S1D", 2*day + 1}, {"PT1HT1M", 3660}, {"P1D +1_0", day + 10}, {"P١D", day}, {"P1D\nx", day},
		{"P999999999D", 999999999 * day}, {"P999999999DT86399S", 999999999*day + 86399},
		{"PT", -1}, {"P1DT", -1}, {"P1M", -1}, {"P1Y", -1}, {"P1.5D", -1}, {"-P1D", -1}, {"P-1D", -1},
		{"p1D", -1}, {"P5", -1}, {"P1DT5", -1}, {"PTT1S", -1}, {"P1D ", -1}, {"P1d", -1}, {" P1D", -1},
		{"P1000000000D", -1}, {"P9999999999D", -1}, {"P999999999DT86400S", -1}, {"P99999999999999999999S", -1},
	} {
		got, err := lexical.ParseDuration(c.in)
		if err != nil && c.want != -1 || err == nil && got != lexical.Seconds(c.want) {
			t.Errorf("%q is %v, %v; want %d s", c.in, got.Seconds, err, c.want)
		}
	}
}

func TestDurationText(t *testing.T) {
	for _, c := range []struct {
		seconds           int64
		iso, plain, short string
	}{
		{0, "PT0S", "0:00:00", "0:00:00"},
		{7 * 86400, "P7D", "7 days, 0:00:00", "7 days"},
		{86400, "P1D", "1 day, 0:00:00", "1 day"},
		{3600, "PT60M", "1:00:00", "1:00:00"},
		{7200, "PT2H", "2:00:00", "2:00:00"},
		{60, "PT60S", "0:01:00", "0:01:00"},
		{3660, "PT1H60S", "1:01:00", "1:01:00"},
		{3601, "PT1H1S", "1:00:01", "1:00:01"},
		{-1, "P-1DT23H59M59S", "-1 day, 23:59:59", "-1 day, 23:59:59"},
		{-86400, "P-1D", "-1 day, 0:00:00", "-1 day"},
		{5*86400 - 1, "P4DT23H59M59S", "4 days, 23:59:59", "4 days, 23:59:59"},
	} {
		d := lexical.Seconds(c.seconds)
		if d.ISO() != c.iso || d.String() != c.plain || d.Short() != c.short {
			t.Errorf("%d s: %q %q %q, want %q %q %q", c.seconds, d.ISO(), d, d.Short(), c.iso, c.plain, c.short)
		}
	}
}

func TestSince(t *testing.T) {
	at := func(s string) time.Time {
		m, err := lexical.ParseTime(s)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	d := lexical.Since(at("2030-01-01"), at("2030-01-01T00:00:00.000001"))
	if d.String() != "-1 day, 23:59:59.999999" || d.Floor() != -1 {
		t.Errorf("one microsecond back is %s, floor %d", d, d.Floor())
	}
	if n := d.Negative(); n != (lexical.Duration{Micros: 1}) {
		t.Errorf("its negative is %s", n)
	}
	back, err := lexical.Add(at("2030-01-01T00:00:00.000001"), d)
	if err != nil || !back.Equal(at("2030-01-01")) {
		t.Errorf("sum %v, %v", back, err)
	}
	if _, err := lexical.Add(at("9999-12-31"), lexical.Days(1)); err == nil {
		t.Error("year 10000 is accepted")
	}
	if _, err := lexical.Add(at("0001-01-01"), lexical.Seconds(-1)); err == nil {
		t.Error("year 0 is accepted")
	}
	if all := lexical.Since(at("9999-12-31"), at("0001-01-01")); all.Floor() != 3652058 {
		t.Errorf("the calendar has %d days", all.Floor())
	}
}

func TestWords(t *testing.T) {
	for _, r := range "aZ_0é漢²Ⅷ" {
		if !lexical.IsWord(r) {
			t.Errorf("%q is no word character", r)
		}
	}
	for _, r := range "-.: <>=\"\u0301" {
		if lexical.IsWord(r) {
			t.Errorf("%q is a word character", r)
		}
	}
	if got := lexical.TrimSpace("\u3000\x1c\u0085 a \t\n"); got != "a" {
		t.Errorf("trimmed to %q", got)
	}
}

func ExampleParseDuration() {
	for _, s := range []string{"P1W2D", "PT1H30M", "P1D-5"} {
		d, err := lexical.ParseDuration(s)
		fmt.Println(d, d.ISO(), err)
	}
	// Output:
	// 9 days, 0:00:00 P9D <nil>
	// 1:30:00 PT1H30M <nil>
	// 23:59:55 PT23H59M55S <nil>
}
