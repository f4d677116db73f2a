package config_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coen/ksk/config"
	"coen/ksk/lexical"
)

var host = config.Host{
	Getenv: func(name string) string {
		return map[string]string{"SOFTHSM2_MODULE": "/lib/softhsm.so"}[name]
	},
	RegularFile: func(path string) bool { return path == "there.xml" },
}

func load(t *testing.T, text string) *config.Config {
	t.Helper()
	c, err := config.Load([]byte(text), host)
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return c
}

// key is a whole configuration but for one line of its only key.
func key(line string) string {
	return "keys:\n  k:\n    description: d\n    label: L\n    algorithm: RSASHA256\n    valid_from: 2020-01-01\n    " + line
}

func TestValues(t *testing.T) {
	for _, c := range []struct {
		text string
		want any
		got  func(*config.Config) any
	}{
		{"request_policy: {num_bundles: 010}", int64(8), func(c *config.Config) any { return c.Request.NumBundles }},
		{"request_policy: {num_bundles: 1_0}", int64(10), func(c *config.Config) any { return c.Request.NumBundles }},
		{"request_policy: {num_bundles: 12:30}", int64(750), func(c *config.Config) any { return c.Request.NumBundles }},
		{"request_policy: {num_bundles: 0x1F}", int64(31), func(c *config.Config) any { return c.Request.NumBundles }},
		{"request_policy: {num_bundles: 6.0}", int64(6), func(c *config.Config) any { return c.Request.NumBundles }},
		{"request_policy: {num_bundles: '7'}", int64(7), func(c *config.Config) any { return c.Request.NumBundles }},
		{"request_policy: {num_bundles: yes}", int64(1), func(c *config.Config) any { return c.Request.NumBundles }},
		{"request_policy: {num_bundles: 3, num_bundles: 4}", int64(4), func(c *config.Config) any { return c.Request.NumBundles }},
		{"request_policy: {check_chain_keys: off}", false, func(c *config.Config) any { return c.Request.CheckChainKeys }},
		{"request_policy: {check_chain_keys: 'N'}", false, func(c *config.Config) any { return c.Request.CheckChainKeys }},
		{"request_policy: {check_chain_keys: 0}", false, func(c *config.Config) any { return c.Request.CheckChainKeys }},
		{"request_policy: {enable_unsupported_ecdsa: 1.0}", true, func(c *config.Config) any { return c.Request.EnableUnsupportedECDSA }},
		{"request_policy: {enable_unsupported_ecdsa: !!str yes}", true, func(c *config.Config) any { return c.Request.EnableUnsupportedECDSA }},
		{"request_policy: {dns_ttl: 0}\nksk_policy: {ttl: 7}", int64(7), func(c *config.Config) any { return c.Request.DNSTTL }},
		{"ksk_policy: {ttl: 7}", int64(0), func(c *config.Config) any { return c.Request.DNSTTL }},
		{"request_policy: {dns_ttl: 0}", int64(0), func(c *config.Config) any { return c.Request.DNSTTL }},
		{"ksk_policy: {publish_safety: P1D-5}", lexical.Seconds(86395), func(c *config.Config) any { return c.KSK.Policy.PublishSafety }},
		{"ksk_policy: {publish_safety: null, signature_policy: {}}", nil, nil},
		{"ksk_policy: {retire_safety: ''}", lexical.Duration{}, func(c *config.Config) any { return c.KSK.Policy.RetireSafety }},
		{"hsm: {a: {module: $SOFTHSM2_MODULE, pin: 0123}}", "83", func(c *config.Config) any { return string(c.HSM[0].PIN) }},
		{"hsm: {a: {module: $$SOFTHSM2_MODULE}}", "/lib/softhsm.so", func(c *config.Config) any { return c.HSM[0].Module }},
		{"hsm: {b: {module: x}, a: {module: $SOFTHSM2_MODULE/y}}", nil, nil},
		{"hsm: {b: {module: x}, a: {module: a$b}}", "b a$b", func(c *config.Config) any { return c.HSM[0].Name + " " + c.HSM[1].Module }},
		{"hsm: {a: &x {module: m, env: {A: '1'}}, b: {<<: *x, module: n}}", "n 1", func(c *config.Config) any { return c.HSM[1].Module + " " + c.HSM[1].Env[0].Value }},
		{"filenames: {input_ksr: there.xml, output_skr: any}", "any", func(c *config.Config) any { return c.Filenames.OutputSKR }},
		{"schemas: {s: {'1': {publish: [], sign: a}, 2: {publish: a, sign: [a, b]}}}", "[a] [a b]", func(c *config.Config) any {
			return fmt.Sprint(c.Schemas["s"][1].Sign, " ", c.Schemas["s"][2].Sign)
		}},
		{"{}", int64(9), func(c *config.Config) any { return c.Request.NumBundles }},
	} {
		if c.got == nil {
			if _, err := config.Load([]byte(c.text), host); err == nil {
				t.Errorf("%s loads", c.text)
			}
			continue
		}
		if got := c.got(load(t, c.text)); got != c.want {
			t.Errorf("%s is %v, want %v", c.text, got, c.want)
		}
	}
}

