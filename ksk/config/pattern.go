package config

import (
	"regexp"
	"sync"
)

// pattern is a regular expression that is compiled when it is first used: most runs of the
// tools read no configuration, and all of them should start at once.
type pattern struct {
	text     string
	once     sync.Once
	compiled *regexp.Regexp
}

func (p *pattern) re() *regexp.Regexp {
	p.once.Do(func() { p.compiled = regexp.MustCompile(p.text) })
	return p.compiled
}

// MatchString reports whether s has a match.
func (p *pattern) MatchString(s string) bool { return p.re().MatchString(s) }

// FindStringSubmatch returns the first match and its groups.
func (p *pattern) FindStringSubmatch(s string) []string { return p.re().FindStringSubmatch(s) }
