package main

import (
	"encoding/pem"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"coen/hsm/hsmtest"
	"coen/internal/oracle"
	"coen/ksk/csr"
)

// enterEmptyRoom makes a folder with an empty token and a configuration, and goes there.
func enterEmptyRoom(t *testing.T) {
	t.Helper()
	hsmtest.Folder(t)
	hsmtest.Token(t, "room")
	t.Chdir(t.TempDir())
	put(t, "ksrsigner.yaml", "hsm: {soft: {module: $SOFTHSM2_MODULE, pin: '"+hsmtest.UserPIN+"'}}\n")
}

// TestKSKGen makes a key of every kind with its request, which OpenSSL verifies too.
func TestKSKGen(t *testing.T) {
	enterEmptyRoom(t)
	for _, algorithm := range generable {
		label := "K" + strings.ToLower(algorithm.String())
		if o := inRoom(t, nil, "kskm", "keymaster", "keygen", "--label", label, "--size", "2048", "--algorithm", algorithm.String()); o.code != exitOK {
			t.Fatal(o.log)
		}
		o := inRoom(t, nil, "kskm", "kskgen", "--algorithm", algorithm.String(), label)
		if o.code != exitOK {
			t.Errorf("%v: exit code %d\n%s", algorithm, o.code, o.stderr)
			continue
		}
		_, complaint, err := oracle.Try(t, "openssl", "req", "-inform", "DER", "-in", label+".csr", "-noout", "-verify")
		if err != nil || !strings.Contains(complaint, "verify OK") {
			t.Errorf("%v: openssl: %v\n%s", algorithm, err, complaint)
		}
		subject := oracle.Run(t, "openssl", "req", "-inform", "DER", "-in", label+".csr", "-noout", "-subject", "-nameopt", "RFC2253,-dn_rev")
		const want = `^subject=O=Public Technical Identifiers,OU=Cryptographic Business Operations,` +
			`CN=Root Zone KSK \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\\\+00:00,1\.3\.6\.1\.4\.1\.1000\.53=#13[0-9A-F]+\n$`
		if !regexp.MustCompile(want).MatchString(subject) {
			t.Errorf("%v: %s", algorithm, subject)
		}
		shown := inRoom(t, nil, "kskm", "csr", "show", label+".csr")
		if shown.code != exitOK || !strings.Contains(shown.stdout, strings.SplitAfterN(o.stdout, "\n", 2)[1]) {
			t.Errorf("%v: show says\n%swhere kskgen said\n%s", algorithm, shown.stdout, o.stdout)
		}
		for line := range strings.Lines(o.stdout) {
			if !strings.Contains(o.log, line) {
				t.Errorf("%v: the log has no %q", algorithm, line)
			}
		}
	}
}

// TestKSKGenNew lets kskgen make the key, and refuses what it should.
func TestKSKGenNew(t *testing.T) {
	enterEmptyRoom(t)
	o := inRoom(t, nil, "kskm", "kskgen", "--organization", "Exämple", "--common-name", "test")
	if o.code != exitOK {
		t.Fatal(o.log)
	}
	files, _ := filepath.Glob("K??????.csr")
	if len(files) != 1 || !strings.Contains(o.stdout, `O:        "Exämple"`) || !strings.Contains(o.stdout, "CN:       test\n") {
		t.Fatalf("%v\n%s", files, o.stdout)
	}
	label := strings.TrimSuffix(files[0], ".csr")
	listed := oracle.Run(t, "pkcs11-tool", "--module", hsmtest.Module(t), "--token-label", "room", "--login", "--pin", hsmtest.UserPIN, "--list-objects")
	if id := regexp.MustCompile(`ID: +([0-9a-f]+)`).FindAllStringSubmatch(listed, -1); len(id) != 2 || id[0][1] != hexText(label) || id[1][1] != hexText(label) {
		t.Errorf("identifiers %q, want twice %s", id, hexText(label))
	}
	request := read(t, files[0])
	for name, c := range map[string]struct {
		args []string
		code int
		says string
	}{
		"file is there":   {[]string{label}, exitRejected, "--force"},
		"replaced":        {[]string{"--force", label}, exitOK, ""},
		"other algorithm": {[]string{"--force", "--algorithm", "ED25519", label}, exitRejected, "not one for ED25519"},
		"unknown label":   {[]string{"Kabsent"}, exitRejected, "no private key with label Kabsent"},
		"bad algorithm":   {[]string{"--algorithm", "RSASHA1"}, exitUsage, "RSASHA1"},
		"bad size":        {[]string{"--size", "1024"}, exitUsage, "1024"},
	} {
		o := inRoom(t, nil, append([]string{"kskm", "kskgen"}, c.args...)...)
		if o.code != c.code || !strings.Contains(o.stderr, c.says) {
			t.Errorf("%s: exit code %d\n%s", name, o.code, o.stderr)
		}
	}
	if _, err := csr.Parse([]byte(request)); err != nil {
		t.Error(err)
	}
}

func hexText(s string) string {
	const digits = "0123456789abcdef"
	var b strings.Builder
	for _, c := range []byte(s) {
		b.WriteByte(digits[c>>4])
		b.WriteByte(digits[c&15])
	}
	return b.String()
}

// unsigned is what stands before the one byte of a request that nothing vouches for: the tag of the
// parameters of the signature's algorithm, sha256WithRSAEncryption.
const unsigned = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b"

// TestCSRShow reads the requests of the predecessor, and none that has been tampered with.
func TestCSRShow(t *testing.T) {
	root := os.Getenv("COEN_TESTDATA")
	if root == "" {
		t.Skip("COEN_TESTDATA is not set")
	}
	t.Chdir(t.TempDir())
	for name, tag := range map[string]string{"legacy-KSK1": "5017", "legacy-KSK2": "55186"} {
		text := read(t, filepath.Join(root, "ksr-archive", name+".csr"))
		put(t, "der", text)
		put(t, "pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: []byte(text)})))
		for _, file := range []string{"der", "pem"} {
			if o := inRoom(t, nil, "kskm", "csr", "show", file); o.code != exitOK || !strings.Contains(o.stdout, ". IN DS "+tag+" 8 2 ") {
				t.Errorf("%s as %s: exit code %d\n%s%s", name, file, o.code, o.stdout, o.stderr)
			}
		}
		for at := range len(text) {
			if at == strings.Index(text, unsigned)+len(unsigned) {
				continue
			}
			changed := []byte(text)
			changed[at] ^= 1
			if _, err := csr.Parse(changed); err == nil {
				t.Errorf("%s: byte %d can be changed", name, at)
			}
		}
	}
}
