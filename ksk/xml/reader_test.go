package xml_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"coen/ksk/xml"
)

// TestCases reads every case of testdata: a document, a line "-- tree --" and the
// tree it means, or "-- error --" and a part of the message.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i, c := range strings.Split(string(text), "\n====\n") {
			document, want, ok := strings.Cut(c, "\n-- tree --\n")
			if !ok {
				document, want, ok = strings.Cut(c, "\n-- error --\n")
				want = "error: " + want
			}
			if !ok {
				t.Fatalf("%s: case %d has no outcome", file, i)
			}
			g, err := xml.Parse([]byte(document))
			got := outline(g, "")
			if err != nil {
				got = "error: " + err.Error()
			}
			want = strings.TrimRight(want, "\n")
			if err != nil && strings.Contains(got, strings.TrimPrefix(want, "error: ")) && strings.HasPrefix(want, "error: ") {
				continue
			}
			if got != want {
				t.Errorf("%s: case %d:\n%s\nis\n%s\nwant\n%s", file, i, document, got, want)
			}
		}
	}
}

// outline draws a tree: name, attributes, text, one element a line.
func outline(g xml.Group, indent string) string {
	var lines []string
	for _, e := range g {
		line := indent + e.Name
		if e.Attributes != nil {
			var all []string
			for name, value := range e.Attributes {
				all = append(all, fmt.Sprintf(" %s=%s", name, value))
			}
			sort.Strings(all)
			line += " [" + strings.TrimSpace(strings.Join(all, "")) + "]"
		}
		if e.Text != "" {
			text, _ := json.Marshal(e.Text)
			line += " " + strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(text))
		}
		lines = append(lines, line)
		if e.Group != nil {
			lines = append(lines, outline(e.Group, indent+"  "))
		}
	}
	return strings.Join(lines, "\n")
}

func TestSize(t *testing.T) {
	document := func(size int) []byte {
		head, tail := "<KSR><a>", "</a></KSR>"
		return []byte(head + strings.Repeat("x", size-len(head)-len(tail)) + tail)
	}
	if _, err := xml.Parse(document(xml.MaxSize)); err != nil {
		t.Errorf("the largest document: %v", err)
	}
	if _, err := xml.Parse(document(xml.MaxSize + 1)); err == nil {
		t.Error("a larger document is read")
	}
	if _, err := xml.Parse([]byte("<KSR>\xff</KSR>")); err == nil {
		t.Error("text that is not UTF-8 is read")
	}
}

// TestLinear has documents that would take a quadratic reader minutes.
func TestLinear(t *testing.T) {
	for _, s := range []string{
		"<KSR>" + strings.Repeat("<a></a>", 140_000) + "</KSR>",
		"<KSR>" + strings.Repeat("<a>", 300_000) + "</KSR>",
		"<KSR>" + strings.Repeat("<a ", 300_000) + "</KSR>",
		"<KSR " + strings.Repeat(`a="b"`, 200_000) + "></KSR>",
		"<KSR>" + strings.Repeat("\u3000", 300_000) + "</KSR>",
	} {
		xml.Parse([]byte(s))
	}
}

func TestAccess(t *testing.T) {
	g, err := xml.Parse([]byte(`<KSR id="1"><A>text</A><B x="y">z</B><C></C><D><E></E></D><F></F><F></F></KSR>`))
	if err != nil {
		t.Fatal(err)
	}
	root, err := g.One("KSR")
	if err != nil {
		t.Fatal(err)
	}
	in := root.Group
	if v, err := in.Value("A"); v != "text" || err != nil {
		t.Error("A:", v, err)
	}
	if v, err := in.Value("C"); v != "" || err != nil {
		t.Error("C:", v, err)
	}
	if b, err := in.All("B"); len(b) != 1 || err != nil || b[0].Text != "z" {
		t.Error("B:", b, err)
	}
	if none, err := in.All("X"); none != nil || err != nil {
		t.Error("X:", none, err)
	}
	for name, call := range map[string]func() error{
		"value with attributes":    func() error { _, err := in.Value("B"); return err },
		"value with elements":      func() error { _, err := in.Value("D"); return err },
		"value twice":              func() error { _, err := in.Value("F"); return err },
		"value missing":            func() error { _, err := in.Value("X"); return err },
		"inside text":              func() error { _, err := in.Inside("A"); return err },
		"inside nothing":           func() error { _, err := in.Inside("C"); return err },
		"one without attributes":   func() error { _, err := in.One("A"); return err },
		"all without attributes":   func() error { _, err := in.All("F"); return err },
		"attribute missing":        func() error { _, err := root.Attribute("x"); return err },
		"group with attributes in": func() error { _, err := g.Inside("KSR"); return err },
	} {
		if call() == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func FuzzParse(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txt")
	for _, file := range files {
		text, _ := os.ReadFile(file)
		for _, c := range strings.Split(string(text), "\n====\n") {
			f.Add([]byte(c))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		xml.Parse(text)
	})
}
