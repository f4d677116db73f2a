//go:build linux

package main

import (
	"testing"
	"time"
)

func TestProgressLine(t *testing.T) {
	p := &progress{total: 400, done: 100}
	want := "[##########..............................]  25 %  1:15 left"
	if got := p.line(25 * time.Second); got != want {
		t.Errorf("line %q, want %q", got, want)
	}
	p.done = 400
	want = "[########################################] 100 %  0:00 left"
	if got := p.line(time.Minute); got != want {
		t.Errorf("line %q, want %q", got, want)
	}
}
