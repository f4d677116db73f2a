package main

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/miekg/dns"

	"coen/dnssec"
	"coen/hsm/hsmtest"
)

// TestKeyLife makes a key of every kind, finds its records right, signs with none and deletes it.
func TestKeyLife(t *testing.T) {
	hsmtest.Folder(t)
	hsmtest.Token(t, "room")
	t.Chdir(t.TempDir())
	put(t, "ksrsigner.yaml", "hsm: {soft: {module: $SOFTHSM2_MODULE, pin: '"+hsmtest.UserPIN+"'}}\n")
	for _, c := range []struct{ algorithm, size string }{
		{"RSASHA256", "2048"}, {"RSASHA512", "3072"}, {"ECDSAP256SHA256", ""}, {"ECDSAP384SHA384", ""}, {"ED25519", ""},
	} {
		args := []string{"kskm-keymaster", "keygen", "--label", "Ktest", "--algorithm", c.algorithm}
		if c.size != "" {
			args = append(args, "--size", c.size)
		}
		o := inRoom(t, nil, args...)
		if o.code != exitOK {
			t.Fatalf("%s: %s", c.algorithm, o.log)
		}
		checkRecords(t, o.log)
		if o := inRoom(t, nil, args...); o.code != exitRejected || !strings.Contains(o.log, "A key with label Ktest already exists") {
			t.Errorf("%s twice: exit code %d\n%s", c.algorithm, o.code, o.log)
		}
		o = inRoom(t, nil, "kskm", "keymaster", "inventory")
		if o.code != exitOK || !strings.Contains(o.log, "    Signing key pairs:\n      Ktest   -- Matching KSK not found in configuration") {
			t.Errorf("%s: inventory\n%s", c.algorithm, o.log)
		}
		o = inRoom(t, func(p *program) { p.stdin = strings.NewReader("Yes\n") }, "kskm", "keymaster", "keydelete", "--label", "Ktest")
		if o.code != exitOK || !strings.Contains(o.stdout, "Delete key pair key_label=Ktest ") {
			t.Errorf("%s: delete: %d\n%s%s", c.algorithm, o.code, o.stdout, o.log)
		}
		if o := inRoom(t, nil, "kskm", "keymaster", "keydelete", "--force", "--label", "Ktest"); o.code != exitRejected {
			t.Errorf("%s: deleted twice: exit code %d", c.algorithm, o.code)
		}
	}
}

var (
	dsRecord  = regexp.MustCompile(`    (\. IN DS .*)\n`)
	keyRecord = regexp.MustCompile(`(?s)    (\. IN DNSKEY .*?\))`)
)

// checkRecords has a DNS library compare the DS record with the DNSKEY record.
func checkRecords(t *testing.T, log string) {
	t.Helper()
	ds, key := dsRecord.FindStringSubmatch(log), keyRecord.FindStringSubmatch(log)
	if ds == nil || key == nil {
		t.Fatalf("no records in\n%s", log)
	}
	parsed, err := dns.NewRR(ds[1])
	if err != nil {
		t.Fatal(err)
	}
	k, err := dns.NewRR(key[1])
	if err != nil {
		t.Fatal(err)
	}
	want, got := k.(*dns.DNSKEY).ToDS(dns.SHA256), parsed.(*dns.DS)
	if want.KeyTag != got.KeyTag || want.Digest != strings.ToLower(got.Digest) || want.Algorithm != got.Algorithm {
		t.Errorf("DS is\n%v\nwant\n%v", got, want)
	}
	if size := dnssec.Algorithm(want.Algorithm).PointSize(); size != 0 {
		var packed [4096]byte
		n, err := dns.PackRR(k, packed[:], 0, nil, false)
		if err != nil || n != 1+10+4+size {
			t.Errorf("record of %d bytes, %v: the key has the wrong length", n, err)
		}
	}
}

