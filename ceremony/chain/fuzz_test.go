package chain

import (
	"bytes"
	"strings"
	"testing"
)

// FuzzEntry holds parser and writer to each other: a line that is read is written again with the
// same meaning, and is read the same.
func FuzzEntry(f *testing.F) {
	zeros := strings.Repeat("0", 64)
	for _, rest := range []string{
		`1 2026-11-22T12:00:01.000000Z begin format=coen-ceremony-log-1`,
		`2 2026-11-22T12:00:01.000000Z note text="a \"b\" \\ \x1b\t" other=x`,
		`2 2026-11-22T12:00:01.000000Z note text="`,
		`2 2026-11-22T12:00:01.000000Z note text=`,
		`2 2026-11-22T12:00:01.000000Z note text="a"b`,
		`2 2026-11-22T12:00:01.000000Z note `,
		`02 2026-02-30T12:00:01.000000Z note`,
	} {
		f.Add([]byte(zeros + " " + rest))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		e, _, err := parse(line)
		if err != nil {
			return
		}
		again, _, err := e.line(e.Number, Hash{})
		if err != nil {
			return // escaping made it too long
		}
		back, _, err := parse(bytes.TrimSuffix(again, []byte("\n")))
		if err != nil || back.Kind != e.Kind || !back.Time.Equal(e.Time) || len(back.Fields) != len(e.Fields) {
			t.Fatalf("%q became %q: %v", line, again, err)
		}
		for i := range e.Fields {
			if e.Fields[i] != back.Fields[i] {
				t.Fatalf("field %q became %q", e.Fields[i], back.Fields[i])
			}
		}
	})
}

// FuzzVerify feeds arbitrary files, in pieces of every size.
func FuzzVerify(f *testing.F) {
	l, path := newLog(f, 2)
	f.Add(read(f, path), 7)
	l.Append("note")
	f.Add(append(read(f, path), "half"...), 1)
	f.Add(bytes.Repeat([]byte("x\n"), 200000), 100000)
	f.Add(bytes.Repeat([]byte("x"), 2*MaxLine), 100000)
	f.Fuzz(func(t *testing.T, log []byte, size int) {
		one := Replay{}
		_, errOne := one.Write(log)
		if errOne == nil {
			errOne = one.End()
		}
		pieces := Replay{}
		var errPieces error
		for rest := log; len(rest) > 0 && errPieces == nil; {
			n := min(max(size, 1), len(rest))
			_, errPieces = pieces.Write(rest[:n])
			rest = rest[n:]
		}
		if errPieces == nil {
			errPieces = pieces.End()
		}
		if one.last.Hash != pieces.last.Hash || (errOne == nil) != (errPieces == nil) {
			t.Fatalf("%v, in pieces %v", errOne, errPieces)
		}
		if len(one.damage) > maxDamage+MaxLine {
			t.Fatal("damage is not bounded")
		}
	})
}
