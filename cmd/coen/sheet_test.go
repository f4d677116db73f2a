package main

import (
	"os"
	"strings"
	"testing"

	"coen/internal/failure"
)

// TestSheetOverlays names vendors' archives in manifest and sheet.
func TestSheetOverlays(t *testing.T) {
	newRelease(t)
	write(t, "vendor.tar", "secret\n")
	open := strings.Repeat("0f", 32)
	exits(t, failure.Usage, "missing [open]", "attest", "manifest", "coen.iso", "--overlay", "luna=vendor.tar")
	exits(t, failure.Usage, "--open: bad SHA-256", "attest", "manifest", "coen.iso", "--overlay", "luna=vendor.tar", "--open", "0f")
	exits(t, failure.Usage, "no such file", "attest", "manifest", "coen.iso", "--overlay", "luna=nothing", "--open", open)
	out := must(t, "attest", "manifest", "coen.iso", "--overlay", "luna=vendor.tar", "--open", open)
	if !strings.Contains(out, "Overlay:    luna b37e50cedcd3e3f1ff64f4afc0422084ae694253cf399326868e07a35f4a45fb\n") || !strings.Contains(out, "Open ISO:   "+open) {
		t.Errorf("written:\n%s", out)
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
