package ksr_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/miekg/dns"

	"coen/ksk/ksr"
	"coen/ksk/ksrtest"
)

func text(t testing.TB) string { return string(ksr.Format(ksrtest.Request(t, ksrtest.Plan(t)))) }

// TestWriteReadWrite: what was written reads as what was meant, and is written again the same.
func TestWriteReadWrite(t *testing.T) {
	first := text(t)
	r, err := ksr.Parse([]byte(first))
	if err != nil {
		t.Fatal(err)
	}
	if second := string(ksr.Format(r)); second != first {
		t.Error("the second text is another one")
	}
	if len(r.Bundles) != 9 || len(r.Bundles[0].Keys) != 2 || r.ZSK.MaxSignatureValidity.ISO() != "P21D" {
		t.Errorf("read as %d bundles", len(r.Bundles))
	}
}

// TestReading has one change to a lawful request a line, and what comes of it: a part of
// the error, or nothing.
func TestReading(t *testing.T) {
	for _, c := range []struct{ name, old, new, err string }{
		{"lawful", "", "", ""},
		{"no id", ` id="ksr-2030-q1"`, "", "no attribute id"},
		{"no domain", ` domain="."`, "", "no attribute domain"},
		{"no serial", ` serial="0"`, "", "no attribute serial"},
		{"serial in words", `serial="0"`, `serial="x"`, "is not an integer"},
		{"serial of any size", `serial="0"`, `serial="99999999999999999999999999"`, ""},
		{"timestamp", `serial="0"`, `serial="0" timestamp="2030-01-01Z"`, ""},
		{"bad timestamp", `serial="0"`, `serial="0" timestamp="now"`, "time stamp"},
		{"attributes on Request", "<Request>", `<Request a="b">`, "may not have attributes"},
		{"attributes on TTL", "<TTL>", `<TTL unit="s">`, "may not have attributes"},
		{"no policy", "<ZSK>", "<ZSQ>", "no end"},
		{"empty duration", "<PublishSafety>P10D", "<PublishSafety>", ""},
		{"duration in months", "<PublishSafety>P10D", "<PublishSafety>P1M", "months"},
		{"policy element missing", "<RetireSafety>P10D</RetireSafety>", "", "missing <RetireSafety>"},
		{"policy element twice", "<RetireSafety>", "<RetireSafety>P1D</RetireSafety><RetireSafety>", "more than one"},
		{"algorithm without policy", `<SignatureAlgorithm algorithm="8">`, `<SignatureAlgorithm algorithm="7">`, "has no policy"},
		{"unknown algorithm", `<SignatureAlgorithm algorithm="8">`, `<SignatureAlgorithm algorithm="9">`, "unknown algorithm 9"},
		{"no parameters", `<RSA size="2048" exponent="65537"/>`, "", "missing <RSA>"},
		{"no size", `size="2048" `, "", "no attribute size"},
		{"bundle without id", ` id="c`, ` ix="c`, ""},
		{"no inception", "<Inception>2030-01-01T00:00:00+00:00</Inception>", "", "missing mandatory Inception"},
		{"bad inception", "<Inception>2030-01-01T00:00:00+00:00", "<Inception>2030-01-01T00:00:60", "time stamp"},
		{"offset", "<Inception>2030-01-01T00:00:00+00:00", "<Inception>2030-01-01T00:00:00+01:00", "offset"},
		{"flags 0", "<Flags>256", "<Flags>0", "flags 0"},
		{"flags 385", "<Flags>256", "<Flags>385", ""},
		{"unknown algorithm of a key", "<Algorithm>8", "<Algorithm>2", "unknown algorithm 2"},
		{"protocol 2", "<Protocol>3", "<Protocol>2", ""},
		{"tag of any size", `keyTag="`, `keyTag="100000`, ""},
		{"another type", "<TypeCovered>DNSKEY", "<TypeCovered>DS", "signature over type"},
		{"no public key", "<PublicKey>", "<PublicQey>", "no end"},
		{"not base64, which nobody has asked for", "<SignatureData>", "<SignatureData>=", ""},
		{"signer", "</Inception>", `</Inception><Signer keyIdentifier="a"></Signer>`, ""},
		{"signer without name", "</Inception>", `</Inception><Signer a="a"></Signer>`, "no attribute keyIdentifier"},
		{"P-256 key of the wrong length", "<Algorithm>8", "<Algorithm>13", "should be 64"},
	} {
		changed := strings.Replace(text(t), c.old, c.new, 1)
		_, err := ksr.Parse([]byte(changed))
		if c.err == "" && err != nil || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) {
			t.Errorf("%s: %v, want %q", c.name, err, c.err)
		}
	}
}

