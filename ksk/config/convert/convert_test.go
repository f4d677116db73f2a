package convert_test

import (
	"strings"
	"testing"

	"coen/ksk/config"
	"coen/ksk/config/convert"
)

func getenv(name string) string { return map[string]string{"HOME": "/home/op"}[name] }

func TestHSMConfig(t *testing.T) {
	for name, c := range map[string]struct {
		text    string
		dialect convert.Dialect
		want    string // empty: an error
	}{
		"both": {"# Keyper\nKEYPER_LIBRARY_PATH=$HOME/hsm\nPKCS11_LIBRARY_PATH=$KEYPER_LIBRARY_PATH/p.so\n", convert.Any,
			"hsm:\n  'x':\n    module: '/home/op/hsm/p.so'\n    env:\n      'KEYPER_LIBRARY_PATH': '/home/op/hsm'\n"},
		"quotes":          {"PKCS11_LIBRARY_PATH=\"/a b/p.so\" # rest\n", convert.Legacy, "hsm:\n  'x':\n    module: '/a b/p.so'\n"},
		"quotes, kskm":    {"PKCS11_LIBRARY_PATH=\"p.so\"\n", convert.Kskm, "hsm:\n  'x':\n    module: '\"p.so\"'\n"},
		"quotes, unclear": {"PKCS11_LIBRARY_PATH=\"p.so\"\n", convert.Any, ""},
		"second equals":   {"PKCS11_LIBRARY_PATH=/p=1\n", convert.Legacy, "hsm:\n  'x':\n    module: '/p'\n"},
		"second, unclear": {"PKCS11_LIBRARY_PATH=/p=1\n", convert.Any, ""},
		"undefined": {"LD=$A:$HOME/x\nPKCS11_LIBRARY_PATH=p\n", convert.Legacy,
			"# \"line 1: variable \\\"A\\\" is not set and vanishes\"\nhsm:\n  'x':\n    module: 'p'\n    env:\n      'LD': '/home/op/x'\n"},
		"undefined, kskm": {"LD=$A:/x\nPKCS11_LIBRARY_PATH=p\n", convert.Kskm, ""},
		"taken back": {"A=1\nA=\nPKCS11_LIBRARY_PATH=p\n", convert.Legacy,
			"# \"line 2: variable \\\"A\\\" is taken back\"\nhsm:\n  'x':\n    module: 'p'\n"},
		"longer name":     {"A=1\nAB=2\nC=$A/$AB\nPKCS11_LIBRARY_PATH=p\n", convert.Any, ""},
		"no library":      {"A=1\n", convert.Any, ""},
		"no dialect":      {"PKCS11_LIBRARY_PATH=p\n", "other", ""},
		"apostrophe":      {"PKCS11_LIBRARY_PATH=/it's\n", convert.Any, "hsm:\n  'x':\n    module: '/it''s'\n"},
		"looks like YAML": {"A=no\nB=: #x\nPKCS11_LIBRARY_PATH=p\n", convert.Any, "hsm:\n  'x':\n    module: 'p'\n    env:\n      'A': 'no'\n      'B': ': #x'\n"},
		"dollar module":   {"PKCS11_LIBRARY_PATH=${X}\n", convert.Kskm, ""},
	} {
		got, err := convert.HSMConfig("x", []byte(c.text), c.dialect, getenv)
		if string(got) != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%s: %v\n%s", name, err, got)
		}
	}
}

func TestSchedule(t *testing.T) {
	upper := strings.ToLower
	got, err := convert.Schedule([]byte(`{"any": {"roll": {"1": {"publish": ["Ka", "Kb"], "sign": "Ka"}, "2": {"publish": "Kb", "revoke": "Ka", "sign": ["Ka", "Kb"]}},
		"second": {"1": {"publish": "Ka", "sign": "Ka"}}}}`), upper)
	const want = "# The legacy tool used only the first of these: \"roll\"\nschemas:\n  'roll':\n    1: {publish: ['ka', 'kb'], sign: ['ka']}\n" +
		"    2: {publish: ['kb'], sign: ['ka', 'kb'], revoke: ['ka']}\n  'second':\n    1: {publish: ['ka'], sign: ['ka']}\n"
	if err != nil || string(got) != want {
		t.Errorf("%v\n%s", err, got)
	}
	if c, err := config.Load(got, config.Host{}); err != nil || len(c.Schemas) != 2 || c.Schemas["roll"][2].Revoke[0] != "ka" {
		t.Errorf("%v, %v", c, err)
	}
	for name, text := range map[string]string{
		"nothing":           "",
		"no object":         `[]`,
		"no schedule":       `{"a": {}}`,
		"two wrappers":      `{"a": {"s": {}}, "b": {}}`,
		"slot out of order": `{"a": {"s": {"2": {"publish": "K", "sign": "K"}}}}`,
		"slot twice":        `{"a": {"s": {"1": {"publish": "K", "sign": "K"}, "1": {"publish": "K", "sign": "K"}}}}`,
		"unknown use":       `{"a": {"s": {"1": {"publish": "K", "sing": "K"}}}}`,
		"not published":     `{"a": {"s": {"1": {"publish": "K", "sign": "L"}}}}`,
		"both":              `{"a": {"s": {"1": {"publish": "K", "revoke": "K", "sign": "K"}}}}`,
		"label twice":       `{"a": {"s": {"1": {"publish": ["K", "K"], "sign": "K"}}}}`,
		"six labels":        `{"a": {"s": {"1": {"publish": ["a", "b", "c", "d", "e", "f"], "sign": "a"}}}}`,
		"blank in label":    `{"a": {"s": {"1": {"publish": "K a", "sign": "K a"}}}}`,
		"backslash":         `{"a": {"s": {"1": {"publish": "K\u0061", "sign": "Ka"}}}}`,
		"number":            `{"a": {"s": {"1": {"publish": 1, "sign": 1}}}}`,
		"text afterwards":   `{"a": {"s": {"1": {"publish": "K", "sign": "K"}}}} x`,
		"cut off":           `{"a": {"s": {"1": {"publish": "K"`,
	} {
		if got, err := convert.Schedule([]byte(text), upper); err == nil {
			t.Errorf("%s: gives\n%s", name, got)
		}
	}
}
