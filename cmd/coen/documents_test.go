package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestDocuments has every call of coen in the documents be one that the program
// understands: command, flags and number of arguments.
func TestDocuments(t *testing.T) {
	var pages []string
	for _, pattern := range []string{"../../*.md", "../../doc/*.md", "../../spec/*.md", "../../released/*.md"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, found...)
	}
	line := regexp.MustCompile(`(?m)^(?: {4,}|\$ )(?:build/bin/)?coen (.*)$`)
	calls := 0
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range line.FindAllStringSubmatch(string(text), -1) {
			calls++
			if err := understood(words(m[1])); err != nil {
				t.Errorf("%s: coen %s: %v", filepath.Base(page), m[1], err)
			}
		}
	}
	if calls < 10 {
		t.Errorf("only %d calls found", calls)
	}
	for _, wrong := range []string{"bake", "words --loud", "words a b", "attest consensus --policy p"} {
		if understood(words(wrong)) == nil {
			t.Errorf("coen %s passes", wrong)
		}
	}
}

// words splits a command line; quoted words stay together.
func words(line string) []string {
	var list []string
	for _, w := range regexp.MustCompile(`"[^"]*"|\S+`).FindAllString(line, -1) {
		list = append(list, strings.Trim(w, `"`))
	}
	return list
}

// understood parses a call without doing it.
func understood(args []string) error {
	cmd, rest, err := rootCommand().Find(args)
	if err != nil {
		return err
	}
	if err := cmd.ParseFlags(rest); err != nil {
		return err
	}
	if err := cmd.ValidateRequiredFlags(); err != nil {
		return err
	}
	if err := cmd.ValidateFlagGroups(); err != nil {
		return err
	}
	return cmd.ValidateArgs(cmd.Flags().Args())
}