func TestMoments(t *testing.T) {
	for _, c := range []struct{ text, utc string }{
		{"2020-01-02", "2020-01-02T00:00:00 naive"},
		{"2020-01-02T03:04:05+02:00", "2020-01-02T01:04:05"},
		{"'2020-01-02T03:04:05+02:00'", "2020-01-02T01:04:05"},
		{"'2020-01-02T03:04:05Z'", "2020-01-02T03:04:05"},
		{"2020-01-02 03:04:05", "2020-01-02T03:04:05 naive"},
		{"2020-1-2 3:04:05.5 Z", "2020-01-02T03:04:05.500000"},
		{"'2020-01-02'", "2020-01-02T00:00:00 naive"},
		{"1577934245", "2020-01-02T03:04:05"},
		{"'1577934245'", "2020-01-02T03:04:05"},
		{"1577934245000", "2020-01-02T03:04:05"},
	} {
		m := load(t, key("valid_until: "+c.text)).Keys[0].ValidUntil
		at, err := m.UTC()
		got := lexical.FormatPlain(at)
		if !m.Zoned {
			got += " naive"
		}
		if err != nil || got != c.utc {
			t.Errorf("%s is %s, want %s", c.text, got, c.utc)
		}
	}
	for _, text := range []string{"yesterday", "'2020-13-01'", "'2020-01-01T25:00'", "[]", "true", "''"} {
		if _, err := config.Load([]byte(key("valid_until: "+text)), host); err == nil {
			t.Errorf("valid_until %s loads", text)
		}
	}
}

func TestSpans(t *testing.T) {
	const day = 86400
	for text, want := range map[string]int64{
		"79": 79, "P79D": 79 * day, "9 days": 9 * day, "1 day": day, "9d": 9 * day, "'1 day, 2:03'": day + 7380,
		"'1:00'": 3600, "'01:02:03'": 3723, "P10DT": 10 * day, "P1Y": 365 * day, "P1M": 30 * day,
		"PT1M": 60, "P1W": 7 * day, "-P1D": -day, "+P1D": day, "P0.5D": day / 2, "12:30": 750, "1.0": 1,
	} {
		c := load(t, "request_policy: {min_bundle_interval: "+text+"}")
		if got := c.Request.MinBundleInterval; got != lexical.Seconds(want) {
			t.Errorf("%s is %s, want %d s", text, got, want)
		}
	}
	for _, text := range []string{"P", "PT", "P9D5", "null", "''", "true", "P1D1H", "P1.5DT1H", "9", "days", "-", "P9999999999D"} {
		if text == "9" {
			text = "'9'"
		}
		if _, err := config.Load([]byte("request_policy: {min_bundle_interval: "+text+"}"), host); err == nil {
			t.Errorf("%s loads", text)
		}
	}
}