// TestKeymasterUsage has the command lines that end with 2 before a token is touched.
func TestKeymasterUsage(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, args := range [][]string{
		{}, {"bogus"}, {"keygen"}, {"keygen", "--algorithm", "RSASHA1"}, {"keygen", "--algorithm", "RSASHA256", "--size", "1024"},
		{"keygen", "--algorithm", "ECDSAP256SHA256", "--curve", "secp384r1"}, {"keydelete"}, {"inventory", "x"},
	} {
		if o := inRoom(t, nil, append([]string{"kskm-keymaster"}, args...)...); o.code != exitUsage {
			t.Errorf("%q: exit code %d\n%s", args, o.code, o.stderr)
		}
		if logs, _ := filepath.Glob("*.log"); logs != nil {
			t.Errorf("%q: there is a log", args)
		}
	}
}

// TestTwoTokens deletes in the token where the key is, and only if it is in one.
func TestTwoTokens(t *testing.T) {
	hsmtest.Folder(t)
	hsmtest.Token(t, "one")
	hsmtest.Token(t, "two")
	t.Chdir(t.TempDir())
	put(t, "ksrsigner.yaml", "hsm: {soft: {module: $SOFTHSM2_MODULE, pin: '"+hsmtest.UserPIN+"'}}\n")
	keygen := func(token, label string) outcome {
		return inRoom(t, nil, "kskm-keymaster", "--token", token, "keygen", "--algorithm", "ECDSAP256SHA256", "--label", label)
	}
	for token, label := range map[string]string{"one": "Kone", "two": "Ktwo"} {
		if o := keygen(token, label); o.code != exitOK {
			t.Fatal(o.log)
		}
		if o := keygen(token, "Kboth"); o.code != exitOK {
			t.Fatal(o.log)
		}
	}
	for _, label := range []string{"Kone", "Ktwo"} {
		if o := inRoom(t, nil, "kskm-keymaster", "keydelete", "--force", "--label", label); o.code != exitOK {
			t.Errorf("%s: %s", label, o.log)
		}
	}
	if o := inRoom(t, nil, "kskm-keymaster", "keydelete", "--force", "--label", "Kboth"); o.code != exitRejected || !strings.Contains(o.log, "name the token") {
		t.Errorf("a label in two tokens: exit code %d\n%s", o.code, o.log)
	}
	if o := inRoom(t, nil, "kskm-keymaster", "--token", "two", "keydelete", "--force", "--label", "Kboth"); o.code != exitOK {
		t.Errorf("a label in two tokens, one of them named: %s", o.log)
	}
}

// TestSpeak has the outputs of sha2wordlist.
func TestSpeak(t *testing.T) {
	t.Chdir(t.TempDir())
	put(t, "notes.txt", "ceremony\n")
	const hash = "SHA-256:    b5650c5c54b3307fb2a7c35ea519d9226a4dab22a9e4270cb4d9c43d2bd8017e\nPGP Words:  scorecard glossary ammo fascinate eating"
	o := inRoom(t, nil, "kskm-sha2wordlist", "notes.txt")
	if o.code != exitOK || !strings.HasPrefix(o.stdout, "Filename:   notes.txt\n"+hash) || !strings.HasSuffix(o.stdout, "absurd insurgent\n\n") {
		t.Errorf("file: %d %q", o.code, o.stdout)
	}
	o = inRoom(t, func(p *program) { p.stdin = strings.NewReader("ceremony\n") }, "kskm", "sha2wordlist")
	if o.code != exitOK || !strings.HasPrefix(o.stdout, hash) || !strings.HasSuffix(o.stdout, "absurd insurgent\n") {
		t.Errorf("standard input: %d %q", o.code, o.stdout)
	}
	if o := inRoom(t, nil, "kskm-sha2wordlist", "absent"); o.code != exitRejected || o.stdout != "Filename:   absent\n" {
		t.Errorf("absent: %d %q", o.code, o.stdout)
	}
	if _, err := os.Stat("kskm-sha2wordlist.log"); !errors.Is(err, os.ErrNotExist) {
		t.Error("there is a log")
	}
}
