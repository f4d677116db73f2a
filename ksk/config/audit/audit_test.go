package audit_test

import (
	"strings"
	"testing"

	"coen/ksk/config"
	"coen/ksk/config/audit"
)

const lawful = `hsm: {soft: {module: /m.so}}
keys:
  a: {description: d, label: Ka, algorithm: RSASHA256, rsa_size: 2048, rsa_exponent: 65537, key_tag: 1, valid_from: 2020-01-01T00:00:00+00:00,
      ds_sha256: a000000000000000000000000000000000000000000000000000000000000000}
request_policy: {num_bundles: 2, num_keys_per_bundle: [1, 1]}
ksk_policy: {publish_safety: P10D, retire_safety: P10D}
schemas: {normal: {1: {publish: a, sign: a}, 2: {publish: a, sign: a}}}
`

func find(t *testing.T, text string) (dangers, remarks []string) {
	t.Helper()
	c, err := config.Load([]byte(text), config.Host{})
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	for _, f := range audit.Findings(c, []byte(text)) {
		if f.Danger {
			dangers = append(dangers, f.Text)
		} else {
			remarks = append(remarks, f.Text)
		}
	}
	return dangers, remarks
}

func TestLawful(t *testing.T) {
	dangers, remarks := find(t, lawful)
	if len(dangers) != 0 || len(remarks) != 2 {
		t.Errorf("%q %q", dangers, remarks)
	}
}

// TestDangers has one change each, and what is to be said about it.
func TestDangers(t *testing.T) {
	for _, c := range []struct{ old, new, says string }{
		{"/m.so}", "/m.so, pin: 0123}", "octal"},
		{"/m.so}", "/m.so, pin: 1_2_3_4}", "another number"},
		{"hsm: {soft", "hsm: {soft: {module: /other.so}, soft", `"soft" stands there for the second time`},
		{"ds_sha256: a000", "ds_sha256: a0", "62 digits"},
		{"rsa_size: 2048, ", "", "rsa_size"},
		{"rsa_size: 2048", "rsa_size: 1024", "can be broken"},
		{"RSASHA256", "RSASHA1", "must not be used"},
		{"+00:00", "", "without an offset"},
		{"+00:00", "+00:00, valid_until: 2019-01-01T00:00:00+00:00", "is never valid"},
		{"keys:", "keys:\n  b: {description: d, label: Ka, algorithm: ED25519, valid_from: 2020-01-01T00:00:00Z}", "same label Ka"},
		{"keys:", "keys:\n  b: {description: d, label: Kb, key_tag: 1, algorithm: ED25519, valid_from: 2020-01-01T00:00:00Z}", "same key tag 1"},
		{"[1, 1]}", "[1, 1], check_chain_keys: no}", "check_chain_keys is off"},
		{"[1, 1]", "[1]", "num_keys_per_bundle has 1 entries"},
		{"ksk_policy: {", "ksk_policy: {signers_name: example, ", "only the root"},
		{"hsm:", "response_policy: {validate_signatures: off}\nhsm:", "forged"},
		{", 2: {publish: a, sign: a}", "", "no slot 2"},
		{"2: {publish: a, sign: a}", "2: {publish: b, sign: a}", `no key "b"`},
		{"2: {publish: a, sign: a}", "2: {publish: a, sign: []}", "no key signs"},
		{"2: {publish: a, sign: a}", "2: {publish: a, sign: a, revoke: a}", "published and revoked"},
		{"2: {publish: a, sign: a}", "2: {publish: [], sign: [], revoke: a}", "does not sign"},
	} {
		changed := strings.Replace(lawful, c.old, c.new, 1)
		if changed == lawful {
			t.Fatalf("%q is not in the text", c.old)
		}
		if dangers, _ := find(t, changed); !strings.Contains(strings.Join(dangers, "\n"), c.says) {
			t.Errorf("%q: %q", c.new, dangers)
		}
	}
}

func TestExplain(t *testing.T) {
	c, err := config.Load([]byte(lawful), config.Host{})
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(audit.Explain(c), "\n")
	for _, want := range []string{
		"HSM soft: library /m.so; all of its tokens; the PIN is asked for.", "Key a (d): label Ka, RSASHA256, DS A000", "Valid from 2020-01-01T00:00:00 on.",
		"Bundles 1 to 2: published a; signing a.", `Requests have 2 bundles and are for ".".`, "every 9 days to 11 days", "A new key signs after 10 days",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}
