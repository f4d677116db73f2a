package main

import (
	"bytes"
	"crypto/des"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coen/hsm"
	"coen/hsm/hsmtest"
	"coen/hsm/pkcs11"
	"coen/internal/oracle"
	"coen/ksk/ksrtest"
)

// enterVault is enterRoom with keys of which backups can be made.
func enterVault(t *testing.T) {
	t.Helper()
	hsmtest.Folder(t)
	hsmtest.Token(t, "room")
	for i, k := range kskKeys[:4] {
		hsmtest.ImportExtractable(t, "room", ksrtest.File(t, k.file), k.label, fmt.Sprintf("%02x", i+1))
	}
	furnish(t)
}

// answering runs the program with lines for its questions.
func answering(t *testing.T, lines string, args ...string) outcome {
	t.Helper()
	return inRoom(t, func(p *program) { p.stdin = strings.NewReader(lines) }, append([]string{"kskm", "keybackup"}, args...)...)
}

// must runs a tool that has to succeed.
func must(t *testing.T, lines string, args ...string) outcome {
	t.Helper()
	o := answering(t, lines, args...)
	if o.code != exitOK {
		t.Fatalf("%q: exit code %d\n%s%s", args, o.code, o.stdout, o.stderr)
	}
	return o
}

// TestBackupCycle: make a wrapping key, back up, delete the key, restore it in place and in another token; each
// time the same request gives the same response.
func TestBackupCycle(t *testing.T) {
	enterVault(t)
	hsmtest.Token(t, "other")
	mustSign(t, "--token", "room", "ksr.xml", "before.xml")
	if o := answering(t, "", "export", "--token", "room", "--output", "k.backup", "Kcurrent"); o.code != exitRejected || !strings.Contains(o.log, "wrapping-key create") {
		t.Errorf("without a wrapping key: exit code %d\n%s", o.code, o.log)
	}
	must(t, "", "wrapping-key", "create", "--token", "room", "--transferable")
	if o := answering(t, "", "wrapping-key", "create", "--token", "room"); o.code != exitRejected {
		t.Error("a second wrapping key with the same label is made")
	}
	o := must(t, "", "export", "--token", "room", "--output", "k.backup", "Kcurrent", "Kp256", "Kp384")
	checkBackup(t, "k.backup", 3)
	if blob := between(t, read(t, "k.backup"), "wrapped-key ", "\n"); strings.Contains(o.log+o.stdout+o.stderr, blob[:40]) {
		t.Error("the log has a wrapped key")
	}
	if o := answering(t, "Yes\n", "import", "--token", "room", "k.backup", "Kcurrent"); o.code != exitRejected || !strings.Contains(o.log, "in use") {
		t.Errorf("over a key that is there: exit code %d\n%s", o.code, o.log)
	}
	must(t, "Kcurrent\n", "delete", "--token", "room", "--backup", "k.backup", "Kcurrent")
	if o := sign(t, "--token", "room", "ksr.xml", "none.xml"); o.code != exitUsage {
		t.Errorf("the deleted key signs: exit code %d", o.code)
	}
	must(t, "Yes\n", "import", "--token", "room", "k.backup", "Kcurrent")
	mustSign(t, "--token", "room", "ksr.xml", "again.xml")
	must(t, "", "wrapping-key", "copy", "--to", "other")
	if o := answering(t, "", "wrapping-key", "copy", "--to", "other"); o.code != exitRejected {
		t.Error("the wrapping key is copied twice")
	}
	if o := answering(t, "Yes\n", "import", "k.backup"); o.code != exitRejected || !strings.Contains(o.log, "use --token") {
		t.Errorf("two tokens with the wrapping key: exit code %d\n%s", o.code, o.log)
	}
	oracle.Run(t, "softhsm2-util", "--delete-token", "--token", "room")
	must(t, "Yes\n", "import", "k.backup")
	mustSign(t, "ksr.xml", "other.xml")
	for _, name := range []string{"again.xml", "other.xml"} {
		if read(t, name) != read(t, "before.xml") {
			t.Errorf("%s is another response", name)
		}
	}
}

