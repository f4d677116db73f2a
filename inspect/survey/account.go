package survey

import (
	"fmt"
	"strconv"
	"strings"

	"coen/fsimage/squashfs"
)

// An Account is a line of /etc/passwd (passwd(5)).
type Account struct {
	Name  string `json:"name"`
	UID   uint32 `json:"uid"`
	GID   uint32 `json:"gid"`
	Home  string `json:"home"`
	Shell string `json:"shell"`
	// Password is "none" if none is asked for, "locked" if none is accepted,
	// and "set".
	Password string `json:"password"`
}

func accounts(root *squashfs.Reader) (all []Account, err error) {
	passwd, err := text(root, "etc/passwd")
	if err != nil {
		return nil, err
	}
	shadow, err := text(root, "etc/shadow")
	if err != nil {
		return nil, err
	}
	fields := map[string]string{}
	for line := range strings.Lines(string(shadow)) {
		if f := strings.Split(line, ":"); len(f) > 1 {
			fields[f[0]] = f[1]
		}
	}
	for line := range strings.Lines(string(passwd)) {
		a, err := account(strings.TrimSuffix(line, "\n"), fields)
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, nil
}

func account(line string, shadow map[string]string) (a Account, err error) {
	f := strings.Split(line, ":")
	if len(f) != 7 {
		return a, fmt.Errorf("/etc/passwd: %q is not an account", line)
	}
	uid, err := strconv.ParseUint(f[2], 10, 32)
	if err != nil {
		return a, fmt.Errorf("/etc/passwd: %q is not a user id", f[2])
	}
	gid, err := strconv.ParseUint(f[3], 10, 32)
	if err != nil {
		return a, fmt.Errorf("/etc/passwd: %q is not a group id", f[3])
	}
	field := f[1]
	if field == "x" {
		var ok bool
		if field, ok = shadow[f[0]]; !ok {
			field = "*"
		}
	}
	return Account{f[0], uint32(uid), uint32(gid), f[5], f[6], password(field)}, nil
}

// password says what a password field means (shadow(5), crypt(5)).
func password(field string) string {
	switch {
	case field == "":
		return "none"
	case field[0] == '!' || field[0] == '*' || len(field) < 13: // no hash is shorter
		return "locked"
	}
	return "set"
}
