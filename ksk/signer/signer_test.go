package signer_test

import (
	"context"
	"errors"
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
	"coen/ksk/ksr"
	"coen/ksk/ksrtest"
	"coen/ksk/lexical"
	"coen/ksk/policy"
	"coen/ksk/signer"
	"coen/ksk/skr"
)

// desk is all that is needed to sign.
type desk struct {
	*signer.Signer
	log      strings.Builder
	approved policy.Approved
	schema   config.Schema
}

// newDesk opens a token with two keys and approves a request.
func newDesk(t testing.TB) *desk {
	t.Helper()
	hsmtest.Folder(t)
	hsmtest.Token(t, "room")
	d := &desk{schema: config.Schema{}}
	c := config.Default()
	for i, name := range []string{"ksk-1", "ksk-2"} {
		label := "K" + fmt.Sprint(i+1)
		hsmtest.Import(t, "room", ksrtest.File(t, name), label, "0"+fmt.Sprint(i+1))
		soft := ksrtest.Key(t, name, 0)
		record := dnssec.Key{Flags: dnssec.FlagsKSK, Protocol: 3, Algorithm: dnssec.RSASHA256, PublicKey: soft.Public()}
		c.Keys = append(c.Keys, config.Key{
			Name: strings.ToLower(label), Label: label, Algorithm: dnssec.RSASHA256, KeyTag: int64(record.Tag()), DSSHA256: record.DSHex(),
			RSASize: 2048, RSAExponent: 65537, ValidFrom: lexical.Moment{Clock: ksrtest.Start, Zoned: true},
		})
	}
	for n := range int64(9) {
		d.schema[n+1] = config.Slot{Publish: []string{"k1"}, Sign: []string{"k1"}}
	}
	add := func(r journal.Record) { fmt.Fprintf(&d.log, "%s: %v %s\n", r.Logger, r.Level, r.Text) }
	pin := func() ([]byte, error) { return []byte(hsmtest.UserPIN), nil }
	tokens, err := hsm.Open([]hsm.Spec{{Name: "soft", Module: hsmtest.Module(t), PIN: pin}}, hsm.Options{Load: pkcs11.Load, Log: add})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tokens.Close() })
	d.Signer = &signer.Signer{Config: c, Tokens: tokens, Log: add}
	d.approve(t, ksrtest.Request(t, ksrtest.Plan(t)))
	return d
}

// approve has a request pass the checks that are not switched off here.
func (d *desk) approve(t testing.TB, r *ksr.Request) {
	t.Helper()
	p := d.Config.Request
	p.ValidateSignatures, p.KeysMatchZSKPolicy, p.CheckKeysMatchKSKOperatorPolicy = false, false, false
	review := policy.New(policy.Case{Request: r, RequestPolicy: p, KSKPolicy: d.Config.KSK, Now: ksrtest.Start.Add(-time.Hour)}, nil)
	if err := review.Run(policy.Request, false); err != nil {
		t.Fatal(err)
	}
	var err error
	if d.approved, err = review.Approve(); err != nil {
		t.Fatal(err)
	}
}

func (d *desk) sign() (*skr.Response, error) {
	return d.Sign(context.Background(), d.approved, d.schema)
}

func TestNotApproved(t *testing.T) {
	s := signer.Signer{Config: config.Default()}
	if _, err := s.Sign(context.Background(), policy.Approved{}, nil); err == nil {
		t.Error("nothing was approved, and it is signed")
	}
}

// TestResponseCheck: SKR-RESPONSE finds what no single signature shows, here two keys with one name.
func TestResponseCheck(t *testing.T) {
	d := newDesk(t)
	request := ksrtest.Request(t, ksrtest.Plan(t))
	for i := range request.Bundles {
		request.Bundles[i].Keys[0].Identifier = "K1"
	}
	d.approve(t, request)
	_, err := d.sign()
	var f *policy.Fault
	if !errors.As(err, &f) || f.ID != "SKR-RESPONSE" {
		t.Errorf("%v", err)
	}
	for _, v := range d.Verdicts() {
		if v.ID == "SKR-RESPONSE" && v.Status != policy.Fail || v.ID == "SKR-VERIFY" && v.Status != policy.Pass {
			t.Errorf("verdict %+v", v)
		}
	}
	d.Config.Response.ValidateSignatures = false
	if _, err := d.sign(); err != nil {
		t.Errorf("switched off: %v", err)
	}
}

// TestOverride: the time to live of every key is the configured one, and every change is logged.
func TestOverride(t *testing.T) {
	d := newDesk(t)
	d.Config.KSK.TTL = 3600
	r, err := d.sign()
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range r.Bundles {
		for _, k := range b.Keys {
			if k.TTL != "3600" {
				t.Errorf("key %s has TTL %s", k.Identifier, k.TTL)
			}
		}
	}
	if n := strings.Count(d.log.String(), "WARNING Overriding key zsk-"); n != 11 {
		t.Errorf("%d overrides are logged", n)
	}
}

// TestSameMaterial: a zone key that is a key signing key is in a bundle once.
func TestSameMaterial(t *testing.T) {
	d := newDesk(t)
	request := ksrtest.Request(t, ksrtest.Plan(t))
	for i := range request.Bundles {
		request.Bundles[i].Keys[0].PublicKey = lexical.EncodeBase64(ksrtest.Key(t, "ksk-1", 0).Public())
	}
	d.approve(t, request)
	r, err := d.sign()
	if err != nil {
		t.Fatal(err)
	}
	if n := len(r.Bundles[4].Keys); n != 1 {
		t.Errorf("%d keys", n)
	}
}

// TestRevoke: publishing and revoking a key leaves the revoked one, whose tag the signature has.
func TestRevoke(t *testing.T) {
	d := newDesk(t)
	for n := range d.schema {
		d.schema[n] = config.Slot{Publish: []string{"k1", "k2"}, Revoke: []string{"k1"}, Sign: []string{"k1", "k2"}}
	}
	r, err := d.sign()
	if err != nil {
		t.Fatal(err)
	}
	b := r.Bundles[0]
	published, revoked := signer.TagsOf(dnssec.Key{Protocol: 3, Algorithm: 8, PublicKey: ksrtest.Key(t, "ksk-1", 0).Public()})
	if len(b.Keys) != 4 || b.Signatures[0].KeyTag != lexical.Int(int64(revoked)) || published == revoked {
		t.Errorf("%d keys, tag %s, want %d", len(b.Keys), b.Signatures[0].KeyTag, revoked)
	}
}

func TestMissingSlot(t *testing.T) {
	d := newDesk(t)
	delete(d.schema, 9)
	if _, err := d.sign(); err == nil || !strings.Contains(err.Error(), "no slot 9") {
		t.Errorf("%v", err)
	}
}

// TestWarnings: keys without digest and tag are used, with a warning each time.
func TestWarnings(t *testing.T) {
	d := newDesk(t)
	d.Config.Keys[0].DSSHA256, d.Config.Keys[0].KeyTag = "", 0
	if _, err := d.sign(); err != nil {
		t.Fatal(err)
	}
	log := d.log.String()
	if strings.Count(log, "no ds_sha256") != 18 || strings.Count(log, "no key_tag") != 18 {
		t.Error(log)
	}
}

// BenchmarkSign signs nine bundles with SoftHSM; most of the time is the token's.
func BenchmarkSign(b *testing.B) {
	d := newDesk(b)
	for b.Loop() {
		if _, err := d.sign(); err != nil {
			b.Fatal(err)
		}
	}
}
