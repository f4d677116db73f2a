package trustanchor_test

import (
	"encoding/xml"
	"strings"
	"testing"
	"time"

	"coen/dnssec"
	"coen/ksk/trustanchor"
)

func TestFormat(t *testing.T) {
	d := trustanchor.Digest{
		ID: "Kexampl", ValidFrom: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC), ValidUntil: time.Date(2035, 1, 1, 0, 0, 0, 0, time.UTC),
		KeyTag: 5919, Algorithm: dnssec.RSASHA256, Digest: "E154CE14E3D9CEEEFE684564E584DF5DBD3C7E7EA7744177AB1E36D129C5B0A2",
	}
	const want = `<?xml version="1.0" encoding="UTF-8"?>
<TrustAnchor id="ID" source="http://data.iana.org/root-anchors/root-anchors.xml">
<Zone>.</Zone>
<KeyDigest id="Kexampl" validFrom="2030-01-01T00:00:00+00:00" validUntil="2035-01-01T00:00:00+00:00">
<KeyTag>5919</KeyTag>
<Algorithm>8</Algorithm>
<DigestType>2</DigestType>
<Digest>E154CE14E3D9CEEEFE684564E584DF5DBD3C7E7EA7744177AB1E36D129C5B0A2</Digest>
</KeyDigest>
</TrustAnchor>`
	if got := string(trustanchor.Format("ID", []trustanchor.Digest{d, d})); got != want {
		t.Errorf("is\n%s\nwant\n%s", got, want)
	}
}

func TestOrder(t *testing.T) {
	at := func(year int, tag uint16, id string) trustanchor.Digest {
		return trustanchor.Digest{ID: id, ValidFrom: time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC), KeyTag: tag, Algorithm: 8, Digest: "00"}
	}
	text := trustanchor.Format("x", []trustanchor.Digest{at(2031, 1, "d"), at(2030, 2, "c"), at(2030, 1, "b"), at(2030, 1, "a")})
	var parsed struct {
		KeyDigest []struct {
			ID string `xml:"id,attr"`
		}
	}
	if err := xml.Unmarshal(text, &parsed); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, d := range parsed.KeyDigest {
		ids = append(ids, d.ID)
	}
	if got := strings.Join(ids, ""); got != "abcd" {
		t.Errorf("order %s", got)
	}
}
