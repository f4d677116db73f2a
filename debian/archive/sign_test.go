package archive

import (
	"bytes"
	"crypto"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/clearsign"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// day is when the keys of these tests are made; everything else happens after.
var day = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// newKey makes a key that lives for a year from day on.
func newKey(t testing.TB, name string) *openpgp.Entity {
	t.Helper()
	key, err := openpgp.NewEntity(name, "", name+"@example.org", &packet.Config{
		Algorithm: packet.PubKeyAlgoEdDSA, Time: func() time.Time { return day }, KeyLifetimeSecs: 365 * 86400,
	})
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// sign returns text, signed by the keys at a time.
func sign(t testing.TB, text string, at time.Time, keys ...*openpgp.Entity) []byte {
	t.Helper()
	config := &packet.Config{Time: func() time.Time { return at }}
	var private []*packet.PrivateKey
	for _, k := range keys {
		private = append(private, k.PrivateKey)
	}
	var b bytes.Buffer
	w, err := clearsign.EncodeMulti(&b, private, config)
	if err != nil {
		t.Fatal(err)
	}
	w.Write([]byte(strings.TrimSuffix(text, "\n"))) // Close adds one
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	b.WriteByte('\n')
	return b.Bytes()
}

// policy requires the signatures of the first keys and knows all.
func policy(required int, keys ...*openpgp.Entity) Policy {
	p := Policy{Keyring: &Keyring{keys}}
	for _, k := range keys[:required] {
		p.Require = append(p.Require, fingerprint(k))
	}
	return p
}

// releaseText is an InRelease file's text, with a date and files.
func releaseText(date time.Time, files ...string) string {
	return fmt.Sprintf("Origin: Test\nSuite: stable\nCodename: test\nDate: %s\nValid-Until: %s\nAcquire-By-Hash: yes\nArchitectures: all amd64\nComponents: main\nSHA256:\n %s\n",
		date.Format("Mon, 02 Jan 2006 15:04:05 UTC"), date.Add(7*24*time.Hour).Format("Mon, 02 Jan 2006 15:04:05 UTC"), strings.Join(files, "\n "))
}

const anyFile = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 0 main/binary-amd64/Packages"

func TestVerify(t *testing.T) {
	one, two, stranger := newKey(t, "one"), newKey(t, "two"), newKey(t, "stranger")
	made := day.Add(240 * time.Hour)
	now := made.Add(time.Hour)
	text := releaseText(made, anyFile)
	good := sign(t, text, made, one, two)
	change := func(from, to string) []byte {
		t.Helper()
		if !bytes.Contains(good, []byte(from)) {
			t.Fatalf("nothing to change: no %q", from)
		}
		return bytes.Replace(good, []byte(from), []byte(to), 1)
	}
	for _, c := range []struct {
		what   string
		file   []byte
		policy Policy
		now    time.Time
		want   string // of the error; "" if there is none
	}{
		{"good", good, policy(2, one, two), now, ""},
		{"one required of two", good, policy(1, one, two), now, ""},
		{"one known of two", good, policy(1, one), now, ""},
		{"signed by a stranger too", sign(t, text, made, stranger, one), policy(1, one), now, ""},
		{"signed by a stranger", sign(t, text, made, stranger), policy(1, one), now, "not signed by the required key"},
		{"a required signature is missing", sign(t, text, made, one), policy(2, one, two), now, "not signed by the required key " + fingerprint(two)},
		{"nothing required", good, policy(0, one), now, "requires no signature"},
		{"changed text", change("Origin: Test", "Origin: Best"), policy(1, one), now, "signature 1 of 2"},
		{"changed digest", change("e3b0c4", "e3b0c5"), policy(1, one), now, "signature 1 of 2"},
		{"text before", append([]byte("Origin: Evil\n\n"), good...), policy(1, one), now, "does not begin with a signed message"},
		{"text after", append(bytes.Clone(good), "Origin: Evil\n"...), policy(1, one), now, "does not end with its signature"},
		{"newline after", append(bytes.Clone(good), '\n'), policy(1, one), now, "does not end with its signature"},
		{"twice", append(bytes.Clone(good), good...), policy(1, one), now, "after the signed message"},
		{"no signature", []byte(text), policy(1, one), now, "does not begin with a signed message"},
		{"cut off", good[:len(good)-60], policy(1, one), now, "does not end with its signature"},
		{"cut inside", append(bytes.Clone(good[:300]), good[len(good)-40:]...), policy(1, one), now, "no complete signed message"},
		{"empty", nil, policy(1, one), now, "does not begin with a signed message"},
		{"from the future", good, policy(1, one), made.Add(-time.Hour), "in the future of"},
		{"by an expired key", sign(t, text, made.AddDate(2, 0, 0), one), policy(1, one), made.AddDate(2, 0, 1), "expired"},
		{"by a key that has expired since", good, policy(1, one), made.AddDate(2, 0, 0), "expired"},
		{"weak hash", signWeakly(t, text, made, one), policy(1, one), now, "weak hash"},
		{"too large", bytes.Repeat([]byte("x"), MaxInRelease+1), policy(1, one), now, "larger than"},
		{"not a release", sign(t, "hello\n", made, one), policy(1, one), now, "no colon"},
	} {
		_, err := Verify(c.file, c.policy, c.now)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: error %v, want %q", c.what, err, c.want)
		}
	}
}

// TestOneBadSignature: a bad signature by a known key is not made good by a
// good one beside it.
func TestOneBadSignature(t *testing.T) {
	one, two := newKey(t, "one"), newKey(t, "two")
	made := day.Add(time.Hour)
	text := releaseText(made, anyFile)
	other := sign(t, releaseText(made.Add(time.Hour), anyFile), made, two)
	mixed := joinSignatures(t, text, sign(t, text, made, one), other)
	if _, err := Verify(mixed, policy(1, one), made); err != nil {
		t.Errorf("with the second key unknown: %v", err)
	}
	if _, err := Verify(mixed, policy(1, one, two), made); err == nil || !strings.Contains(err.Error(), "signature 2 of 2") {
		t.Errorf("with the second key known: error %v", err)
	}
}

// joinSignatures returns text with the signatures of several signed files.
func joinSignatures(t *testing.T, text string, files ...[]byte) []byte {
	t.Helper()
	var all bytes.Buffer
	for _, f := range files {
		_, packets, err := splitSigned(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range packets {
			all.Write(p)
		}
	}
	return join(t, text, all.Bytes())
}

// join returns text with signature packets.
func join(t *testing.T, text string, packets []byte) []byte {
	return append([]byte("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n"+text), armored(t, packets)...)
}

// signWeakly signs with SHA-224, which the clearsign package would not.
func signWeakly(t *testing.T, text string, at time.Time, key *openpgp.Entity) []byte {
	t.Helper()
	sig := &packet.Signature{Version: 4, SigType: packet.SigTypeBinary, PubKeyAlgo: key.PrivateKey.PubKeyAlgo,
		Hash: crypto.SHA224, CreationTime: at, IssuerKeyId: &key.PrivateKey.KeyId}
	h := crypto.SHA224.New()
	h.Write([]byte(strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\r\n")))
	var b bytes.Buffer
	if err := sig.Sign(h, key.PrivateKey, nil); err != nil {
		t.Fatal(err)
	}
	if err := sig.Serialize(&b); err != nil {
		t.Fatal(err)
	}
	return join(t, text, b.Bytes())
}
