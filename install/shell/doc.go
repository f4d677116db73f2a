// Package shell interprets POSIX shell scripts over a tree: the maintainer
// scripts of packages and the scripts an image holds.
//
// It follows the Shell Command Language of POSIX.1-2017 (XCU chapter 2) as dash
// 0.5.12 implements it, Debian's /bin/sh; every rule dash and the standard
// leave open to each other is decided as dash does. Scripts that ask for bash
// get the rules of bash instead, and what maintainer scripts use of its
// extensions: arrays, [[ ]], ((...)), brace expansion, here-strings. The
// parser is mvdan.cc/sh/v3/syntax; all else is here.
//
//	m := &proc.Machine{Tree: t, ...}
//	in := shell.New(m)
//	m.Commands = in.Table() // sh, dash and bash; add all others
//	p := &proc.Proc{Machine: m, Args: []string{file, "configure", ""}, Dir: "/", Umask: 0o022, ...}
//	status, err := p.Run()
//
// Everything happens one after the other, so that no result depends on
// scheduling: a command of a pipeline runs to its end before the next one
// starts, a command with "&" at once. Process numbers are constants ($$ is
// 1000). No signal ever arrives, so only EXIT traps run.
//
// Before each command the tree's author gets a Detail with script, line and
// command, "postinst:24: chmod 755 /x". An error that stops the build starts
// with the same place. Ordinary failures of a script do not stop the build:
// they are its exit status, as on a real system.
//
// # Limits
//
// What a real system could do and this package does not model is an error:
// process substitution, coprocesses, signals, random numbers, devices, the
// network. An Interpreter also bounds steps, nesting and the size of values and
// pipes; a script beyond the bounds is an error, too.
//
// The parser differs from dash's own in corners no script of Debian 13 uses,
// each of them a syntax error here: an operator that comes out of an expansion
// within $((...)), an apostrophe in "${x-it's}", "!(" without a space, "&>" in
// a script for sh. Scripts are UTF-8. Aliases
// are kept but never expanded, and "set -v" shows nothing. A syntax error is
// found before the commands on its line run, but after those of earlier lines,
// as in dash.
//
// The keys of an associative array come in byte order, not in that of bash's
// hash table.
package shell
