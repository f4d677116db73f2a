package signer_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"coen/ksk/policy"
	"coen/ksk/signer"
)

const root = "../.."

var (
	testName = regexp.MustCompile("`([a-z0-9/]+): (Test[A-Za-z0-9]+)`")
	caseName = regexp.MustCompile("`((?:pos|neg)/[a-z0-9-]+)`")
)

// TestAssurance ties doc/assurance.md to the code, in both directions.
func TestAssurance(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "doc", "assurance.md"))
	if err != nil {
		t.Fatal(err)
	}
	checks := map[string]bool{}
	for _, c := range slices.Concat(policy.Checks(), signer.Checks()) {
		checks[c.ID] = true
		if c.Rule == "" || c.Source == "" {
			t.Errorf("check %s has no rule or no source", c.ID)
		}
	}
	argued := map[string]bool{}
	for _, section := range strings.Split(string(text), "\n### ")[1:] {
		id, body, _ := strings.Cut(section, "\n")
		body, _, _ = strings.Cut(body, "\n## ")
		argued[id] = true
		if !checks[id] {
			t.Errorf("%s is argued for, but there is no such check", id)
		}
		argue(t, id, body)
	}
	for id := range checks {
		if !argued[id] {
			t.Errorf("check %s has no argument", id)
		}
	}
	for _, m := range testName.FindAllStringSubmatch(string(text), -1) {
		if !strings.Contains(testFiles(t, m[1]), "func "+m[2]+"(") {
			t.Errorf("there is no %s in %s", m[2], m[1])
		}
	}
	for _, m := range caseName.FindAllStringSubmatch(string(text), -1) {
		if _, err := os.Stat(filepath.Join(root, "cmd/kskm/testdata/golden", m[1], "meta.json")); err != nil {
			t.Errorf("there is no golden case %s", m[1])
		}
	}
}

// argue checks one section: claim, argument, and evidence that speaks of the identifier.
func argue(t *testing.T, id, body string) {
	t.Helper()
	parts := map[string]string{}
	for _, paragraph := range strings.Split(strings.TrimSpace(body), "\n\n") {
		if name, rest, ok := strings.Cut(strings.TrimPrefix(paragraph, "**"), ".** "); ok {
			parts[name] = rest
		}
	}
	for _, name := range []string{"Claim", "Argument", "Evidence"} {
		if len(parts[name]) < 20 {
			t.Errorf("%s has no %s", id, strings.ToLower(name))
		}
	}
	for _, m := range testName.FindAllStringSubmatch(parts["Evidence"], -1) {
		if strings.Contains(testFiles(t, m[1]), id) {
			return
		}
	}
	if id != "KSK-PRESENCE" || !strings.Contains(parts["Evidence"], "TestExitCodes") {
		t.Errorf("no test in the evidence of %s speaks of it", id)
	}
}

// testFiles returns the texts of the test files of a package.
func testFiles(t *testing.T, pkg string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(pkg), "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}
