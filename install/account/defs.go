package account

import (
	"strconv"
	"strings"

	"coen/tree"
)

// defs are the settings of /etc/login.defs, which a command line may override.
type defs map[string]string

// loginDefs reads /etc/login.defs: lines "NAME value", comments from "#".
func loginDefs(t *tree.Tree) defs {
	d := defs{}
	data, err := t.ReadFile("/etc/login.defs")
	if err != nil {
		return d
	}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		name, value, _ := strings.Cut(strings.ReplaceAll(line, "\t", " "), " ")
		d[name] = strings.Trim(strings.TrimSpace(value), `"`)
	}
	return d
}

// number gives a numeric setting, decimal, octal or hexadecimal as in C.
func (d defs) number(name string, otherwise int64) int64 {
	if n, err := strconv.ParseInt(d[name], 0, 64); err == nil {
		return n
	}
	return otherwise
}

// days gives an ageing setting for /etc/shadow, empty for -1.
func (d defs) days(name string) string {
	if n := d.number(name, -1); n >= 0 {
		return strconv.FormatInt(n, 10)
	}
	return ""
}

func (d defs) yes(name string) bool { return strings.EqualFold(d[name], "yes") }

// idRange is where ids of a kind ("UID", "GID") are taken from.
func (d defs) idRange(kind string, system bool) (low, high uint32) {
	first := d.number(kind+"_MIN", 1000)
	if !system {
		return uint32(first), uint32(d.number(kind+"_MAX", 60000))
	}
	low = uint32(d.number("SYS_"+kind+"_MIN", 101))
	high = uint32(d.number("SYS_"+kind+"_MAX", first-1))
	return max(low, 1), high
}

// useraddDefaults reads /etc/default/useradd: lines NAME=value.
func useraddDefaults(t *tree.Tree) map[string]string {
	d := map[string]string{"HOME": "/home", "SHELL": "/bin/bash", "SKEL": "/etc/skel",
		"USRSKEL": "/usr/etc/skel", "INACTIVE": "-1", "GROUP": "100", "CREATE_MAIL_SPOOL": "no"}
	data, err := t.ReadFile("/etc/default/useradd")
	if err != nil {
		return d
	}
	for line := range strings.Lines(string(data)) {
		if name, value, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "="); ok {
			d[name] = value
		}
	}
	return d
}
