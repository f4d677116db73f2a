package main

import (
	"os"
	"strings"
	"testing"

	"coen/ksk/ksr"
	"coen/ksk/ksrtest"
	"coen/ksk/xml"
)

// TestGenerate makes requests from files and from a token, has them judged, and shows them.
func TestGenerate(t *testing.T) {
	enterRoom(t)
	for _, name := range []string{"zsk-a", "zsk-b", "zsk-c"} {
		put(t, name+".pem", string(ksrtest.PEM(t, name)))
	}
	fromFiles := []string{"kskm", "ksr", "generate", "--id", "made", "--start", "2030-01-01", "--signed-at", "2029-11-01",
		"--zsk", "zsk-a=zsk-a.pem:1", "--zsk", "zsk-b=zsk-b.pem:1-9", "--zsk", "zsk-c=zsk-c.pem:9", "--output", "made.xml"}
	if o := inRoom(t, nil, fromFiles...); o.code != exitOK {
		t.Fatal(o.stderr)
	}
	first := read(t, "made.xml")
	if o := inRoom(t, nil, fromFiles...); o.code != exitOK || read(t, "made.xml") != first {
		t.Errorf("made again it is another one: %s", o.stderr)
	}
	r := mustSign(t, "--strict", "--no-prev", "--schema", "normal", "made.xml", "skr.xml")
	believe(t, r)
	for _, c := range []struct{ what, file, want string }{
		{"ksr", "made.xml", "9  2030-03-22T00:00:00 2030-04-12T00:00:00"},
		{"skr", "skr.xml", "(Kcurrent)/S"},
	} {
		o := inRoom(t, nil, "kskm", c.what, "show", "--dns", c.file)
		if o.code != exitOK || !strings.Contains(o.stdout, c.want) || strings.Count(o.stdout, "IN RRSIG DNSKEY 8 0 172800") < 9 {
			t.Errorf("%s show: %d\n%s", c.what, o.code, o.stdout)
		}
		if o := inRoom(t, nil, "kskm", c.what, "show", "absent.xml"); o.code != exitRejected {
			t.Errorf("%s show of nothing: %d", c.what, o.code)
		}
	}
	o := inRoom(t, nil, "kskm", "ksr", "generate", "--start", "2030-01-01", "--zsk", "z=token:Kp256:1-9")
	if o.code != exitOK {
		t.Fatal(o.stderr)
	}
	made, err := ksr.Parse([]byte(o.stdout))
	if err != nil || len(made.Bundles) != 9 || made.Bundles[8].VerifySignatures() != nil {
		t.Errorf("from a token: %v", err)
	}
	for _, args := range [][]string{
		{}, {"--start", "x", "--zsk", "a=zsk-a.pem:1-9"}, {"--start", "2030-01-01"}, {"--start", "2030-01-01", "--zsk", "a=zsk-a.pem:1-9", "--validity", "P1M"},
	} {
		if o := inRoom(t, nil, append([]string{"kskm", "ksr", "generate"}, args...)...); o.code != exitUsage {
			t.Errorf("%q: exit code %d", args, o.code)
		}
	}
	for _, zsk := range []string{"a", "a=zsk-a.pem", "a=absent.pem:1-9", "a=zsk-a.pem:x", "a=token:absent:1-9", "a=zsk-a.pem:2-9"} {
		if o := inRoom(t, nil, "kskm", "ksr", "generate", "--start", "2030-01-01", "--zsk", zsk); o.code != exitRejected || o.stdout != "" {
			t.Errorf("--zsk %s: exit code %d", zsk, o.code)
		}
	}
}

// TestSizes: a request of the largest size is read, one byte more is not, and a folder is none.
func TestSizes(t *testing.T) {
	enterRoom(t)
	lawful := read(t, "ksr.xml")
	largest := strings.Repeat(" ", xml.MaxSize-len(lawful)) + lawful
	for size, code := range map[string]int{largest: exitOK, largest + "\n": exitRejected} {
		put(t, "ksr.xml", size)
		if o := sign(t, "ksr.xml", "skr.xml"); o.code != code {
			t.Errorf("%d bytes: exit code %d\n%s", len(size), o.code, o.stderr)
		}
	}
	if err := os.Mkdir("folder", 0o700); err != nil {
		t.Fatal(err)
	}
	if o := sign(t, "folder", "skr.xml"); o.code != exitRejected {
		t.Errorf("a folder: exit code %d", o.code)
	}
}
