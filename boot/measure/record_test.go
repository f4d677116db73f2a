package measure

import (
	"crypto/sha256"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"coen/internal/oracle"
)

func sample() *Record {
	return &Record{
		State: Complete, Release: "COEN 3.0.0", Volume: "COEN_3_0_0", Device: "/dev/sr0", Drive: "QEMU DVD-ROM",
		Size: 471859200, SHA256: sha256.Sum256([]byte("ceremony\n")), Took: 61234 * time.Millisecond,
	}
}

func text(t *testing.T, r *Record) string {
	t.Helper()
	var b strings.Builder
	if _, err := r.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestRecord(t *testing.T) {
	full := sample()
	full.ToRAM, full.Rehearsal, full.Others = true, true, []string{"/dev/sda", "/dev/sdb"}
	skipped := sample()
	skipped.State, skipped.SHA256, skipped.Took = Skipped, [32]byte{}, 0
	for _, want := range []*Record{sample(), full, skipped} {
		got, err := ParseRecord(strings.NewReader(text(t, want)))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%+v becomes %+v, %v", want, got, err)
		}
	}
}

// TestExample holds the example in the specification to what is written.
func TestExample(t *testing.T) {
	spec, err := os.ReadFile("../../spec/measured.md")
	if err != nil {
		t.Fatal(err)
	}
	if want := "```\n" + text(t, sample()) + "```\n"; !strings.Contains(string(spec), want) {
		t.Errorf("spec/measured.md lacks\n%s", want)
	}
}

// TestShell has a shell read a record, also of a drive that tries to talk to it.
func TestShell(t *testing.T) {
	r := sample()
	r.Drive = "a `b` $(c) \\ \"d\" \x1b[2J é"
	out := oracle.Run(t, "dash", "-euc", text(t, r)+`printf '%s|' "$state" "$release" "$device" "$drive" "$sha256" "$words"`)
	f := strings.Split(out, "|")
	if f[0] != "complete" || f[1] != r.Release || f[2] != r.Device || f[3] != "a ?b? ?(c) ? ?d? ?[2J ?" || len(f[4]) != 64 || f[5] != r.Words() {
		t.Errorf("a shell reads %q", f)
	}
}

func TestParseRefuses(t *testing.T) {
	good := text(t, sample())
	for _, c := range []struct{ old, new, want string }{
		{"state=complete", "state=maybe", "not known"},
		{"size=4", "size=x4", "not a number"},
		{"sha256=", "sha256=00", "not a SHA-256"},
		{`words="`, `words="aardvark `, "not those of"},
		{"seconds=", "seconds=x", "seconds"},
		{"toram=no", "toram", "line 10"},
	} {
		if _, err := ParseRecord(strings.NewReader(strings.Replace(good, c.old, c.new, 1))); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("with %q: error %v, want %q", c.new, err, c.want)
		}
	}
}

func FuzzParseRecord(f *testing.F) {
	f.Add("state=skipped\nsize=1\n")
	f.Add("state=complete\nsha256=00\n")
	f.Fuzz(func(t *testing.T, s string) {
		r, err := ParseRecord(strings.NewReader(s))
		if err != nil {
			return
		}
		if again, err := ParseRecord(strings.NewReader(text(t, r))); err != nil || again.SHA256 != r.SHA256 || again.Size != r.Size {
			t.Errorf("%+v becomes %+v, %v", r, again, err)
		}
	})
}

func TestScreen(t *testing.T) {
	want := `COEN 3.0.0

Medium   sr0, QEMU DVD-ROM
Size     471859200 bytes
SHA-256  b565 0c5c 54b3 307f b2a7 c35e a519 d922
         6a4d ab22 a9e4 270c b4d9 c43d 2bd8 017e

WORDS
Every block of the root file system is as it was built.`
	words := regexp.MustCompile(`(?s) 1 scorecard     2 glossary .*32 .*?\n`)
	if got := words.ReplaceAllString(strings.Join(sample().Screen(), "\n"), "WORDS"); got != want {
		t.Errorf("screen\n%s\nwant\n%s", got, want)
	}
	worst := sample()
	worst.Rehearsal, worst.ToRAM = true, true
	worst.Drive = strings.Repeat("long ", 20)
	worst.Others = []string{"/dev/sda", "/dev/sdb", strings.Repeat("x", 60)}
	for _, state := range []State{Complete, Skipped, Pending} {
		worst.State = state
		lines := worst.Screen()
		if len(lines) > Lines-1 {
			t.Errorf("%s: %d lines", state, len(lines))
		}
		for _, line := range lines {
			if len(line) > Columns || strings.TrimRight(line, " ") != line || special.MatchString(line) {
				t.Errorf("%s: line %q", state, line)
			}
		}
	}
}
