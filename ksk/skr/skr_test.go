package skr_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coen/dnssec"
	"coen/ksk/ksr"
	"coen/ksk/ksrtest"
	"coen/ksk/lexical"
	"coen/ksk/skr"
)

// response answers a request with one key signing key, whose signatures are real.
func response(t testing.TB, request *ksr.Request) *skr.Response {
	t.Helper()
	k := ksrtest.Key(t, "ksk-1", 0)
	record := dnssec.Key{Flags: dnssec.FlagsKSK, Protocol: 3, Algorithm: dnssec.RSASHA256, PublicKey: k.Public()}
	tag := lexical.Int(int64(record.Tag()))
	r := &skr.Response{ID: request.ID, Domain: request.Domain, Serial: request.Serial, KSK: request.ZSK, ZSK: request.ZSK}
	for _, b := range request.Bundles {
		b.Keys = append(b.Keys, ksr.Key{
			Identifier: "K", Tag: tag, TTL: "172800", Flags: 257, Protocol: "3", Algorithm: dnssec.RSASHA256, PublicKey: lexical.EncodeBase64(k.Public()),
		})
		s := ksr.Signature{
			Identifier: "K", TTL: "172800", Algorithm: dnssec.RSASHA256, Labels: "0", OriginalTTL: "172800",
			Expiration: b.Expiration, Inception: b.Inception, KeyTag: tag, SignersName: ".",
		}
		data, err := s.SignedData(b.Keys)
		if err != nil {
			t.Fatal(err)
		}
		sig, err := k.Sign(data)
		if err != nil {
			t.Fatal(err)
		}
		s.Data = lexical.EncodeBase64(sig)
		b.Signatures = []ksr.Signature{s}
		r.Bundles = append(r.Bundles, b)
	}
	return r
}

func TestWriteReadWrite(t *testing.T) {
	first := skr.Format(response(t, ksrtest.Request(t, ksrtest.Plan(t))))
	r, err := skr.Parse(first)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(skr.Format(r), first) {
		t.Error("the second text is another one")
	}
}

// TestText has the parts of a response whose form matters to the byte.
func TestText(t *testing.T) {
	r := response(t, ksrtest.Request(t, ksrtest.Plan(t)))
	r.Serial = "7"
	text := string(skr.Format(r))
	for _, want := range []string{
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<KSR id=\"ksr-2030-q1\" domain=\".\" serial=\"7\">\n    <Response>\n        <ResponsePolicy>\n            <KSK>\n                <PublishSafety>P10D</PublishSafety>\n",
		"                <SignatureAlgorithm algorithm=\"8\">\n                    <RSA size=\"2048\" exponent=\"65537\"/>\n                </SignatureAlgorithm>\n            </KSK>\n            <ZSK>\n",
		"            <Inception>2030-01-01T00:00:00+00:00</Inception>\n            <Expiration>2030-01-22T00:00:00+00:00</Expiration>\n            <Key keyIdentifier=\"",
		"                <TTL>172800</TTL>\n                <Flags>257</Flags>\n                <Protocol>3</Protocol>\n                <Algorithm>8</Algorithm>\n                <PublicKey>",
		"            <Signature keyIdentifier=\"K\">\n                <TTL>172800</TTL>\n                <TypeCovered>DNSKEY</TypeCovered>\n                <Algorithm>8</Algorithm>\n                <Labels>0</Labels>\n                <OriginalTTL>172800</OriginalTTL>\n                <SignatureExpiration>2030-01-22T00:00:00+00:00</SignatureExpiration>\n",
		"                <SignersName>.</SignersName>\n                <SignatureData>",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no\n%s", want)
		}
	}
	if !strings.HasSuffix(text, "        </ResponseBundle>\n    </Response>\n</KSR>\n") {
		t.Error("the end is another one")
	}
}

// TestFolded: public keys of several lines get twelve more blanks on each line but the first.
func TestFolded(t *testing.T) {
	r := response(t, ksrtest.Request(t, ksrtest.Plan(t)))
	k := &r.Bundles[0].Keys[0].PublicKey
	*k = (*k)[:10] + "\n\n  " + (*k)[10:20] + "\r\n" + (*k)[20:]
	text := string(skr.Format(r))
	if want := (*k)[:10] + "\n" + strings.Repeat(" ", 14) + (*k)[14:24] + "\r\n" + strings.Repeat(" ", 12) + (*k)[26:]; !strings.Contains(text, want) {
		t.Errorf("no\n%q", want)
	}
	if err := skr.Verify([]byte(text), r, true); err != nil {
		t.Error(err)
	}
}