func between(t *testing.T, s, start, end string) string {
	t.Helper()
	_, s, found := strings.Cut(s, start)
	s, _, ended := strings.Cut(s, end)
	if !found || !ended {
		t.Fatalf("nothing between %q and %q", start, end)
	}
	return s
}

// checkBackup has kskm verify a file and OpenSSL the signatures of the keys in it, as spec/key-backup.md says.
func checkBackup(t *testing.T, name string, keys int) {
	t.Helper()
	o := must(t, "", "show", name)
	if n := strings.Count(o.stdout, "its signature verifies"); n != keys {
		t.Errorf("%d keys are shown, not %d\n%s", n, keys, o.stdout)
	}
	text := read(t, name)
	at := strings.Index(text, "\nsignature ") + 1
	put(t, "body", text[:at])
	var publics, signatures []string
	for line := range strings.Lines(text) {
		if key, ok := strings.CutPrefix(line, "public-key "); ok {
			publics = append(publics, key)
		}
		if signature, ok := strings.CutPrefix(line, "signature "); ok {
			signatures = append(signatures, signature)
		}
	}
	for i, key := range publics {
		put(t, "key.pem", "-----BEGIN PUBLIC KEY-----\n"+key+"-----END PUBLIC KEY-----\n")
		signature, _ := base64.StdEncoding.DecodeString(strings.TrimSpace(signatures[i]))
		put(t, "signature", string(signature))
		hash := "-sha256"
		if strings.Contains(oracle.Run(t, "openssl", "pkey", "-pubin", "-in", "key.pem", "-noout", "-text"), "P-384") {
			hash = "-sha384"
		}
		oracle.Run(t, "openssl", "dgst", hash, "-verify", "key.pem", "-signature", "signature", "body")
	}
}

// TestBackupRefused has files that are not what was written, and tokens that fail.
func TestBackupRefused(t *testing.T) {
	enterVault(t)
	must(t, "", "wrapping-key", "create")
	must(t, "", "export", "--output", "k.backup", "Kcurrent", "Knext")
	must(t, "Kcurrent without backup\n", "delete", "Kcurrent")
	lawful := read(t, "k.backup")
	config := read(t, "ksrsigner.yaml")
	keys := must(t, "", "list").stdout
	for name, c := range map[string]struct{ file, says string }{
		"other label":      {strings.Replace(lawful, "key Kcurrent", "key Kcurrenu", 1), "does not verify"},
		"a key less":       {lawful[:strings.Index(lawful, "key Knext")] + lawful[strings.Index(lawful, "signature"):], "line 11"},
		"blank at the end": {lawful + " ", "should be"},
		"cut off":          {lawful[:len(lawful)-20], "is not base64"},
		"carriage returns": {strings.ReplaceAll(lawful, "\n", "\r\n"), "line 1"},
		"empty":            {"", "line 1"},
	} {
		put(t, "changed.backup", c.file)
		if o := answering(t, "Yes\n", "import", "changed.backup", "Kcurrent"); o.code != exitRejected || !strings.Contains(o.log, c.says) {
			t.Errorf("%s: exit code %d\n%s", name, o.code, o.log)
		}
	}
	// Names in the configuration decide which key a label stands for.
	swapped := strings.NewReplacer("label: Kcurrent\n", "label: Knext\n", "label: Knext\n", "label: Kcurrent\n").Replace(config)
	put(t, "ksrsigner.yaml", swapped)
	if o := answering(t, "Yes\n", "import", "k.backup", "Kcurrent"); o.code != exitRejected || !strings.Contains(o.log, "not the one of the configuration") {
		t.Errorf("not the configured key: exit code %d\n%s", o.code, o.log)
	}
	put(t, "ksrsigner.yaml", config)
	for name, f := range map[string]*hsmtest.Faults{
		"signature fails": {FailSign: 1, SignError: hsm.Code(0x30)}, "signature is wrong": {Corrupt: 1},
	} {
		o := inRoom(t, func(p *program) { p.load = f.Load(pkcs11.Load) }, "kskm", "keybackup", "import", "--force", "k.backup", "Kcurrent")
		if o.code != exitRejected {
			t.Errorf("%s: exit code %d\n%s", name, o.code, o.log)
		}
	}
	if got := must(t, "", "list").stdout; got != keys {
		t.Errorf("something is left in the token:\n%swas\n%s", got, keys)
	}
	must(t, "kskm backup key "+between(t, keys, "\"kskm backup key\"     id ", ",")+"\n", "wrapping-key", "delete")
	must(t, "", "wrapping-key", "create")
	if o := answering(t, "Yes\n", "import", "k.backup", "Kcurrent"); o.code != exitRejected || !strings.Contains(o.log, "wrapping key \"kskm backup key\" that is needed") {
		t.Errorf("another wrapping key: exit code %d\n%s", o.code, o.log)
	}
}

