package ksr

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"coen/ksk/lexical"
)

// Writer writes the mark-up that requests and responses share: one element a line,
// four blanks a level. Text is not escaped: what was read goes out again verbatim.
type Writer struct {
	b     strings.Builder
	level int
}

// NewWriter returns a Writer that has written the XML declaration.
func NewWriter() *Writer {
	w := &Writer{}
	w.line(`<?xml version="1.0" encoding="UTF-8"?>`)
	return w
}

// Bytes returns what has been written.
func (w *Writer) Bytes() []byte { return []byte(w.b.String()) }

func (w *Writer) line(format string, args ...any) {
	w.b.WriteString(strings.Repeat("    ", w.level))
	fmt.Fprintf(&w.b, format, args...)
	w.b.WriteByte('\n')
}

// Inside writes an element, with pairs of attribute names and values, around what
// content writes.
func (w *Writer) Inside(name string, attributes []string, content func()) {
	start := name
	for i := 0; i < len(attributes); i += 2 {
		start += fmt.Sprintf(` %s="%s"`, attributes[i], attributes[i+1])
	}
	w.line("<%s>", start)
	w.level++
	content()
	w.level--
	w.line("</%s>", name)
}

// Text writes an element that holds a text.
func (w *Writer) Text(name string, value any) { w.line("<%s>%v</%[1]s>", name, value) }

// Policy writes a policy block with this name. The algorithms are sorted by number,
// size and exponent.
func (w *Writer) Policy(name string, p Policy) {
	w.Inside(name, nil, func() {
		w.Text("PublishSafety", p.PublishSafety.ISO())
		w.Text("RetireSafety", p.RetireSafety.ISO())
		w.Text("MaxSignatureValidity", p.MaxSignatureValidity.ISO())
		w.Text("MinSignatureValidity", p.MinSignatureValidity.ISO())
		w.Text("MaxValidityOverlap", p.MaxValidityOverlap.ISO())
		w.Text("MinValidityOverlap", p.MinValidityOverlap.ISO())
		algorithms := slices.Clone(p.Algorithms)
		slices.SortFunc(algorithms, compareAlgorithms)
		for _, a := range algorithms {
			w.algorithm(a)
		}
	})
}

func compareAlgorithms(a, b AlgorithmPolicy) int {
	return cmp.Or(cmp.Compare(a.Algorithm, b.Algorithm), a.Size.Compare(b.Size), a.Exponent.Compare(b.Exponent))
}

func (w *Writer) algorithm(a AlgorithmPolicy) {
	number := []string{"algorithm", fmt.Sprint(uint8(a.Algorithm))}
	w.Inside("SignatureAlgorithm", number, func() {
		if a.Algorithm.IsRSA() {
			w.line(`<RSA size="%s" exponent="%s"/>`, a.Size, a.Exponent)
		} else {
			w.line(`<%s size="%s"/>`, Family(a.Algorithm), a.Size)
		}
	})
}

// Bundle writes a bundle in an element with this name. Keys are sorted by key tag,
// then by their record; signatures by key tag, then by the key's identifier.
func (w *Writer) Bundle(name string, b Bundle) {
	w.Inside(name, []string{"id", b.ID}, func() {
		w.Text("Inception", lexical.FormatTime(b.Inception))
		w.Text("Expiration", lexical.FormatTime(b.Expiration))
		for _, k := range SortedKeys(b.Keys) {
			w.key(k)
		}
		for _, s := range SortedSignatures(b.Signatures) {
			w.signature(s)
		}
	})
}

// SortedKeys returns the keys by key tag, then by record, then by identifier.
func SortedKeys(keys []Key) []Key {
	return slices.SortedStableFunc(slices.Values(keys), func(a, b Key) int {
		ra, _ := a.DNSKEY()
		rb, _ := b.DNSKEY()
		return cmp.Or(a.Tag.Compare(b.Tag), slices.Compare(ra.RDATA(), rb.RDATA()), cmp.Compare(a.Identifier, b.Identifier))
	})
}

// SortedSignatures returns the signatures by key tag, then by the key's identifier.
func SortedSignatures(signatures []Signature) []Signature {
	return slices.SortedStableFunc(slices.Values(signatures), func(a, b Signature) int {
		return cmp.Or(a.KeyTag.Compare(b.KeyTag), cmp.Compare(a.Identifier, b.Identifier))
	})
}

func (w *Writer) key(k Key) {
	w.Inside("Key", []string{"keyIdentifier", k.Identifier, "keyTag", string(k.Tag)}, func() {
		w.Text("TTL", k.TTL)
		w.Text("Flags", k.Flags)
		w.Text("Protocol", k.Protocol)
		w.Text("Algorithm", uint8(k.Algorithm))
		w.Text("PublicKey", continued(k.PublicKey))
	})
}

// continued prepares a text of several lines as responses have always had it: no empty
// lines, and twelve more blanks before each line but the first.
func continued(text string) string {
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		if line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n"+strings.Repeat(" ", 12))
}

func (w *Writer) signature(s Signature) {
	w.Inside("Signature", []string{"keyIdentifier", s.Identifier}, func() {
		w.Text("TTL", s.TTL)
		w.Text("TypeCovered", "DNSKEY")
		w.Text("Algorithm", uint8(s.Algorithm))
		w.Text("Labels", s.Labels)
		w.Text("OriginalTTL", s.OriginalTTL)
		w.Text("SignatureExpiration", lexical.FormatTime(s.Expiration))
		w.Text("SignatureInception", lexical.FormatTime(s.Inception))
		w.Text("KeyTag", s.KeyTag)
		w.Text("SignersName", s.SignersName)
		w.Text("SignatureData", s.Data)
	})
}

// Format writes a request.
func Format(r *Request) []byte {
	w := NewWriter()
	root := []string{"id", r.ID, "domain", r.Domain, "serial", string(r.Serial)}
	if !r.Timestamp.IsZero() {
		root = append(root, "timestamp", lexical.FormatTime(r.Timestamp))
	}
	w.Inside("KSR", root, func() {
		w.Inside("Request", nil, func() {
			w.Inside("RequestPolicy", nil, func() { w.Policy("ZSK", r.ZSK) })
			for _, b := range r.Bundles {
				w.Bundle("RequestBundle", b)
			}
		})
	})
	return w.Bytes()
}
