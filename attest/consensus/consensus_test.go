package consensus

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"coen/attest"
	"coen/attest/attesttest"
	"coen/debian/archive"
	"coen/internal/failure"
)

func target() Target {
	return Target{
		Image: "coen", Release: "3.0.0", Size: 1 << 20,
		Recipe: attesttest.Digest("recipe"), Lock: attesttest.Digest("lock"), ISO: attesttest.Digest("iso"),
	}
}

// three is a policy of three builders from two groups, of whom two must agree.
func three(t testing.TB, head string) *Policy {
	t.Helper()
	text := head + "builders:\n"
	for _, b := range []string{"alice/east", "bob/east", "carol/west"} {
		name, group, _ := strings.Cut(b, "/")
		text += fmt.Sprintf("  - name: %s\n    group: %s\n    keys: [%s]\n", name, group, attesttest.Key(t, name).Public())
	}
	p, err := ParsePolicy("three", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// said makes the file of a statement: "alice iso" has alice build that ISO,
// "alice -" has her fail.
func said(t testing.TB, n int, what string) File {
	t.Helper()
	name, iso, _ := strings.Cut(what, " ")
	s := attesttest.Statement(iso)
	if iso == "-" {
		s.Body.Result, s.Body.Built, s.Body.Size = attest.Failed, archive.Digest{}, 0
	}
	return File{fmt.Sprintf("%d-%s.json", n, name), attesttest.Sign(t, s, attesttest.Key(t, name))}
}

func TestDecide(t *testing.T) {
	const two = "require: {builders: 2}\n"
	for _, c := range []struct {
		name, policy string
		said         []string
		want         string // in the text; "" if the policy holds
	}{
		{"all", "require: {builders: 3, groups: 2}\n", []string{"alice iso", "bob iso", "carol iso"}, ""},
		{"enough", two, []string{"alice iso", "carol iso"}, ""},
		{"too few", two, []string{"alice iso"}, "1 of 3 builders agree; the policy asks for 2"},
		{"none", two, nil, "0 of 3 builders agree"},
		{"one twice", two, []string{"alice iso", "alice iso"}, "1 of 3 builders agree"},
		{"one group", "require: {builders: 2, groups: 2}\n", []string{"alice iso", "bob iso"}, "from 1 group; the policy asks for 2"},
		{"dissent", two, []string{"alice iso", "bob iso", "carol other"}, "1 builder in dissent; the policy tolerates 0"},
		{"tolerated", two + "tolerate: 1\n", []string{"alice iso", "bob iso", "carol other"}, ""},
		{"veto", two + "tolerate: 1\nveto: [carol]\n", []string{"alice iso", "bob iso", "carol other"}, "carol dissents, who has a veto"},
		{"contradiction", two, []string{"alice iso", "alice other", "bob iso", "carol iso"}, "and contradicts itself"},
		{"failed", two, []string{"alice iso", "bob iso", "carol -"}, ""},
		{"failed first", "require: {builders: 3}\n", []string{"alice iso", "bob iso", "carol -", "carol iso"}, ""},
		{"stranger", two, []string{"alice iso", "mallory iso"}, "which is no builder's"},
	} {
		var files []File
		for i, s := range c.said {
			files = append(files, said(t, i, s))
		}
		v := Decide(three(t, c.policy), target(), files)
		var text strings.Builder
		v.WriteText(&text)
		if v.Holds() != (c.want == "") || !strings.Contains(text.String(), c.want) {
			t.Errorf("%s: holds %v, said\n%s", c.name, v.Holds(), text.String())
		}
		if strings.Contains(text.String(), "The policy holds") != (v.Err() == nil) {
			t.Errorf("%s: error %v, but said\n%s", c.name, v.Err(), text.String())
		}
	}
}

// TestExit tells apart by exit code what did not agree and what is forged.
func TestExit(t *testing.T) {
	p := three(t, "require: {builders: 2}\n")
	few := Decide(p, target(), []File{said(t, 0, "alice iso")})
	if err := few.Err(); failure.ExitCode(err) != failure.Different {
		t.Errorf("too few: %v", err)
	}
	forged := said(t, 1, "bob iso")
	forged.Data = []byte(strings.Replace(string(forged.Data), attesttest.Key(t, "bob").Public().ID(), attesttest.Key(t, "carol").Public().ID(), 1))
	v := Decide(p, target(), []File{said(t, 0, "alice iso"), forged})
	if err := v.Err(); failure.ExitCode(err) != failure.Refused {
		t.Errorf("forged: %v", err)
	}
	if len(v.Rejected) != 1 || !strings.Contains(v.Rejected[0].Why, "not signed by carol, as it claims") {
		t.Errorf("%+v", v.Rejected)
	}
}

// TestReplay rejects true statements about something else.
func TestReplay(t *testing.T) {
	p := three(t, "require: {builders: 1}\n")
	for want, spoil := range map[string]func(*attest.Statement){
		"another lock":    func(s *attest.Statement) { s.Body.Lock[0] ^= 1 },
		"another recipe":  func(s *attest.Statement) { s.Body.Recipe[0] ^= 1 },
		"another release": func(s *attest.Statement) { s.Body.Release = "2.0.0" },
		"another release, other": func(s *attest.Statement) {
			s.Body.Image = "other"
		},
		"a size of": func(s *attest.Statement) { s.Body.Size++ },
	} {
		s := attesttest.Statement("iso")
		spoil(s)
		v := Decide(p, target(), []File{{"s.json", attesttest.Sign(t, s, attesttest.Key(t, "alice"))}})
		if v.Holds() || len(v.Rejected) != 1 || !strings.Contains(v.Rejected[0].Why, want) || v.Rejected[0].Forged {
			t.Errorf("%s: %+v", want, v)
		}
	}
}

// TestDenied counts who denies one ISO for the one that was built.
func TestDenied(t *testing.T) {
	p := three(t, "require: {builders: 1}\n")
	s := attesttest.Statement("iso")
	s.ISO.SHA256, s.Body.Result = attesttest.Digest("false claim"), attest.Differs
	file := File{"s.json", attesttest.Sign(t, s, attesttest.Key(t, "alice"))}
	if v := Decide(p, target(), []File{file}); !v.Holds() {
		t.Errorf("%+v", v)
	}
	claim := target()
	claim.ISO = attesttest.Digest("false claim")
	if v := Decide(p, claim, []File{file}); v.Holds() || len(v.Dissent) != 1 {
		t.Errorf("%+v", v)
	}
}

// numbered returns a minisign key with the number 1.
func numbered(content byte) string {
	raw := append([]byte("Ed\x01\x00\x00\x00\x00\x00\x00\x00"), bytes.Repeat([]byte{content}, 32)...)
	return base64.StdEncoding.EncodeToString(raw)
}

func TestPolicyRefuses(t *testing.T) {
	alice, bob := attesttest.Key(t, "alice").Public().String(), attesttest.Key(t, "bob").Public().String()
	builder := func(name, key string) string { return "  - name: " + name + "\n    keys: [" + key + "]\n" }
	good := "require: {builders: 1}\nbuilders:\n" + builder("alice", alice) + builder("bob", bob)
	if _, err := ParsePolicy("p", []byte(good)); err != nil {
		t.Fatal(err)
	}
	for want, text := range map[string]string{
		"empty":                 "",
		"more than one":         good + "---\n" + good,
		"3 of 2 builders":       strings.Replace(good, "builders: 1", "builders: 3", 1),
		"0 of 2 builders":       strings.Replace(good, "builders: 1", "groups: 1", 1),
		"3 of 2 groups":         strings.Replace(good, "builders: 1", "builders: 1, groups: 3", 1),
		"tolerate: 1":           "tolerate: 1\n" + good,
		"no builder":            "veto: [carol]\n" + good,
		"key SHA256:":           strings.Replace(good, bob, alice, 1),
		"key minisign:1 occurs": "require: {builders: 1}\nbuilders:\n" + builder("alice", numbered('a')) + builder("bob", numbered('b')),
		"occurs twice":          strings.Replace(good, "name: bob", "name: alice", 1),
		"bad name":              strings.Replace(good, "name: bob", `name: "b\nob"`, 1),
		"bad group":             strings.Replace(good, "name: bob", "name: bob\n    group: \"\\e[1m\"", 1),
		"no keys":               strings.Replace(good, "["+bob+"]", "[]", 1),
		"neither an SSH nor":    strings.Replace(good, bob, "x", 1),
		"field threshold":       "threshold: 1\n" + good,
		"larger than":           good + strings.Repeat("#", MaxPolicy),
		"require":               strings.Replace(good, "builders: 1", "builders: -1", 1),
		"already":               "require: {builders: 1}\n" + good,
		"cannot construct":      strings.Replace(good, "builders: 1", "builders: many", 1),
		"require: -1 of 2 grou": strings.Replace(good, "builders: 1", "builders: 1, groups: -1", 1),
	} {
		if _, err := ParsePolicy("p", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

func FuzzParsePolicy(f *testing.F) {
	f.Add([]byte("require: {builders: 1, groups: 1}\ntolerate: 0\nveto: [a]\nbuilders:\n- name: a\n  group: g\n  keys: [" +
		attesttest.Key(f, "alice").Public().String() + "]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := ParsePolicy("p", data)
		if err == nil && (p.Require.Builders < 1 || p.Require.Builders > len(p.Builders) || p.Tolerate >= p.Require.Builders) {
			t.Errorf("%q: %+v", data, p)
		}
	})
}

// FuzzDecide gives hostile statements to a policy that one voice fulfils.
func FuzzDecide(f *testing.F) {
	f.Add(said(f, 0, "alice iso").Data)
	p, good := three(f, "require: {builders: 1}\n"), said(f, 0, "alice iso").Data
	f.Fuzz(func(t *testing.T, data []byte) {
		if v := Decide(p, target(), []File{{"s.json", data}}); v.Holds() && string(data) != string(good) {
			t.Errorf("holds by %q", data)
		}
	})
}
