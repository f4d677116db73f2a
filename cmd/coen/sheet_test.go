package main

import (
	"os"
	"strings"
	"testing"

	"coen/attest"
	"coen/debian/archive"
	"coen/internal/failure"
)

// TestSheetOverlays names vendors' archives in manifest and sheet.
func TestSheetOverlays(t *testing.T) {
	newRelease(t)
	data, err := os.ReadFile("coen.buildinfo.json")
	okay(t, err)
	info, err := attest.ParseBuildInfo(data)
	okay(t, err)
	info.Open = &archive.Digest{0x0f}
	for i, name := range []string{"luna", "keyper"} {
		info.Overlays = append(info.Overlays, attest.Overlay{Name: name, Archive: name + ".tar", SHA256: archive.Digest{byte(i)}})
	}
	write(t, "coen.buildinfo.json", string(info.Bytes()))
	out := must(t, "attest", "manifest", "coen.iso")
	sum := strings.Repeat("0", 62)
	for _, want := range []string{"Overlay:    keyper 01" + sum + "\nOverlay:    luna 00" + sum, "Open ISO:   0f" + sum} {
		if !strings.Contains(out, want) {
			t.Errorf("written:\n%swant\n%s", out, want)
		}
	}
	must(t, "sheet", ".")
	page, err := os.ReadFile("sheet.html")
	if err != nil || !strings.Contains(string(page), "Overlay luna") || !strings.Contains(string(page), "OPEN IMAGE") {
		t.Errorf("%v\n%s", err, page)
	}
}

func TestSheet(t *testing.T) {
	newRelease(t)
	must(t, "attest", "manifest", "coen.iso")
	must(t, "attest", "sign", "coen.iso", "-k", "alice", "-o", "statements/alice.json")
	exits(t, failure.Different, "1 of 3 builders agree", "sheet", ".", "--policy", "policy.yaml")
	if _, err := os.Stat("sheet.pdf"); err == nil {
		t.Error("a sheet without agreement")
	}
	must(t, "attest", "sign", "coen.iso", "-k", "bob", "-o", "statements/bob.json")
	for _, paper := range []string{"a4", "letter"} {
		must(t, "sheet", ".", "--policy", "policy.yaml", "--since", ".", "--paper", paper, "-o", paper)
		page, err := os.ReadFile(paper + ".html")
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"<li>alice</li>", "<li>bob</li>", "0 changed, 0 added, 0 removed, 2 as before."} {
			if !strings.Contains(string(page), want) {
				t.Errorf("no %q on the page", want)
			}
		}
		if pdf, err := os.ReadFile(paper + ".pdf"); err != nil || !strings.HasPrefix(string(pdf), "%PDF-") {
			t.Errorf("%.20q, %v", pdf, err)
		}
	}
	exits(t, failure.Usage, "is not known", "sheet", ".", "--paper", "a0")
	write(t, "manifest", "")
	exits(t, failure.Usage, "does not begin with", "sheet", ".")
}
