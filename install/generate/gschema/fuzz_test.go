package gschema

import (
	"testing"

	"coen/install/generate/internal/ghash"
)

func FuzzText(f *testing.F) {
	for _, c := range [][2]string{{"s", "'a\\u00e4'"}, {"a(si)", "[('a', 1)]"}, {"a{sv}", "{}"}, {"mi", "just 5"},
		{"(bdddd)", "(true, 0.1, 0, 1e3, inf)"}, {"as", "@as []"}, {"y", "0xff"}} {
		f.Add(c[0], c[1])
	}
	f.Fuzz(func(t *testing.T, typ, text string) {
		if _, rest, err := splitType(typ); err != nil || rest != "" || len(typ) > 100 {
			return
		}
		if v, err := parseText(typ, text); err == nil {
			v.serialise()
		}
	})
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(base))
	f.Add([]byte(enums))
	f.Fuzz(func(t *testing.T, data []byte) {
		all := &schemas{order: ghash.New(), byID: map[string]*schema{}, enums: map[string]*strinfo{}, flags: map[string]*strinfo{}}
		if err := all.read(data); err == nil {
			all.table().encode()
		}
	})
}