func TestFaults(t *testing.T) {
	for _, text := range []string{
		"", "# nothing", "null", "- a", "text", "a: [", "x: 1", "hsm:", "1: 2", "a: 1\n---\nb: 2",
		"hsm: []", "hsm: {a: {}}", "hsm: {a: {module: 1}}", "hsm: {a: {module: $ABSENT}}", "hsm: {a: {module: m, pins: 1}}",
		"hsm: {a: {module: m, env: {A: 1}}}", "hsm: {a: {module: m, pin: 1, pin_file: f}}",
		"keys: {k: {label: L}}", key("label: a-b"), key("label: 'a b'"), key("label: 123"), key("label: ''"),
		key("algorithm: rsasha256"), key("algorithm: 8"), key("key_tag: 0"), key("key_tag: 65536"),
		key("ds_sha256: xyz"), key("ds_sha256: ''"), key("hash_using_hsm: maybe"), key("extra: 1"), key("rsa_exponent: 0"),
		"keys: {}\nksk_keys: {}",
		"request_policy: {num_bundles: x}", "request_policy: {acceptable_domains: .}", "request_policy: {acceptable_domains: ['a b']}",
		"request_policy: {rsa_approved_key_sizes: [0]}", "request_policy: {num_keys_per_bundle: [0]}", "request_policy: {num_bundles: 1.5}",
		"request_policy: {dns_ttl: 0}\nksk_policy: {}", "response_policy: {num_bundles: 0}", "response_policy: {validate_signatures: null}",
		"ksk_policy: {ttl: -1}", "ksk_policy: {publish_safety: 5}", "ksk_policy: {publish_safety: P1M}", "ksk_policy: {signers_name: 'a b'}",
		"ksk_policy: {signature_policy: {a: 1}}", "schemas: {s: {x: {publish: a, sign: a}}}", "schemas: {s: {1: {publish: a}}}",
		"schemas: {s: {1: {publish: null, sign: a}}}", "schemas: {s: {1: {publish: a-b, sign: a}}}", "schemas: {s: {1: {publish: a, sign: a, x: a}}}",
		"filenames: {input_ksr: absent}", "filenames: {other: x}", "hsm: {a: &a {<<: *a}}", "hsm: {[]: {}}", "hsm: {a: !x {module: m}, b: !y z}",
	} {
		_, err := config.Load([]byte(text), host)
		var positive *config.PositiveError
		if err == nil || errors.As(err, &positive) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// TestPositive: three rules have an error of their own, which wins over all others.
func TestPositive(t *testing.T) {
	for _, name := range []string{"num_bundles", "num_different_keys_in_all_bundles", "signature_horizon_days"} {
		_, err := config.Load([]byte("unknown: 1\nrequest_policy: {"+name+": 0}"), host)
		var positive *config.PositiveError
		if !errors.As(err, &positive) || positive.Name != name {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSchemaCheck(t *testing.T) {
	c := load(t, key("rsa_size: 2048")+"\nschemas: {s: {1: {publish: k, sign: k}, 2: {publish: k, sign: other}}}")
	s := c.Schemas["s"]
	if err := s.Check(c, 1); err != nil {
		t.Error(err)
	}
	if err := s.Check(c, 2); err == nil || !strings.Contains(err.Error(), `"other"`) {
		t.Errorf("unknown key: %v", err)
	}
	if err := s.Check(c, 3); err == nil || !strings.Contains(err.Error(), "slot 3") {
		t.Errorf("missing slot: %v", err)
	}
	if err := c.CheckSchemas(); err == nil {
		t.Error("the schemas pass")
	}
}

func TestHSMConfig(t *testing.T) {
	none := func(string) string { return "" }
	home := func(name string) string { return map[string]string{"HOME": "/h", "BAD": "$x"}[name] }
	got, err := config.ParseHSMConfig([]byte("# c\n\nA=1\nAB=2\nC=$A/$AB\n B = ${A} \nPKCS11_LIBRARY_PATH=$HOME/p"), home)
	if err != nil || got["C"] != "1/1B" || got["B "] != " ${A}" || got["PKCS11_LIBRARY_PATH"] != "/h/p" {
		t.Errorf("%q, %v", got, err)
	}
	for name, text := range map[string]string{
		"no assignment": "A", "unset": "PKCS11_LIBRARY_PATH=$X", "dollar": "A=$BAD", "no path": "A=1",
		"long": strings.Repeat("#\n", 99) + "PKCS11_LIBRARY_PATH=x", "itself": "A=$A",
		"doubling": "A=xxxxxxxx\n" + doubling() + "PKCS11_LIBRARY_PATH=x",
	} {
		if _, err := config.ParseHSMConfig([]byte(text), home); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := config.ParseHSMConfig([]byte(strings.Repeat("#\n", 98)+"PKCS11_LIBRARY_PATH=x"), none); err != nil {
		t.Errorf("99 lines: %v", err)
	}
}

func doubling() string {
	var b strings.Builder
	for i := range 26 {
		fmt.Fprintf(&b, "%c=$%[2]c$%[2]c\n", 'B'+i, 'A'+i)
	}
	return b.String()
}

// TestBombs: short files that would take long, or much memory, if they were expanded.
func TestBombs(t *testing.T) {
	var merges, lists strings.Builder
	merges.WriteString("a0: &a0 {}\n")
	lists.WriteString("a0: &a0 [x]\n")
	for i := 1; i < 30; i++ {
		fmt.Fprintf(&merges, "a%d: &a%d {<<: [*a%d, *a%d, *a%d]}\n", i, i, i-1, i-1, i-1)
		fmt.Fprintf(&lists, "a%d: &a%d [*a%d, *a%d, *a%d]\n", i, i, i-1, i-1, i-1)
	}
	for _, text := range []string{
		merges.String() + "hsm: *a29", lists.String() + "request_policy: {acceptable_domains: *a29}",
		"request_policy: {num_bundles: 1" + strings.Repeat(":1", 1<<19) + "}", "request_policy: {num_bundles: '" + strings.Repeat("9", 1<<20) + "'}",
		"hsm: " + strings.Repeat("[", 100_000), "hsm: " + strings.Repeat("{a: ", 5_000),
	} {
		if _, err := config.Load([]byte(text), host); err == nil {
			t.Errorf("%.60q loads", text)
		}
	}
	if _, err := config.Load([]byte("%YAML 1.1\n---\nrequest_policy: {num_bundles: 8}\n...\n"), host); err != nil {
		t.Errorf("directive: %v", err)
	}
}

func FuzzLoad(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.yaml")
	for _, file := range files {
		text, _ := os.ReadFile(file)
		f.Add(text)
	}
	f.Add([]byte("hsm: {a: &x {module: m}, b: {<<: [*x, *x]}}"))
	f.Fuzz(func(t *testing.T, text []byte) {
		config.Load(text, host)
		config.ParseHSMConfig(text, host.Getenv)
	})
}
