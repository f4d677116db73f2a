package dnssec_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"testing"

	"github.com/miekg/dns"

	"coen/dnssec"
)

// The toy keys: moduli far too short to sign, enough for encodings.
var (
	ksk     = toy(dnssec.FlagsKSK, "AwEAAQECAwQFBgcI")
	revoked = toy(dnssec.FlagsRevoked, "AwEAAQECAwQFBgcI")
	zsk     = toy(dnssec.FlagsZSK, "AQMREhMUFRYXGA==")
)

func toy(flags uint16, b64 string) dnssec.Key {
	pub, err := base64.StdEncoding.DecodeString(b64)
	if err != nil {
		panic(err)
	}
	return dnssec.Key{Flags: flags, Protocol: dnssec.Protocol, Algorithm: dnssec.RSASHA256, PublicKey: pub}
}

func TestKnownKeys(t *testing.T) {
	for _, c := range []struct {
		name      string
		key       dnssec.Key
		rdata, ds string
		tag       uint16
	}{
		{"ksk", ksk, "01010308030100010102030405060708", "E154CE14E3D9CEEEFE684564E584DF5DBD3C7E7EA7744177AB1E36D129C5B0A2", 5919},
		{"revoked", revoked, "01810308030100010102030405060708", "7206EC2E974018FEC9ADEB9775B06C9FED4F530928D49D4C5AAF2C4A2A15FE52", 6047},
		{"zsk", zsk, "0100030801031112131415161718", "", 21855},
	} {
		if got := hex.EncodeToString(c.key.RDATA()); got != c.rdata {
			t.Errorf("%s: rdata %s, want %s", c.name, got, c.rdata)
		}
		if got := c.key.Tag(); got != c.tag {
			t.Errorf("%s: tag %d, want %d", c.name, got, c.tag)
		}
		if got := c.key.DSHex(); c.ds != "" && got != c.ds {
			t.Errorf("%s: ds %s, want %s", c.name, got, c.ds)
		}
	}
}

// TestAgainstLibrary compares tags and digests of many shapes of key with an
// independent implementation.
func TestAgainstLibrary(t *testing.T) {
	for size := 1; size < 600; size += 7 {
		pub := bytes.Repeat([]byte{0xfe, byte(size), 0x01}, size)[:size]
		k := dnssec.Key{Flags: 0x0181, Protocol: 3, Algorithm: 13, PublicKey: pub}
		ref := &dns.DNSKEY{
			Hdr:   dns.RR_Header{Name: ".", Rrtype: dns.TypeDNSKEY, Class: dns.ClassINET},
			Flags: k.Flags, Protocol: 3, Algorithm: 13, PublicKey: base64.StdEncoding.EncodeToString(pub),
		}
		if k.Tag() != ref.KeyTag() {
			t.Errorf("size %d: tag %d, library %d", size, k.Tag(), ref.KeyTag())
		}
		if ds := k.DS(); hex.EncodeToString(ds[:]) != ref.ToDS(dns.SHA256).Digest {
			t.Errorf("size %d: digests differ", size)
		}
	}
}

func TestSignedData(t *testing.T) {
	sig := dnssec.RRSIG{
		Algorithm: dnssec.RSASHA256, OriginalTTL: 172800,
		Inception: 1893456000, Expiration: 1895270400, KeyTag: ksk.Tag(),
	}
	data := dnssec.SignedData(sig, [][]byte{ksk.RDATA(), zsk.RDATA()})
	const want = "003008000002a30070f7880070dbd880171f00" +
		"00003000010002a300000e0100030801031112131415161718" +
		"00003000010002a300001001010308030100010102030405060708"
	if got := hex.EncodeToString(data); got != want {
		t.Errorf("data\n%s\nwant\n%s", got, want)
	}
	sig.KeyTag = revoked.Tag()
	digest := sha256.Sum256(dnssec.SignedData(sig, [][]byte{zsk.RDATA(), revoked.RDATA()}))
	if got := hex.EncodeToString(digest[:]); got != "e1476bcd9add88813ffa97a17064027596bbc58cf80f25eb8d5b6d58c3dd1c0c" {
		t.Errorf("digest with the revoked key %s", got)
	}
}

func TestSignedDataKeepsOrderOfCaller(t *testing.T) {
	in := [][]byte{{2}, {1}}
	dnssec.SignedData(dnssec.RRSIG{}, in)
	if in[0][0] != 2 {
		t.Error("the caller's slice was sorted")
	}
}

func TestAlgorithmNames(t *testing.T) {
	for n := range 256 {
		a := dnssec.Algorithm(n)
		back, ok := dnssec.ParseAlgorithm(a.String())
		if ok != a.Known() || ok && back != a {
			t.Errorf("algorithm %d: %q parses to %d, %v", n, a, back, ok)
		}
	}
}

func ExampleKey_Tag() {
	k := dnssec.Key{Flags: dnssec.FlagsKSK, Protocol: 3, Algorithm: dnssec.RSASHA256,
		PublicKey: []byte{3, 1, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8}}
	fmt.Println(k.Tag())
	k.Flags = dnssec.FlagsRevoked
	fmt.Println(k.Tag())
	// Output:
	// 5919
	// 6047
}
