package convert_test

import (
	"testing"

	"coen/ksk/config"
	"coen/ksk/config/convert"
)

// FuzzConvert: whatever comes out is a configuration.
func FuzzConvert(f *testing.F) {
	f.Add([]byte("A=$B:x\nPKCS11_LIBRARY_PATH=\"p\"\n"))
	f.Add([]byte(`{"a": {"s": {"1": {"publish": ["K"], "sign": "K"}}}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, d := range []convert.Dialect{convert.Kskm, convert.Legacy} {
			if got, err := convert.HSMConfig("x", text, d, getenv); err == nil {
				load(t, got)
			}
		}
		if got, err := convert.Schedule(text, func(s string) string { return s }); err == nil {
			load(t, got)
		}
	})
}

func load(t *testing.T, text []byte) {
	t.Helper()
	if _, err := config.Load(text, config.Host{Getenv: getenv}); err != nil {
		t.Errorf("%v\n%s", err, text)
	}
}
