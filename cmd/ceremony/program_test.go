package main

import (
	"slices"
	"testing"
)

// TestNames: each command is there once, and each link stands for one.
func TestNames(t *testing.T) {
	var names []string
	for _, c := range new(program).commands() {
		if slices.Contains(names, c.Name()) {
			t.Errorf("%s is there twice", c.Name())
		}
		names = append(names, c.Name())
	}
	for _, link := range links {
		if !slices.Contains(names, link) {
			t.Errorf("%s is a link to nothing", link)
		}
	}
}
