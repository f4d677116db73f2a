package transcript

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
)

const exampleTiming = `H 0.000000 START_TIME 2026-11-22 12:00:00+00:00
O 1.500000 6
H 0.000000 CEREMONY_COMMAND ls%20-l
O 0.250000 4
H 0.000000 CEREMONY_STATUS 2
S 10.000000 SIGWINCH ROWS=24 COLS=80
H 0.000000 CEREMONY_COMMAND exit
O 0.000001 3
`

func TestTiming(t *testing.T) {
	steps, err := ReadTiming(strings.NewReader(exampleTiming + "O 1.0"))
	if err != nil || len(steps) != 8 {
		t.Fatalf("%d steps, %v", len(steps), err)
	}
	again := ""
	for _, s := range steps {
		again += s.String()
	}
	if again != exampleTiming {
		t.Errorf("%s", again)
	}
	want := []Command{{"ls -l", 1500 * time.Millisecond, 2}, {"exit", 11750 * time.Millisecond, -1}}
	if got := Commands(steps); len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("%+v", got)
	}
}

func TestClassicTiming(t *testing.T) {
	steps, err := ReadTiming(strings.NewReader("0.5 12\n1 3\n"))
	if err != nil || len(steps) != 2 || steps[0] != (Step{Kind: 'O', Delay: time.Second / 2, Bytes: 12}) {
		t.Errorf("%+v, %v", steps, err)
	}
}

func TestBadTiming(t *testing.T) {
	for _, line := range []string{"", "x", "O", "O 1", "O -1 5", "O 1 -5", "O 1 5 6", "O NaN 5", "O 1e300 5", "X 1 2", "O 1 9999999999999999999"} {
		if _, err := ReadTiming(strings.NewReader(line + "\n")); err == nil || !strings.Contains(err.Error(), "line 1") {
			t.Errorf("%q: %v", line, err)
		}
	}
}

func TestTimingIsBounded(t *testing.T) {
	for name, in := range map[string]string{
		"long line": "H 0 " + strings.Repeat("x", maxTimingLine) + "\n",
		"long file": strings.Repeat("H 0 "+strings.Repeat("x", 1<<16)+"\n", maxTiming>>16),
	} {
		if _, err := ReadTiming(strings.NewReader(in)); err == nil {
			t.Errorf("%s was read", name)
		}
	}
}

func TestPlayer(t *testing.T) {
	steps, err := ReadTiming(strings.NewReader(exampleTiming))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		player Player
		slept  time.Duration
	}{
		"as it went":  {Player{Speed: 1}, 11750001 * time.Microsecond},
		"twice":       {Player{Speed: 2}, 11750001 * time.Microsecond / 2},
		"short pause": {Player{Speed: 1, MaxPause: time.Second}, 2250001 * time.Microsecond},
		"from within": {Player{Speed: 1, From: 11 * time.Second}, 750001 * time.Microsecond},
		"from later":  {Player{Speed: 1, From: time.Hour}, 0},
	} {
		var out strings.Builder
		slept := time.Duration(0)
		c.player.Out = &out
		c.player.Sleep = func(_ context.Context, d time.Duration) error { slept += d; return nil }
		err := c.player.Play(t.Context(), strings.NewReader("Script started\nprompttextend\nScript done\n"), steps)
		if err != nil || out.String() != "prompttextend" {
			t.Errorf("%s: %q, %v", name, out.String(), err)
		}
		if slept != c.slept {
			t.Errorf("%s: slept %s instead of %s", name, slept, c.slept)
		}
	}
}

func TestPlayerOfCutTypescript(t *testing.T) {
	steps := []Step{{Kind: 'O', Bytes: 10}}
	for _, typescript := range []string{"", "no newline", "first\n12345"} {
		p := Player{Out: io.Discard, Speed: 1}
		if err := p.Play(t.Context(), strings.NewReader(typescript), steps); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%q: %v", typescript, err)
		}
	}
}

func FuzzTiming(f *testing.F) {
	f.Add(exampleTiming)
	f.Add("0.5 12\n")
	f.Fuzz(func(t *testing.T, in string) {
		steps, err := ReadTiming(strings.NewReader(in))
		if err != nil {
			return
		}
		for _, s := range steps {
			if s.Delay < 0 || s.Bytes < 0 {
				t.Fatalf("%+v", s)
			}
		}
		Commands(steps)
		p := Player{Out: io.Discard, Speed: 1, Sleep: func(context.Context, time.Duration) error { return nil }}
		_ = p.Play(t.Context(), strings.NewReader("first\nsecond\n"), steps)
	})
}
