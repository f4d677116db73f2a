package keymaster_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"coen/dnssec"
	"coen/hsm"
	"coen/hsm/hsmtest"
	"coen/hsm/pkcs11"
	"coen/ksk/config"
	"coen/ksk/journal"
	"coen/ksk/keymaster"
)

func TestLabel(t *testing.T) {
	for seconds, want := range map[int64]string{
		1487000000: "Klcq5dq", 1477594212: "Klajeyz", 1276723156: "Kjqmt7v", 1276723159: "Kjqmt7v",
	} {
		if got := keymaster.Label(time.Unix(seconds, 0)); got != want {
			t.Errorf("%d: %s, want %s", seconds, got, want)
		}
	}
	if keymaster.Label(time.Unix(1276723155, 0)) == "Kjqmt7v" || keymaster.Label(time.Unix(1276723160, 0)) == "Kjqmt7v" {
		t.Error("the label lasts longer than four seconds")
	}
}

func TestRecords(t *testing.T) {
	k := dnssec.Key{Flags: dnssec.FlagsKSK, Protocol: 3, Algorithm: dnssec.RSASHA256, PublicKey: []byte{3, 1, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8}}
	const want = `    . IN DS 5919 8 2 E154CE14E3D9CEEEFE684564E584DF5DBD3C7E7EA7744177AB1E36D129C5B0A2
    . IN DNSKEY 257 3 8 (
        AwEAAQECAwQFBgcI
    )`
	if got := strings.Join(keymaster.Records(k, 4), "\n"); got != want {
		t.Errorf("is\n%s\nwant\n%s", got, want)
	}
	k.PublicKey = make([]byte, 300)
	for _, line := range keymaster.Records(k, 17)[1:] {
		if len(line) > 100 {
			t.Errorf("line of %d characters", len(line))
		}
	}
}

func TestSpec(t *testing.T) {
	for _, r := range []keymaster.Request{
		{Algorithm: dnssec.RSASHA256}, {Algorithm: dnssec.RSASHA256, Bits: 1024}, {Algorithm: dnssec.RSASHA1, Bits: 2048}, {Algorithm: dnssec.ED448},
	} {
		if _, err := r.Spec(); err == nil {
			t.Errorf("%v can be made", r)
		}
	}
}

// open opens a fresh token and returns what is logged.
func open(t *testing.T) (*hsm.Tokens, *strings.Builder, func(journal.Record)) {
	t.Helper()
	hsmtest.Folder(t)
	hsmtest.Token(t, "room")
	var log strings.Builder
	add := func(r journal.Record) { fmt.Fprintf(&log, "%s: %v %s\n", r.Logger, r.Level, r.Text) }
	pin := func() ([]byte, error) { return []byte(hsmtest.UserPIN), nil }
	tokens, err := hsm.Open([]hsm.Spec{{Name: "soft", Module: hsmtest.Module(t), PIN: pin}}, hsm.Options{Load: pkcs11.Load, Write: true, Log: add})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tokens.Close() })
	return tokens, &log, add
}

// TestTagCollision: a key whose tag is taken stays in the token, and the operator is told.
func TestTagCollision(t *testing.T) {
	tokens, log, add := open(t)
	c := config.Default()
	for tag := range int64(1 << 16) {
		c.Keys = append(c.Keys, config.Key{Label: "Kother", KeyTag: tag})
	}
	slot := tokens.Slots("soft")[0]
	err := keymaster.Generate(tokens, slot, keymaster.Request{Label: "Knew", Algorithm: dnssec.ECDSAP256SHA256}, c, add)
	if err == nil || !strings.Contains(err.Error(), "Key tag collision detected") {
		t.Errorf("%v\n%s", err, log)
	}
	if k, err := tokens.Find("Knew", hsm.PrivateKey); k == nil || err != nil {
		t.Errorf("the key is gone: %v", err)
	}
}

// TestInventory lists what is left of pairs, too.
func TestInventory(t *testing.T) {
	tokens, _, add := open(t)
	slot := tokens.Slots("soft")[0]
	for _, label := range []string{"Kpair", "Khalf", "Kpublic"} {
		if _, err := tokens.Generate(slot, label, hsm.KeySpec{Type: hsm.EC, Params: hsm.P256}); err != nil {
			t.Fatal(err)
		}
	}
	for label, class := range map[string]hsm.Class{"Khalf": hsm.PublicKey, "Kpublic": hsm.PrivateKey} {
		k, err := tokens.Find(label, class)
		if err != nil {
			t.Fatal(err)
		}
		if err := tokens.Destroy(k); err != nil {
			t.Fatal(err)
		}
	}
	pair, err := tokens.Find("Kpair", hsm.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	c := config.Default()
	c.Keys = []config.Key{{Label: "Kpair", Description: "d", Algorithm: dnssec.ECDSAP256SHA256, KeyTag: 1}}
	lines, err := keymaster.Inventory{Config: c, Tokens: tokens, Log: add}.Lines()
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(lines, "\n")
	for _, want := range []string{
		"HSM soft:\n  Slot ", "    Signing key pairs:\n      Kpair   -- BAD KSK 'Kpair/d': Key Kpair has unexpected key tag (",
		"    PUBLIC keys:\n      Kpublic -- Matching KSK not found in configuration\n", "    PRIVATE keys:\n      Khalf ",
		"\n                 public_key=" + pair.PublicText()[:69],
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

// TestDeclined deletes nothing.
func TestDeclined(t *testing.T) {
	tokens, log, add := open(t)
	if _, err := tokens.Generate(tokens.Slots("soft")[0], "K", hsm.KeySpec{Type: hsm.EC, Params: hsm.P256}); err != nil {
		t.Fatal(err)
	}
	err := keymaster.Delete(tokens, "K", func(string) (bool, error) { return false, nil }, add)
	if err != keymaster.ErrDeclined || !strings.Contains(log.String(), "WARNING Deletion of key pair key_label=K EC public_key=88 bytes aborted") {
		t.Errorf("%v\n%s", err, log)
	}
	if k, _ := tokens.Find("K", hsm.PublicKey); k == nil {
		t.Error("the key is gone")
	}
}
