package install

import (
	"fmt"
	"strings"
	"testing"

	"coen/install/dpkg"
)

// many makes n packages of a few files each, with dependencies, some of them on
// what others provide.
func many(n int) map[string]map[string]string {
	files := map[string]map[string]string{}
	for i := range n {
		name := fmt.Sprintf("package%04d", i)
		more := fmt.Sprintf("Provides: virtual%d, other%d (= 1)\n", i%50, i)
		if i > 0 {
			more += fmt.Sprintf("Depends: package%04d, virtual%d\n", i/2, i/2%50)
		}
		if i%10 == 0 && i > 0 {
			more += fmt.Sprintf("Recommends: package%04d\n", i+1)
			more += fmt.Sprintf("Pre-Depends: package%04d\n", i/10)
		}
		f := map[string]string{
			"DEBIAN/control":  control(name, more),
			"DEBIAN/postinst": "#!/bin/sh\nset -e\nif [ \"$1\" = configure ]; then\n\ttrue\nfi\n",
			"etc/" + name:     name, "DEBIAN/conffiles": "/etc/" + name + "\n",
		}
		for j := range 20 {
			f[fmt.Sprintf("usr/share/%s/%d", name, j)] = strings.Repeat(name, 50)
		}
		files[name] = f
	}
	return files
}

func BenchmarkInstall(b *testing.B) {
	list := packages(b, many(600))
	for b.Loop() {
		if _, _, err := try(b, list, Options{Workers: 2}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPlan(b *testing.B) {
	root, r, err := try(b, packages(b, many(600)), Options{Workers: 2})
	if err != nil || root == nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := newPlan(r.Database); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	list := packages(b, map[string]map[string]string{"big": {
		"DEBIAN/control": control("big", ""), "usr/big": strings.Repeat("0123456789abcdef", 1<<20),
	}})
	a, err := open(list[0])
	if err != nil {
		b.Fatal(err)
	}
	a.entry = &dpkg.Package{}
	b.SetBytes(16 << 20)
	for b.Loop() {
		if c := a.decode(nil, nil); c.err != nil {
			b.Fatal(c.err)
		}
	}
}