// TestBackupUnextractable: keys that were made to stay are not backed up.
func TestBackupUnextractable(t *testing.T) {
	enterRoom(t) // its keys cannot leave
	must(t, "", "wrapping-key", "create")
	if o := answering(t, "", "export", "--output", "k.backup", "Kcurrent"); o.code != exitRejected || !strings.Contains(o.log, "never to leave its token") {
		t.Errorf("exit code %d\n%s", o.code, o.log)
	}
	if o := answering(t, "", "wrapping-key", "copy", "--to", "room"); o.code != exitRejected {
		t.Errorf("copied to itself: exit code %d", o.code)
	}
}

// TestBackupAnswers: nothing is destroyed or restored without the right words.
func TestBackupAnswers(t *testing.T) {
	enterVault(t)
	must(t, "", "wrapping-key", "create")
	must(t, "", "export", "--output", "k.backup", "Kcurrent")
	keys := must(t, "", "list").stdout
	for _, c := range []struct {
		answer string
		args   []string
		code   int
	}{
		{"Yes\n", []string{"delete", "Kcurrent"}, exitFatal},
		{"Kcurrent\n", []string{"delete", "Kcurrent"}, exitFatal},
		{"", []string{"delete", "Kcurrent"}, exitRejected},
		{"Knext\n", []string{"delete", "--backup", "k.backup", "Knext"}, exitRejected},
		{"Yes\n", []string{"wrapping-key", "delete"}, exitFatal},
		{"kskm backup key\n", []string{"wrapping-key", "delete"}, exitFatal},
		{"yes\n", []string{"import", "k.backup"}, exitFatal},
		{"", []string{"delete", "Kabsent"}, exitRejected},
		{"", []string{"export", "--output", "x.backup", "Kabsent"}, exitRejected},
		{"", []string{"export", "Kcurrent"}, exitUsage},
		{"", []string{"export", "--output", "x.backup"}, exitUsage},
		{"", []string{"wrapping-key", "copy", "--to", "room"}, exitRejected},
		{"", []string{"wrapping-key", "copy"}, exitUsage},
		{"", []string{}, exitUsage},
	} {
		if o := answering(t, c.answer, c.args...); o.code != c.code {
			t.Errorf("%q answered %q: exit code %d, want %d\n%s", c.args, c.answer, o.code, c.code, o.stderr)
		}
	}
	if got := must(t, "", "list").stdout; got != keys {
		t.Errorf("the token has other keys:\n%swas\n%s", got, keys)
	}
	if _, err := os.Stat("x.backup"); err == nil {
		t.Error("a backup was written")
	}
}

