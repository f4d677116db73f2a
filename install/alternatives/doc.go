// Package alternatives models update-alternatives(1): link groups kept in
// /var/lib/dpkg/alternatives, and the symbolic links through /etc/alternatives
// that realise them.
//
// A link group has a name, a generic link ("/usr/bin/editor"), slave links that
// follow it, and choices with priorities; in automatic mode the choice of
// highest priority is linked, the first of equals winning. The database is
// written as dpkg writes it, one file for each group, slaves and choices
// sorted. New links take the modification time of what they point at.
//
//	commands["update-alternatives"] = alternatives.Command
//
// Limits: no log is written (/var/log/alternatives.log is a record of a clock);
// --config, --all and --set-selections, which need an operator, are unmodelled.
package alternatives
