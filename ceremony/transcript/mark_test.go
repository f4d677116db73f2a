package transcript

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

const (
	startMark = "\x1b]133;C;session=N;cmdline_url=ls%20-l\x1b\\"
	endMark   = "\x1b]133;D;7;session=N\x1b\\"
)

// scanned writes items so that they can be compared.
func scanned(items []item) string {
	var b strings.Builder
	for _, it := range items {
		switch {
		case it.mark == nil:
			b.Write(it.text)
		case it.mark.starts:
			fmt.Fprintf(&b, "<%s>", it.mark.command)
		default:
			fmt.Fprintf(&b, "<%d>", it.mark.status)
		}
	}
	return b.String()
}

// TestScan scans whole, and byte by byte.
func TestScan(t *testing.T) {
	for in, want := range map[string]string{
		"":                                    "",
		"plain \x1b[1mbold":                   "plain \x1b[1mbold",
		"a" + startMark + "b" + endMark + "c": "a<ls -l>b<7>c",
		startMark + endMark:                   "<ls -l><7>",
		strings.Replace(startMark, "=N", "=M", 1): strings.Replace(startMark, "=N", "=M", 1),
		"\x1b]133;A\x1b\\":                        "\x1b]133;A\x1b\\",
		"\x1b]133;D;x;session=N\x1b\\":            "\x1b]133;D;x;session=N\x1b\\",
		"\x1b]133;C;session=N;\x1b[m":             "\x1b]133;C;session=N;\x1b[m",
		"\x1b]133;C;session=N" + startMark:        "\x1b]133;C;session=N<ls -l>",
		"\x1b\x1b" + endMark + "\x1b":             "\x1b\x1b<7>\x1b",
		"ends in \x1b]13":                         "ends in \x1b]13",
	} {
		s := scanner{nonce: "N"}
		if got := scanned(append(s.scan([]byte(in)), s.flush()...)); got != want {
			t.Errorf("%q: %q instead of %q", in, got, want)
		}
		var items []item
		for i := range len(in) {
			items = append(items, s.scan([]byte(in[i:i+1]))...)
		}
		if got := scanned(append(items, s.flush()...)); got != want {
			t.Errorf("%q byte by byte: %q instead of %q", in, got, want)
		}
	}
}

func TestScanWithoutNonce(t *testing.T) {
	var s scanner
	forged := strings.Replace(startMark, "=N", "=", 1)
	if got := scanned(append(s.scan([]byte(forged)), s.flush()...)); got != forged {
		t.Errorf("%q", got)
	}
}

// FuzzScan cuts arbitrary output anywhere: what comes out does not depend on it, and without the
// nonce nothing is taken out.
func FuzzScan(f *testing.F) {
	f.Add([]byte("a"+startMark+"b"+endMark+"c\x1b]"), 5)
	f.Add([]byte("\x1b]133;C;"), 3)
	f.Add(append([]byte("\x1b]133;"), bytes.Repeat([]byte("x"), maxMark)...), 1)
	f.Fuzz(func(t *testing.T, in []byte, at int) {
		at = max(0, min(at, len(in)))
		one, two, none := scanner{nonce: "N"}, scanner{nonce: "N"}, scanner{nonce: "other"}
		whole := scanned(append(one.scan(bytes.Clone(in)), one.flush()...))
		parts := two.scan(bytes.Clone(in[:at]))
		parts = append(parts, two.scan(bytes.Clone(in[at:]))...)
		if got := scanned(append(parts, two.flush()...)); got != whole {
			t.Fatalf("%q, cut at %d %q", whole, at, got)
		}
		if got := scanned(append(none.scan(bytes.Clone(in)), none.flush()...)); !bytes.Contains(in, []byte("other")) && got != string(in) {
			t.Fatalf("%q became %q", in, got)
		}
		if len(one.held) > maxMark {
			t.Fatal("what is held back is not bounded")
		}
	})
}
