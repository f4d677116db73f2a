package pkcs11_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"

	"coen/dnssec"
	"coen/hsm"
	"coen/hsm/hsmtest"
	"coen/hsm/pkcs11"
	"coen/internal/oracle"
	"coen/ksk/journal"
)

// open opens all tokens of SoftHSM with a PIN and returns the log as well.
func open(t *testing.T, pin string, specs ...hsm.Spec) (*hsm.Tokens, *strings.Builder, error) {
	t.Helper()
	var log strings.Builder
	if specs == nil {
		specs = []hsm.Spec{spec(t, "soft", pin)}
	}
	tokens, err := hsm.Open(specs, hsm.Options{
		Load: pkcs11.Load, Write: true,
		Log: func(r journal.Record) { fmt.Fprintf(&log, "%v %s\n", r.Level, r.Text) },
	})
	if err == nil {
		t.Cleanup(func() { tokens.Close() })
	}
	return tokens, &log, err
}

func spec(t *testing.T, name, pin string) hsm.Spec {
	return hsm.Spec{Name: name, Module: hsmtest.Module(t), PIN: func() ([]byte, error) { return []byte(pin), nil }}
}

// TestEveryKind generates a key of each kind, signs with it by each mechanism and has
// software verify the signature.
func TestEveryKind(t *testing.T) {
	hsmtest.Folder(t)
	hsmtest.Token(t, "one")
	tokens, _, err := open(t, hsmtest.UserPIN)
	if err != nil {
		t.Fatal(err)
	}
	slot := tokens.Slots("soft")[0]
	for _, c := range []struct {
		alg  dnssec.Algorithm
		spec hsm.KeySpec
	}{
		{dnssec.RSASHA256, hsm.KeySpec{Type: hsm.RSA, Bits: 2048}},
		{dnssec.RSASHA512, hsm.KeySpec{Type: hsm.RSA, Bits: 2048}},
		{dnssec.ECDSAP256SHA256, hsm.KeySpec{Type: hsm.EC, Params: hsm.P256}},
		{dnssec.ECDSAP384SHA384, hsm.KeySpec{Type: hsm.EC, Params: hsm.P384}},
		{dnssec.ED25519, hsm.KeySpec{Type: hsm.Edwards, Params: hsm.Curve25519}},
	} {
		label := "K" + c.alg.String()
		public, err := tokens.Generate(slot, label, c.spec)
		if err != nil {
			t.Errorf("%v: %v", c.alg, err)
			continue
		}
		if size := c.alg.PointSize(); size != 0 && len(public.Public) != size {
			t.Errorf("%v: public key of %d bytes, want %d", c.alg, len(public.Public), size)
		}
		private, err := tokens.Find(label, hsm.PrivateKey)
		if err != nil || private == nil {
			t.Fatal(c.alg, err)
		}
		if !bytes.Equal(private.Public, public.Public) {
			t.Errorf("%v: the halves show different public keys", c.alg)
		}
		for _, inToken := range []bool{false, true} {
			sig, err := private.Sign(c.alg, inToken, []byte("data"))
			if errors.Is(err, hsm.Code(0x070)) && inToken && c.alg.IsECDSA() {
				continue // SoftHSM 2.6 has no hashing ECDSA mechanisms
			}
			if err != nil {
				t.Errorf("%v, hash in token %v: %v", c.alg, inToken, err)
				continue
			}
			if err := dnssec.Verify(c.alg, public.Public, []byte("data"), sig); err != nil {
				t.Errorf("%v, hash in token %v: %v", c.alg, inToken, err)
			}
		}
		for _, k := range []*hsm.Key{public, private} {
			if err := tokens.Destroy(k); err != nil {
				t.Errorf("%v: destroy %v: %v", c.alg, k.Class, err)
			}
		}
		if k, err := tokens.Find(label, hsm.PrivateKey); k != nil || err != nil {
			t.Errorf("%v: still there: %v, %v", c.alg, k, err)
		}
	}
}

// TestTwoTokens: tokens by order, by label and by serial number; labels in both.
func TestTwoTokens(t *testing.T) {
	hsmtest.Folder(t)
	hsmtest.Token(t, "one")
	hsmtest.Token(t, "two")
	tokens, _, err := open(t, hsmtest.UserPIN)
	if err != nil {
		t.Fatal(err)
	}
	slots := tokens.Slots("soft")
	if len(slots) != 2 {
		t.Fatalf("%d slots", len(slots))
	}
	rsa := hsm.KeySpec{Type: hsm.RSA, Bits: 2048}
	for i, s := range slots {
		if _, err := tokens.Generate(s, "Kboth", rsa); err != nil {
			t.Fatal(err)
		}
		if _, err := tokens.Generate(s, fmt.Sprintf("K%d", i), rsa); err != nil {
			t.Fatal(err)
		}
	}
	for i, s := range slots {
		k, err := tokens.Find(fmt.Sprintf("K%d", i), hsm.PublicKey)
		if err != nil || k == nil || k.Slot != s {
			t.Errorf("K%d: %v, %v", i, k, err)
		}
	}
	for _, class := range []hsm.Class{hsm.PublicKey, hsm.PrivateKey} {
		if _, err := tokens.Find("Kboth", class); err == nil {
			t.Errorf("two different %v keys with one label are not refused", class)
		}
	}
	serial := strings.TrimSpace(slots[1].Info.Serial)
	tokens.Close()
	for _, name := range []string{"two", serial} {
		s := spec(t, "soft", hsmtest.UserPIN)
		s.Token = name
		tokens, _, err := open(t, "", s)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(tokens.Slots("soft")); n != 1 {
			t.Errorf("token %q: %d slots", name, n)
		}
		tokens.Close()
	}
}

