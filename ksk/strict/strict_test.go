package strict_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coen/ksk/ksr"
	"coen/ksk/ksrtest"
	"coen/ksk/strict"
)

// TestRequest has one change to a lawful request a line, and a part of the error.
func TestRequest(t *testing.T) {
	lawful := string(ksr.Format(ksrtest.Request(t, ksrtest.Plan(t))))
	if err := strict.Request([]byte(lawful)); err != nil {
		t.Fatal(err)
	}
	if strict.Response([]byte(lawful)) == nil {
		t.Error("a request passes as a response")
	}
	for _, c := range []struct{ name, old, new, err string }{
		{"declaration", `<?xml version="1.0" encoding="UTF-8"?>`, "", ""},
		{"byte order mark", "<?xml", "\ufeff<?xml", "outside of elements"},
		{"time stamp", `serial="0"`, `serial="0" timestamp="2030-01-01T00:00:00Z"`, ""},
		{"comment", "<Request>", "<Request><!-- c -->", "only elements and text"},
		{"instruction", "<Request>", "<Request><?x y?>", "only elements and text"},
		{"unknown element", "<Request>", "<Request><X></X>", "<X> is not allowed here"},
		{"unknown attribute", "<Request>", `<Request x="y">`, "attribute x is not allowed"},
		{"attribute twice", `id="ksr-2030-q1"`, `id="a" id="b"`, "is not allowed"},
		{"attribute missing", ` domain="."`, "", "missing attribute domain"},
		{"name space", "<Request>", `<x:Request>`, "not allowed here"},
		{"text between elements", "<Request>", "<Request>x", "text between elements"},
		{"text after the root", "</KSR>", "</KSR>x", "outside of elements"},
		{"second root", "</KSR>", "</KSR><KSR></KSR>", "not allowed here"},
		{"plus sign", `serial="0"`, `serial="+0"`, "is not a number"},
		{"leading zero", `serial="0"`, `serial="00"`, "is not a number"},
		{"tag out of range", `keyTag="`, `keyTag="9`, "is not a number"},
		{"protocol", "<Protocol>3", "<Protocol>2", `"2" is not one of 3`},
		{"flags", "<Flags>256", "<Flags>0", "is not one of"},
		{"duration in weeks", "<PublishSafety>P10D", "<PublishSafety>P1W", "is not a duration"},
		{"empty duration", "<PublishSafety>P10D", "<PublishSafety>", "is not a duration"},
		{"duration without components", "<PublishSafety>P10D", "<PublishSafety>PT", "is not a duration"},
		{"time in basic form", "<Inception>2030-01-01T00:00:00", "<Inception>20300101T000000", "is not a time"},
		{"fraction of a second", "<Inception>2030-01-01T00:00:00", "<Inception>2030-01-01T00:00:00.5", "is not a time"},
		{"base64 without padding", "==</", "</", "is not base64"},
		{"junk in base64", "<PublicKey>", "<PublicKey>*", "is not base64"},
		{"element missing", "<RetireSafety>P10D</RetireSafety>", "", "not allowed here"},
		{"last element missing", "<MinValidityOverlap>P9D</MinValidityOverlap>", "", "not allowed here"},
		{"unfinished", "</KSR>", "", "EOF"},
		{"wrong end", "</Request>", "</Requests>", "ends <Request>"},
	} {
		if !strings.Contains(lawful, c.old) {
			t.Errorf("%s: the lawful request has no %q", c.name, c.old)
			continue
		}
		err := strict.Request([]byte(strings.Replace(lawful, c.old, c.new, 1)))
		if c.err == "" && err != nil || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) {
			t.Errorf("%s: %v, want %q", c.name, err, c.err)
		}
	}
}

// TestResponses: what kskm writes passes.
func TestResponses(t *testing.T) {
	files, _ := filepath.Glob("../../cmd/kskm/testdata/golden/pos/*/skr.xml")
	if len(files) == 0 {
		t.Fatal("no responses")
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := strict.Response(text); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// FuzzStrict: what is accepted here is accepted by the usual reader.
func FuzzStrict(f *testing.F) {
	f.Add(ksr.Format(ksrtest.Small(f)))
	f.Fuzz(func(t *testing.T, text []byte) {
		strict.Request(text)
		strict.Response(text)
	})
}