// TestOrderAndSets: bundles are sorted by expiration, and equal keys count once.
func TestOrderAndSets(t *testing.T) {
	lawful := text(t)
	from := strings.Index(lawful, "        <RequestBundle")
	to := strings.Index(lawful, "</RequestBundle>\n") + len("</RequestBundle>\n")
	end := strings.LastIndex(lawful, "    </Request>")
	moved := lawful[:from] + lawful[to:end] + lawful[from:to] + lawful[end:]
	r, err := ksr.Parse([]byte(moved))
	if err != nil || string(ksr.Format(r)) != lawful {
		t.Errorf("bundles are not sorted: %v", err)
	}
	key := lawful[strings.Index(lawful, "            <Key"):strings.Index(lawful, "</Key>")] + "</Key>\n"
	twice, err := ksr.Parse([]byte(strings.Replace(lawful, key, key+key, 1)))
	if err != nil || len(twice.Bundles[0].Keys) != 2 {
		t.Errorf("equal keys count twice: %v", err)
	}
}

// TestArchive reads the requests of past ceremonies, if they are at hand.
func TestArchive(t *testing.T) {
	root := os.Getenv("COEN_TESTDATA")
	files, _ := filepath.Glob(filepath.Join(root, "ksr-archive", "*ksr*.xml"))
	if root == "" || len(files) == 0 {
		t.Skip("COEN_TESTDATA leads to no archive")
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		r, err := ksr.Parse(content)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		for _, b := range r.Bundles {
			err := b.VerifySignatures()
			var invalid *ksr.InvalidSignature
			if bad := filepath.Base(file) == "ksr.bad.xml"; err != nil && (!bad || !errors.As(err, &invalid)) {
				t.Errorf("%s: %v", file, err)
			}
		}
		again, err := ksr.Parse(ksr.Format(r))
		if err != nil || !bytes.Equal(ksr.Format(again), ksr.Format(r)) {
			t.Errorf("%s: writing and reading is no identity: %v", file, err)
		}
	}
}

// TestRecords has a DNS library verify the records of a bundle.
func TestRecords(t *testing.T) {
	b := ksrtest.Request(t, ksrtest.Plan(t)).Bundles[0]
	records, err := b.Records()
	if err != nil {
		t.Fatal(err)
	}
	var set []dns.RR
	for _, text := range records {
		rr, err := dns.NewRR(text)
		if err != nil {
			t.Fatal(err)
		}
		s, ok := rr.(*dns.RRSIG)
		if !ok {
			set = append(set, rr)
			continue
		}
		verified := false
		for _, k := range set {
			verified = verified || s.Verify(k.(*dns.DNSKEY), set) == nil
		}
		if !verified {
			t.Errorf("not believed: %s", text)
		}
	}
}

func TestTable(t *testing.T) {
	b := ksrtest.Request(t, ksrtest.Plan(t)).Bundles[:1]
	b[0].Keys = append(b[0].Keys,
		ksr.Key{Identifier: "Kabcdef", Tag: "333", Flags: 257, Protocol: "3"},
		ksr.Key{Identifier: "Kbcdefg", Tag: "444", Flags: 385, Protocol: "3"})
	b[0].Signatures = append(b[0].Signatures, ksr.Signature{Identifier: "Kbcdefg"})
	b[0].Keys[0].Tag, b[0].Keys[1].Tag = "22222", "111"
	lines := ksr.Table(b)
	const head, row = "#  Inception           Expiration           ZSK Tags      KSK(CKA_LABEL)",
		"1  2030-01-01T00:00:00 2030-01-22T00:00:00  111,22222     333(Kabcdef)/P,444(Kbcdefg)/RS"
	if lines[0] != head || lines[1] != row {
		t.Errorf("is\n%s\nwant\n%s\n%s", strings.Join(lines, "\n"), head, row)
	}
}

// FuzzParse: whatever is read is written, and reads again as the same.
func FuzzParse(f *testing.F) {
	f.Add(ksr.Format(ksrtest.Small(f)))
	f.Fuzz(func(t *testing.T, content []byte) {
		r, err := ksr.Parse(content)
		if err != nil || len(content) > 1<<16 {
			return
		}
		for _, b := range r.Bundles {
			b.VerifySignatures()
			b.Records()
		}
		ksr.Table(r.Bundles)
		ksr.AlgorithmsOf(r.Bundles)
		written := ksr.Format(r)
		if len(written) > 1<<20 || bytes.Contains(written, []byte("P-")) {
			return // too long, or a negative duration, which cannot be read
		}
		again, err := ksr.Parse(written)
		if err != nil {
			t.Fatalf("%v in\n%s", err, written)
		}
		folded := bytes.Contains(content, []byte("\n")) // keys of several lines grow
		if !folded && !bytes.Equal(ksr.Format(again), written) {
			t.Errorf("written again as\n%s\nafter\n%s", ksr.Format(again), written)
		}
	})
}
