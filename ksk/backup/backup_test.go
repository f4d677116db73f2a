package backup_test

import (
	"bytes"
	"encoding/base64"
	"os"
	"strings"
	"testing"

	"coen/dnssec"
	"coen/ksk/backup"
)

// three returns a file that SoftHSM's keys have signed, and reads it.
func three(t testing.TB) ([]byte, *backup.File) {
	t.Helper()
	text, err := os.ReadFile("testdata/three.backup")
	if err != nil {
		t.Fatal(err)
	}
	f, err := backup.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return text, f
}

func TestParse(t *testing.T) {
	text, f := three(t)
	if f.WrappingLabel != "kskm backup key" || len(f.WrappingID) != 8 || len(f.Records) != 3 {
		t.Errorf("%+v", f)
	}
	for i, want := range []dnssec.Algorithm{dnssec.RSASHA256, dnssec.ECDSAP256SHA256, dnssec.ECDSAP384SHA384} {
		if r := f.Records[i]; r.Algorithm != want || r.Label != "K"+want.String() || r.ID != nil {
			t.Errorf("%+v", r)
		}
	}
	if again, err := f.Text(); err != nil || !bytes.Equal(again, text) {
		t.Errorf("%v\n%s", err, again)
	}
}

// TestEveryBit: no bit of a file can be changed, and no byte left out or put in.
func TestEveryBit(t *testing.T) {
	text, _ := three(t)
	for at := range text {
		for _, changed := range [][]byte{
			append(append(bytes.Clone(text[:at]), text[at]^1), text[at+1:]...),
			append(bytes.Clone(text[:at]), text[at+1:]...),
			append(append(bytes.Clone(text[:at]), ' '), text[at:]...),
		} {
			if at%7 != 0 && at > 200 && !bytes.Contains([]byte("\n ="), text[at:at+1]) {
				continue // most of it is base64
			}
			if _, err := backup.Parse(changed); err == nil && !bytes.Equal(changed, text) {
				t.Errorf("byte %d can be changed", at)
			}
		}
	}
}

func TestReject(t *testing.T) {
	text, f := three(t)
	lines := strings.SplitAfter(string(text), "\n")
	record := strings.Join(lines[4:9], "")
	for name, changed := range map[string]string{
		"nothing":           "",
		"other version":     strings.Replace(string(text), "backup 1", "backup 2", 1),
		"no key":            strings.Join(lines[:4], ""),
		"key twice":         strings.Replace(string(text), record, record+record, 1),
		"swapped keys":      strings.Join(lines[:4], "") + strings.Join(lines[9:14], "") + record + strings.Join(lines[14:], ""),
		"signature missing": strings.Join(lines[:len(lines)-2], ""),
		"large":             strings.Repeat("x", backup.MaxSize+1),
		"control character": strings.Replace(string(text), "kskm backup", "kskm\tbackup", 1),
		"time of day":       strings.Replace(string(text), "T", " ", 1),
	} {
		if _, err := backup.Parse([]byte(changed)); err == nil {
			t.Errorf("%s: is taken", name)
		}
	}
	f.Records[0].Wrapped, f.Records[1].Wrapped = f.Records[1].Wrapped, f.Records[0].Wrapped
	if swapped, err := f.Text(); err != nil {
		t.Error(err)
	} else if _, err := backup.Parse(swapped); err == nil {
		t.Error("wrapped keys can be exchanged")
	}
}

func legacy(section string) string {
	blob := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{1, 2, 3}, 100))
	return "Starting: keybackup -p\n# remark\nlabel:Kjqmt7v\nid:4b6a716d743776\nclass:private\ntype:rsa\n" + section + ":\n" +
		blob[:64] + "\n" + blob[64:] + "\n\nlabel:Kjqmt7v\nid:\nclass:public\ntype:rsa\nmodulus:\n" + blob + "\nexponent:\nAQAB\n"
}

// TestLegacy: both names of the section, what the log mixed in, and a last record without a blank line.
func TestLegacy(t *testing.T) {
	for _, section := range []string{"Wrappedkey", "wrappedkey"} {
		all, err := backup.ParseLegacy([]byte(legacy(section)))
		if err != nil || len(all) != 2 {
			t.Fatalf("%s: %d records, %v", section, len(all), err)
		}
		pairs, err := backup.LegacyPairs(all)
		if err != nil || len(pairs) != 1 || pairs[0].Label != "Kjqmt7v" || string(pairs[0].ID) != "Kjqmt7v" || len(pairs[0].Wrapped) != 300 {
			t.Fatalf("%s: %+v, %v", section, pairs, err)
		}
		if public, err := dnssec.DecodeRSA(pairs[0].Public); err != nil || public.Exponent.Int64() != 65537 || len(public.Modulus) != 300 {
			t.Errorf("%s: %v, %v", section, public, err)
		}
	}
	lawful := legacy("wrappedkey")
	for name, text := range map[string]string{
		"no records":     "nothing\n",
		"unknown name":   strings.Replace(lawful, "type:", "colour:", 1),
		"unknown class":  strings.Replace(lawful, "class:private", "class:other", 1),
		"bad base64":     strings.Replace(lawful, "AQAB", "AQAB!", 1),
		"section twice":  strings.Replace(lawful, "exponent:", "modulus:", 1),
		"no section":     strings.Replace(lawful, "modulus:\n", "", 1),
		"bad identifier": strings.Replace(lawful, "id:4b", "id:xx", 1),
		"no exponent":    strings.Replace(lawful, "exponent:\nAQAB\n", "", 1),
	} {
		if _, err := backup.ParseLegacy([]byte(text)); err == nil {
			t.Errorf("%s: is taken", name)
		}
	}
	all, err := backup.ParseLegacy([]byte(lawful[:strings.LastIndex(lawful, "label:")]))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := backup.LegacyPairs(all); err == nil {
		t.Error("a private key without its public half is taken")
	}
}
