package account

import (
	"regexp"
	"strconv"
	"strings"

	"coen/tree"
)

// adduserDefaults are the settings that adduser.conf(5) may change.
var adduserDefaults = map[string]string{
	"dshell": "/bin/bash", "dhome": "/home", "skel": "/etc/skel",
	"first_system_uid": "100", "last_system_uid": "999", "first_uid": "1000", "last_uid": "59999",
	"first_system_gid": "100", "last_system_gid": "999", "first_gid": "1000", "last_gid": "59999",
	"usergroups": "yes", "users_gid": "", "users_group": "", "grouphomes": "no", "letterhomes": "no",
	"quotauser": "", "dir_mode": "0700", "sys_dir_mode": "0755", "setgid_home": "no",
	"name_regex":        `^[a-zA-Z][a-zA-Z0-9_-]*\$?$`,
	"sys_name_regex":    `^[a-zA-Z_][a-zA-Z0-9_-]*\$?$`,
	"skel_ignore_regex": `\.(dpkg|ucf)-(old|new|dist)$`,
	"extra_groups":      "users", "add_extra_groups": "0", "uid_pool": "", "gid_pool": "",
	"reserve_uid_pool": "yes", "reserve_gid_pool": "yes",
	"loggerparms": "", "stdoutmsglevel": "warn", "stderrmsglevel": "warn", "logmsglevel": "info",
	// of deluser.conf(5)
	"remove_home": "0", "remove_all_files": "0", "backup": "0", "backup_to": ".", "no_del_paths": "",
	"only_if_empty": "0", "exclude_fstypes": "", "system": "0", "home": "",
}

var settingLine = regexp.MustCompile(`^\s*([_a-zA-Z0-9]+)\s*=\s*(.*)$`)

// settings are those of adduser.conf and deluser.conf, names in lower case.
type settings map[string]string

func readSettings(t *tree.Tree, files ...string) settings {
	s := settings{}
	for k, v := range adduserDefaults {
		s[k] = v
	}
	for _, file := range files {
		data, err := t.ReadFile(file)
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(data)) {
			m := settingLine.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
			if m == nil || strings.HasPrefix(line, "#") {
				continue
			}
			name := strings.ToLower(m[1])
			if _, known := s[name]; known {
				s[name] = unquote(m[2])
			}
		}
	}
	return s
}

func unquote(v string) string {
	v = strings.TrimRight(v, " \t")
	if len(v) >= 2 && (v[0] == '"' || v[0] == '\'') && v[len(v)-1] == v[0] {
		return v[1 : len(v)-1]
	}
	return v
}

func (s settings) id(name string) uint32 {
	n, _ := strconv.ParseUint(s[name], 10, 32)
	return uint32(n)
}

func (s settings) yes(name string) bool {
	return strings.Contains(strings.ToLower(s[name]), "yes")
}

// dirMode is the mode of a new home directory.
func (s settings) dirMode(system bool) uint32 {
	name, otherwise := "dir_mode", uint64(0o700)
	if system {
		name, otherwise = "sys_dir_mode", 0o755
	}
	mode, err := strconv.ParseUint(s[name], 8, 12)
	if err != nil {
		mode = otherwise
	}
	if s.yes("setgid_home") {
		mode |= 0o2000
	}
	return uint32(mode)
}