// TestSecondImplementation takes keys from SoftHSM to NSS's softokn and back, which share no code.
func TestSecondImplementation(t *testing.T) {
	enterVault(t)
	nss := softokn(t)
	config := read(t, "ksrsigner.yaml")
	soft := strings.TrimPrefix(config[:strings.Index(config, "keys:\n")], "hsm:\n")
	rest := config[strings.Index(config, "keys:\n"):]
	put(t, "ksrsigner.yaml", "hsm:\n"+soft+nss+rest)
	put(t, "nss.yaml", "hsm:\n"+nss+rest)
	mustSign(t, "--hsm", "soft", "--schema", "rollover", "ksr.xml", "before.xml")
	must(t, "", "wrapping-key", "create", "--hsm", "soft", "--transferable")
	must(t, "", "export", "--hsm", "soft", "--output", "k.backup", "Kcurrent", "Knext")
	must(t, "", "wrapping-key", "copy", "--to", softoknToken, "--transferable")
	must(t, "Yes\n", "import", "--hsm", "nss", "k.backup")
	oracle.Run(t, "softhsm2-util", "--delete-token", "--token", "room")
	mustSign(t, "--config", "nss.yaml", "--schema", "rollover", "ksr.xml", "nss.xml")
	must(t, "", "export", "--config", "nss.yaml", "--output", "back.backup", "Kcurrent", "Knext")
	checkBackup(t, "back.backup", 2)
	hsmtest.Token(t, "fresh")
	must(t, "", "wrapping-key", "copy", "--to", "fresh")
	must(t, "Yes\n", "import", "--hsm", "soft", "back.backup")
	mustSign(t, "--hsm", "soft", "--schema", "rollover", "ksr.xml", "back.xml")
	for _, name := range []string{"nss.xml", "back.xml"} {
		if read(t, name) != read(t, "before.xml") {
			t.Errorf("%s is another response", name)
		}
	}
}

const softoknToken = "NSS Certificate DB"

// softokn makes a token of NSS and returns its entry in a configuration.
func softokn(t *testing.T) string {
	t.Helper()
	found, _ := filepath.Glob("/usr/lib/*/libsoftokn3.so")
	if len(found) == 0 {
		oracle.Missing(t, "libsoftokn3.so is not installed")
	}
	dir := t.TempDir()
	const pin = "secret-of-nss"
	put(t, filepath.Join(dir, "pin"), pin+"\n")
	oracle.Run(t, "certutil", "-N", "-d", "sql:"+dir, "-f", filepath.Join(dir, "pin"))
	return fmt.Sprintf("  nss:\n    module: %s\n    pin: %s\n    token: %s\n    env:\n      NSS_LIB_PARAMS: \"configdir='sql:%s' certPrefix='' keyPrefix='' secmod='secmod.db' flags=readWrite\"\n",
		found[0], pin, softoknToken, dir)
}

// TestLegacyRecords shows what the legacy tool wrote; SoftHSM does not unwrap it, and nothing is left behind.
func TestLegacyRecords(t *testing.T) {
	enterEmptyRoom(t)
	k := ksrtest.Key(t, "ksk-1", 0)
	modulus := base64.StdEncoding.EncodeToString(k.Public()[4:])
	wrapped := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{7}, 1200))
	put(t, "old.txt", "Starting: keybackup -p\nlabel:Kold\nid:4b6f6c64\nclass:private\ntype:rsa\nWrappedkey:\n"+wrapped+
		"\n\n[error] something\nlabel:Kold\nid:4b6f6c64\nclass:public\ntype:rsa\nmodulus:\n"+modulus+"\nexponent:\nAQAB\n")
	if o := answering(t, "", "import", "--legacy", "old.txt"); o.code != exitRejected || !strings.Contains(o.log, "no token has the wrapping key") {
		t.Errorf("exit code %d\n%s", o.code, o.log)
	}
	makeDES3(t, "dnssec backup key")
	o := answering(t, "Yes\n", "import", "--legacy", "--wrapping-key", "dnssec backup key", "old.txt")
	if o.code != exitRejected || !strings.Contains(o.stdout, "NOTHING VOUCHES FOR IT") || !strings.Contains(o.log, "Key Kold was not restored") {
		t.Errorf("exit code %d\n%s%s", o.code, o.stdout, o.log)
	}
	if o := must(t, "", "list"); strings.Contains(o.stdout, "Kold") {
		t.Errorf("something is left:\n%s", o.stdout)
	}
}

