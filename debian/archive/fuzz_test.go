package archive

import (
	"strings"
	"testing"
	"time"
)

// FuzzVerify: no input panics or is accepted without the required signature.
func FuzzVerify(f *testing.F) {
	key, stranger := newKey(f, "one"), newKey(f, "stranger")
	made := day.Add(time.Hour)
	f.Add(sign(f, releaseText(made, anyFile), made, stranger))
	f.Add(sign(f, "- \n-\n", made, stranger, stranger))
	f.Fuzz(func(t *testing.T, file []byte) {
		if _, err := Verify(file, policy(1, key), made); err == nil {
			t.Fatal("accepted")
		}
	})
}

// FuzzRelease: no text panics, and the paths of what is accepted stay below the
// suite.
func FuzzRelease(f *testing.F) {
	f.Add(releaseText(day, anyFile))
	f.Fuzz(func(t *testing.T, text string) {
		r, err := parseRelease([]byte(text))
		if err != nil {
			return
		}
		for name := range r.Files {
			if strings.HasPrefix(name, "/") || strings.Contains("/"+name+"/", "/../") {
				t.Fatalf("path %q", name)
			}
		}
		r.Packages("test", "main", "amd64")
	})
}

func FuzzPackages(f *testing.F) {
	f.Add(record)
	f.Fuzz(func(t *testing.T, text string) {
		ReadPackages(strings.NewReader(text), "amd64", func(p *Package) error {
			if strings.Contains("/"+p.Path+"/", "/../") {
				t.Fatalf("path %q", p.Path)
			}
			return nil
		})
	})
}