// TestOneTry: a token that refuses a PIN is not asked again, even if a second module leads to it.
func TestOneTry(t *testing.T) {
	hsmtest.Folder(t)
	hsmtest.Token(t, "one")
	oracle.Run(t, "softhsm2-util", "--init-token", "--free", "--label", "two", "--pin", "abcdef", "--so-pin", hsmtest.OfficerPIN)
	for _, c := range []struct {
		pin    string
		logins int32 // two tokens, one of which refuses
		opens  bool
	}{
		{hsmtest.UserPIN, 3, true}, // one, two; one again
		{"999999", 2, false},       // one, two
	} {
		var faults hsmtest.Faults
		var log strings.Builder
		tokens, err := hsm.Open([]hsm.Spec{spec(t, "a", c.pin), spec(t, "b", c.pin)}, hsm.Options{
			Load: faults.Load(pkcs11.Load),
			Log:  func(r journal.Record) { fmt.Fprintf(&log, "%v %s\n", r.Level, r.Text) },
		})
		if (err == nil) != c.opens {
			t.Errorf("PIN %s: %v", c.pin, err)
		}
		if err == nil {
			tokens.Close()
		}
		if n := faults.Logins.Load(); n != c.logins {
			t.Errorf("PIN %s: %d logins, want %d\n%s", c.pin, n, c.logins, &log)
		}
		if strings.Contains(log.String(), c.pin) {
			t.Error("the log has the PIN in it")
		}
	}
}

func TestPINIsWiped(t *testing.T) {
	hsmtest.Folder(t)
	hsmtest.Token(t, "one")
	pin := []byte(hsmtest.UserPIN)
	s := spec(t, "soft", "")
	s.PIN = func() ([]byte, error) { return pin, nil }
	if _, _, err := open(t, "", s); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(pin, make([]byte, len(pin))) {
		t.Errorf("the PIN is still there: %q", pin)
	}
}

// TestEnvironment: variables are there while the library starts and gone afterwards.
func TestEnvironment(t *testing.T) {
	hsmtest.Folder(t)
	hsmtest.Token(t, "one")
	conf := os.Getenv("SOFTHSM2_CONF")
	t.Setenv("SOFTHSM2_CONF", "/nonexistent/softhsm2.conf")
	s := spec(t, "soft", hsmtest.UserPIN)
	s.Env = []hsm.Variable{{Name: "SOFTHSM2_CONF", Value: conf}, {Name: "COEN_TEST_UNSET", Value: "1"}}
	if _, _, err := open(t, "", s); err != nil {
		t.Errorf("the library did not see the variable: %v", err)
	}
	if got := os.Getenv("SOFTHSM2_CONF"); got != "/nonexistent/softhsm2.conf" {
		t.Errorf("SOFTHSM2_CONF is left at %q", got)
	}
	if _, ok := os.LookupEnv("COEN_TEST_UNSET"); ok {
		t.Error("COEN_TEST_UNSET is left set")
	}
}

func TestLoadFaults(t *testing.T) {
	for _, path := range []string{"", "/nonexistent.so", "/etc/passwd", "libc.so.6"} {
		if _, err := pkcs11.Load(path); err == nil {
			t.Errorf("%q loads", path)
		}
	}
}

// TestGarbage signs while the garbage collector is busy: no buffer may move or go away while the
// module uses it.
func TestGarbage(t *testing.T) {
	hsmtest.Folder(t)
	hsmtest.Token(t, "one")
	tokens, _, err := open(t, hsmtest.UserPIN)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tokens.Generate(tokens.Slots("soft")[0], "K", hsm.KeySpec{Type: hsm.EC, Params: hsm.P256}); err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		for {
			select {
			case <-stop:
				return
			default:
				_ = make([]byte, 1<<20)
				runtime.GC()
			}
		}
	}()
	for i := range 100 {
		k, err := tokens.Find("K", hsm.PrivateKey)
		if err != nil {
			t.Fatal(err)
		}
		data := bytes.Repeat([]byte{byte(i)}, 1000+i)
		sig, err := k.Sign(dnssec.ECDSAP256SHA256, false, data)
		if err != nil {
			t.Fatal(err)
		}
		if err := dnssec.Verify(dnssec.ECDSAP256SHA256, k.Public, data, sig); err != nil {
			t.Fatalf("signature %d: %v", i, err)
		}
	}
}