// makeDES3 makes a wrapping key as the legacy tool did.
func makeDES3(t *testing.T, label string) {
	t.Helper()
	library, err := pkcs11.Load(hsmtest.Module(t))
	if err != nil {
		t.Fatal(err)
	}
	defer library.Close()
	slots, err := library.Slots()
	if err != nil {
		t.Fatal(err)
	}
	session, err := library.Open(slots[0], true)
	if err == nil {
		err = session.Login(hsm.User, []byte(hsmtest.UserPIN))
	}
	if err != nil {
		t.Fatal(err)
	}
	const keyGen = hsm.Mechanism(0x131) // CKM_DES3_KEY_GEN
	if _, err := session.GenerateKey(keyGen, des3Template(label)); err != nil {
		t.Fatal(err)
	}
}

// TestLegacyRestored restores a key from records as the legacy tool wrote them, in a token that still knows triple DES.
func TestLegacyRestored(t *testing.T) {
	enterRoom(t)
	mustSign(t, "ksr.xml", "before.xml")
	nss := softokn(t)
	config := read(t, "ksrsigner.yaml")
	put(t, "ksrsigner.yaml", "hsm:\n"+nss+config[strings.Index(config, "keys:\n"):])
	t.Setenv("NSS_LIB_PARAMS", between(t, nss, `NSS_LIB_PARAMS: "`, `"`))
	des3 := []byte("0123456789abcdefghijklmn")
	createDES3(t, between(t, nss, "module: ", "\n"), between(t, nss, "pin: ", "\n"), "dnssec backup key", des3)
	t.Setenv("NSS_LIB_PARAMS", "")
	put(t, "old.txt", wrapAsLegacy(t, des3, "ksk-1", "Kcurrent"))
	must(t, "Yes\n", "import", "--legacy", "--wrapping-key", "dnssec backup key", "old.txt")
	mustSign(t, "ksr.xml", "after.xml")
	if read(t, "before.xml") != read(t, "after.xml") {
		t.Error("the restored key gives another response")
	}
}

// createDES3 puts a triple DES key into the token of NSS.
func createDES3(t *testing.T, module, pin, label string, value []byte) {
	t.Helper()
	library, err := pkcs11.Load(module)
	if err != nil {
		t.Fatal(err)
	}
	defer library.Close()
	const slot = 2 // of the key database
	session, err := library.Open(slot, true)
	if err == nil {
		err = session.Login(hsm.User, []byte(pin))
	}
	if err == nil {
		const attrValue hsm.AttributeType = 0x11
		_, err = session.Create(append(des3Template(label), hsm.Attribute{Type: attrValue, Value: value}))
	}
	if err != nil {
		t.Fatal(err)
	}
}

func des3Template(label string) hsm.Template {
	return hsm.Template{
		{Type: hsm.AttrClass, Value: hsm.SecretKey}, {Type: hsm.AttrKeyType, Value: hsm.DES3}, {Type: hsm.AttrLabel, Value: []byte(label)},
		{Type: hsm.AttrToken, Value: true}, {Type: hsm.AttrWrap, Value: true}, {Type: hsm.AttrUnwrap, Value: true},
	}
}

// wrapAsLegacy writes the records of a key, wrapped block by block.
func wrapAsLegacy(t *testing.T, des3 []byte, file, label string) string {
	t.Helper()
	block, _ := pem.Decode(ksrtest.PEM(t, file))
	wrapped := append(block.Bytes, make([]byte, -len(block.Bytes)&(des.BlockSize-1))...)
	cipher, err := des.NewTripleDESCipher(des3)
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; at < len(wrapped); at += des.BlockSize {
		cipher.Encrypt(wrapped[at:], wrapped[at:])
	}
	modulus := ksrtest.Key(t, file, 0).Public()[4:]
	return fmt.Sprintf("label:%s\nid:01\nclass:private\ntype:rsa\nWrappedkey:\n%s\n\nlabel:%[1]s\nid:01\nclass:public\ntype:rsa\nmodulus:\n%[3]s\nexponent:\nAQAB\n\n",
		label, base64.StdEncoding.EncodeToString(wrapped), base64.StdEncoding.EncodeToString(modulus))
}
