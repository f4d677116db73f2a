// Package relation reads the relationship fields of Debian packages (Depends,
// Pre-Depends, Recommends, Conflicts, Breaks, Replaces, Provides and their like)
// and tells what satisfies them.
//
// The grammar is that of Debian Policy, chapter 7, and deb-control(5): groups
// separated by commas, alternatives separated by bars, each a package name with
// an optional architecture qualifier, version restriction and architecture list:
//
//	libc6 (>= 2.34), default-mta | mail-transport-agent, python3:any, kmod [linux-any]
//
// # Limits
//
// Build profiles ("<!nocheck>") belong to source packages and are refused.
// Architecture wildcards are understood for Linux ports, "any" and "linux-any"
// and "any-CPU", which is all a binary package can need.
package relation
