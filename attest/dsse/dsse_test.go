package dsse

import (
	"bytes"
	"strings"
	"testing"
)

// TestPAE has the example of the protocol's own test vector.
func TestPAE(t *testing.T) {
	got := string(PAE("http://example.com/HelloWorld", []byte("hello world")))
	if want := "DSSEv1 29 http://example.com/HelloWorld 11 hello world"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestParse(t *testing.T) {
	e := &Envelope{PayloadType: "a/b", Payload: []byte("{<&>}"), KeyID: "k", Signature: []byte{1, 2}}
	text := string(e.Bytes())
	got, err := Parse([]byte(text))
	if err != nil || !bytes.Equal(got.Signed(), e.Signed()) || got.KeyID != "k" || !bytes.Equal(got.Signature, e.Signature) {
		t.Errorf("%+v, %v", got, err)
	}
	for name, bad := range map[string]string{
		"empty":           "",
		"trailing":        text + "\n",
		"field":           strings.Replace(text, "{", `{"more": 1,`, 1),
		"case":            strings.Replace(text, "payload\"", "Payload\"", 1),
		"field twice":     strings.Replace(text, `"payloadType"`, `"payloadType": "c/d", "payloadType"`, 1),
		"no signature":    `{"payloadType":"a/b","payload":"","signatures":[]}`,
		"two signatures":  strings.Replace(text, "    {", "    {\"keyid\":\"x\",\"sig\":\"\"},\n    {", 1),
		"other alphabet":  strings.Replace(text, "AQI=", "AQI", 1),
		"another form":    strings.ReplaceAll(text, "\n", ""),
		"broken in parts": text[:len(text)/2],
	} {
		if _, err := Parse([]byte(bad)); err == nil {
			t.Errorf("%s: accepted:\n%s", name, bad)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add((&Envelope{PayloadType: "a/b", Payload: []byte("c"), KeyID: "k", Signature: []byte{1}}).Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		if e, err := Parse(data); err == nil && !bytes.Equal(e.Bytes(), data) {
			t.Errorf("%q has another form too, %q", data, e.Bytes())
		}
	})
}
