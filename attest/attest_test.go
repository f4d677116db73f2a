package attest_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"coen/attest"
	"coen/attest/attesttest"
	"coen/debian/archive"
	"coen/internal/failure"
	"coen/internal/oracle"
)

func TestSignOpenVerify(t *testing.T) {
	alice := attesttest.Key(t, "alice")
	want := attesttest.Statement("iso")
	file := attesttest.Sign(t, want, alice)
	s, err := attest.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(s.Bytes(), want.Bytes()) || s.KeyID() != alice.Public().ID() {
		t.Errorf("read by key %s:\n%s", s.KeyID(), s.Bytes())
	}
	if err := s.Verify(alice.Public()); err != nil {
		t.Error(err)
	}
	if err := s.Verify(attesttest.Key(t, "bob").Public()); failure.ExitCode(err) != failure.Refused {
		t.Errorf("verified with another's key: %v", err)
	}
}

// TestTampered changes each byte of a signed statement: it cannot be read any
// more, or the signature does not hold.
func TestTampered(t *testing.T) {
	alice := attesttest.Key(t, "alice")
	file := attesttest.Sign(t, attesttest.Statement("iso"), alice)
	hint := bytes.Index(file, []byte("SHA256:"))
	for i := range file {
		if i >= hint && i < hint+50 {
			continue // the hint is not signed; who follows a false one finds a false signature
		}
		bad := bytes.Clone(file)
		bad[i] ^= 1
		if s, err := attest.Open(bad); err == nil && s.Verify(alice.Public()) == nil {
			t.Fatalf("byte %d is changed from %q to %q, and nobody notices", i, file[i], bad[i])
		}
	}
}

func TestCheck(t *testing.T) {
	for name, spoil := range map[string]func(*attest.Statement){
		"reproduced another":  func(s *attest.Statement) { s.Body.Built[0] ^= 1 },
		"differs in nothing":  func(s *attest.Statement) { s.Body.Result = attest.Differs },
		"failed with an ISO":  func(s *attest.Statement) { s.Body.Result = attest.Failed },
		"no such result":      func(s *attest.Statement) { s.Body.Result = "perhaps" },
		"nothing built":       func(s *attest.Statement) { s.Body.Built = archive.Digest{} },
		"no size":             func(s *attest.Statement) { s.Body.Size = 0 },
		"negative size":       func(s *attest.Statement) { s.Body.Size = -1 },
		"no lock":             func(s *attest.Statement) { s.Body.Lock = archive.Digest{} },
		"path":                func(s *attest.Statement) { s.ISO.Name = "../coen.iso" },
		"terminal's escape":   func(s *attest.Statement) { s.Body.Note = "\x1b[2J" },
		"line in the release": func(s *attest.Statement) { s.Body.Release = "3.0.0\nThe policy holds" },
		"local time":          func(s *attest.Statement) { s.Body.Time = s.Body.Time.In(time.FixedZone("", 3600)) },
		"parts of a second":   func(s *attest.Statement) { s.Body.Time = s.Body.Time.Add(1) },
		"empty circumstance":  func(s *attest.Statement) { s.Body.Varied[""] = "x" },
		"long note":           func(s *attest.Statement) { s.Body.Note = strings.Repeat("x", 1001) },
	} {
		s := attesttest.Statement("iso")
		spoil(s)
		if _, err := attest.Sign(s, attesttest.Key(t, "alice")); err == nil {
			t.Errorf("%s: signed", name)
		}
		if _, err := attest.Parse(s.Bytes()); err == nil {
			t.Errorf("%s: read", name)
		}
	}
}

func TestWords(t *testing.T) {
	s := attesttest.Statement("iso")
	s.ISO.SHA256, s.Body.Result, s.Body.Note = attesttest.Digest("other"), attest.Differs, "twice the same"
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	s.WriteText(&b)
	for _, want := range []string{
		"I BUILT THIS LOCK AND GOT ANOTHER ISO.", "coen 3.0.0\n", s.ISO.SHA256.String(), "Built:      " + s.Body.Built.String(),
		"host linux/arm64, umask 0077\n", "2026-11-22 10:00:00 UTC\n", "Note:       twice the same\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}

// TestKeygenReads verifies a statement by the commands in spec/attestation.md,
// with no program of ours.
func TestKeygenReads(t *testing.T) {
	oracle.Need(t, "ssh-keygen")
	oracle.Need(t, "python3")
	dir := t.TempDir()
	alice := attesttest.Key(t, "alice")
	write := func(name, content string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("statement.json", string(attesttest.Sign(t, attesttest.Statement("iso"), alice)))
	write("allowed", "alice "+alice.Public().String()+"\n")
	spec, err := os.ReadFile("../spec/attestation.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(spec), "```sh\n")
	script, _, found := strings.Cut(rest, "```")
	if !found {
		t.Fatal("spec/attestation.md has no commands")
	}
	out := oracle.Run(t, "sh", "-ec", "cd '"+dir+"'\n"+script)
	if !strings.Contains(out, `Good "coen-statement" signature for alice`) {
		t.Errorf("ssh-keygen says %q", out)
	}
}

// TestInToto reads the envelope as any reader of the standards would.
func TestInToto(t *testing.T) {
	var e struct {
		PayloadType string
		Payload     string
	}
	if err := json.Unmarshal(attesttest.Sign(t, attesttest.Statement("iso"), attesttest.Key(t, "alice")), &e); err != nil {
		t.Fatal(err)
	}
	payload, err := base64.StdEncoding.DecodeString(e.Payload)
	if err != nil {
		t.Fatal(err)
	}
	var s struct {
		Type    string `json:"_type"`
		Subject []struct {
			Name   string
			Digest map[string]string
		}
		PredicateType string
		Predicate     map[string]any
	}
	if err := json.Unmarshal(payload, &s); err != nil {
		t.Fatal(err)
	}
	if e.PayloadType != "application/vnd.in-toto+json" || s.Type != "https://in-toto.io/Statement/v1" || len(s.Subject) != 1 ||
		s.Subject[0].Digest["sha256"] != attesttest.Digest("iso").String() || s.Predicate["result"] != "reproduced" {
		t.Errorf("%+v", s)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(attesttest.Sign(f, attesttest.Statement("iso"), attesttest.Key(f, "alice")))
	f.Fuzz(func(t *testing.T, data []byte) {
		if s, err := attest.Open(data); err == nil {
			if err := s.Check(); err != nil {
				t.Errorf("opened, and bad: %v", err)
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add(attesttest.Statement("iso").Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		if s, err := attest.Parse(data); err == nil && !bytes.Equal(s.Bytes(), data) {
			t.Errorf("%q has another form, %q", data, s.Bytes())
		}
	})
}