func TestTooFewBundles(t *testing.T) {
	r := response(t, ksrtest.Request(t, ksrtest.Plan(t)))
	r.Bundles = r.Bundles[:1]
	if _, err := skr.Parse(skr.Format(r)); err == nil {
		t.Error("one bundle is enough")
	}
}

func TestVerify(t *testing.T) {
	r := response(t, ksrtest.Request(t, ksrtest.Plan(t)))
	text := skr.Format(r)
	if err := skr.Verify(text, r, true); err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string][]byte{
		"cut short":     text[:len(text)-20],
		"other id":      bytes.Replace(text, []byte("ksr-2030-q1"), []byte("ksr-2030-q2"), 1),
		"other TTL":     bytes.Replace(text, []byte("<TTL>172800"), []byte("<TTL>172801"), 1),
		"bundle absent": append(bytes.Clone(text[:bytes.Index(text, []byte("<ResponseBundle"))]), text[bytes.LastIndex(text, []byte("<ResponseBundle")):]...),
	} {
		if skr.Verify(bad, r, true) == nil {
			t.Errorf("%s passes", name)
		}
	}
	r.Bundles[0].Signatures[0].Data = r.Bundles[1].Signatures[0].Data
	if skr.Verify(skr.Format(r), r, true) == nil {
		t.Error("another signature passes")
	}
	if err := skr.Verify(skr.Format(r), r, false); err != nil {
		t.Errorf("signatures are not to be verified: %v", err)
	}
}

// TestRelations: what answers a request and follows a response, and what does not.
func TestRelations(t *testing.T) {
	request, next := ksrtest.Request(t, ksrtest.Plan(t)), ksrtest.Request(t, ksrtest.NextPlan(t))
	first, second := response(t, request), response(t, next)
	if err := first.Answers(request); err != nil {
		t.Error(err)
	}
	if err := second.Follows(first); err != nil {
		t.Error(err)
	}
	if second.Answers(request) == nil || first.Follows(first) == nil || first.Follows(second) == nil {
		t.Error("the wrong ones pass")
	}
	for name, change := range map[string]func(*skr.Response){
		"serial":          func(r *skr.Response) { r.Serial = "9" },
		"bundle less":     func(r *skr.Response) { r.Bundles = r.Bundles[1:] },
		"bundle id":       func(r *skr.Response) { r.Bundles[3].ID = "x" },
		"time":            func(r *skr.Response) { r.Bundles[3].Expiration = r.Bundles[2].Expiration },
		"zone key absent": func(r *skr.Response) { r.Bundles[0].Keys = r.Bundles[0].Keys[1:] },
		"other zone key":  func(r *skr.Response) { r.Bundles[0].Keys[0].PublicKey = r.Bundles[0].Keys[1].PublicKey },
		"zone key signs":  func(r *skr.Response) { r.Bundles[0].Signatures[0].Identifier = r.Bundles[0].Keys[0].Identifier },
	} {
		r := response(t, ksrtest.Request(t, ksrtest.Plan(t)))
		change(r)
		if r.Answers(request) == nil {
			t.Errorf("%s passes", name)
		}
	}
}

func TestArchive(t *testing.T) {
	root := os.Getenv("COEN_TESTDATA")
	files, _ := filepath.Glob(filepath.Join(root, "ksr-archive", "*skr*.xml"))
	if root == "" || len(files) == 0 {
		t.Skip("COEN_TESTDATA leads to no archive")
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		r, err := skr.Parse(text)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		if err := skr.Verify(skr.Format(r), r, true); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(skr.Format(response(f, ksrtest.Small(f))))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := skr.Parse(text)
		if err != nil || len(text) > 1<<16 {
			return
		}
		if written := skr.Format(r); len(written) < 1<<20 {
			if err := skr.Verify(written, r, false); err != nil {
				t.Fatalf("%v in\n%s", err, written)
			}
		}
	})
}
