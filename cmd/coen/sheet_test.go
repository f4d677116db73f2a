package main

import (
	"os"
	"strings"
	"testing"

	"coen/internal/failure"
)

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
