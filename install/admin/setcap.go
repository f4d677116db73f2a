package admin

import (
	"encoding/binary"
	"fmt"
	"strings"

	"coen/install/internal/getopt"
	"coen/install/proc"
	"coen/tree"
)

// capabilities are the names of linux/capability.h by their numbers.
var capabilities = []string{"chown", "dac_override", "dac_read_search", "fowner", "fsetid", "kill", "setgid",
	"setuid", "setpcap", "linux_immutable", "net_bind_service", "net_broadcast", "net_admin", "net_raw",
	"ipc_lock", "ipc_owner", "sys_module", "sys_rawio", "sys_chroot", "sys_ptrace", "sys_pacct", "sys_admin",
	"sys_boot", "sys_nice", "sys_resource", "sys_time", "sys_tty_config", "mknod", "lease", "audit_write",
	"audit_control", "setfcap", "mac_override", "mac_admin", "syslog", "wake_alarm", "block_suspend",
	"audit_read", "perfmon", "bpf", "checkpoint_restore"}

// capXattr is the attribute that holds a file's capabilities.
const capXattr = "security.capability"

// The head of struct vfs_cap_data, revision 2, and its flag for "effective".
const (
	capRevision  = 0x02000000
	capEffective = 1
)

// capSet is what a file gives: the sets permitted and inheritable, and whether
// they take effect at once.
type capSet struct {
	permitted, inheritable, effective uint64
}

// setcap gives files capabilities: setcap SPEC FILE [SPEC FILE]..., -r to take
// them away.
func setcap(p *proc.Proc) (int, error) {
	args := p.Args[1:]
	for len(args) > 0 && args[0] == "-q" {
		args = args[1:]
	}
	if len(args) < 2 || len(args)%2 != 0 || strings.HasPrefix(args[0], "-") && args[0] != "-r" {
		return 0, p.Unmodelledf("arguments %q", args)
	}
	for i := 0; i < len(args); i += 2 {
		file := p.Path(args[i+1])
		n, err := p.Tree.Lookup(file)
		if err != nil || n.Kind != tree.Regular {
			return p.Errorf("Failed to set capabilities on file '%s': No such file or directory", args[i+1])
		}
		var value []byte
		if args[i] != "-r" {
			set, err := parseCapabilities(args[i])
			if err != nil {
				return p.Errorf("fatal error: Invalid argument: %v", err)
			}
			if value, err = set.encode(); err != nil {
				return p.Errorf("Failed to set capabilities on file '%s': Invalid argument", args[i+1])
			}
		}
		if err := p.Tree.SetXattr(file, capXattr, value); err != nil {
			return 0, err
		}
	}
	return 0, nil
}

// parseCapabilities reads the clauses of cap_from_text(3): lists of names, each
// with operators "=+-" and flags "eip".
func parseCapabilities(text string) (capSet, error) {
	var s capSet
	for clause := range strings.FieldsSeq(text) {
		i := strings.IndexAny(clause, "=+-")
		if i < 0 {
			return s, fmt.Errorf("no operator in %q", clause)
		}
		mask, err := capMask(clause[:i])
		if err != nil {
			return s, err
		}
		if i == 0 && clause[0] == '=' {
			s = capSet{}
		}
		if err := s.apply(mask, clause[i:]); err != nil {
			return s, err
		}
	}
	return s, nil
}

// capMask is the set a list names; an empty list and "all" are all of them.
func capMask(list string) (uint64, error) {
	if list == "" || list == "all" {
		return 1<<len(capabilities) - 1, nil
	}
	var mask uint64
	for name := range strings.SplitSeq(strings.ToLower(list), ",") {
		found := false
		for i, c := range capabilities {
			if name == "cap_"+c {
				mask |= 1 << i
				found = true
			}
		}
		if !found {
			return 0, fmt.Errorf("unknown capability %q", name)
		}
	}
	return mask, nil
}

func (s *capSet) apply(mask uint64, actions string) error {
	op := byte('=')
	for i := range len(actions) {
		c := actions[i]
		set := map[byte]*uint64{'e': &s.effective, 'i': &s.inheritable, 'p': &s.permitted}[c]
		switch {
		case c == '=' || c == '+' || c == '-':
			op = c
			if c == '=' {
				s.effective &^= mask
				s.inheritable &^= mask
				s.permitted &^= mask
			}
		case set == nil:
			return fmt.Errorf("unknown flag %q", c)
		case op == '-':
			*set &^= mask
		default:
			*set |= mask
		}
	}
	return nil
}

// encode makes the attribute. Effective is one bit for all capabilities, so it
// must hold for all or none.
func (s *capSet) encode() ([]byte, error) {
	head := uint32(capRevision)
	if s.effective != 0 {
		if s.effective != s.permitted|s.inheritable {
			return nil, fmt.Errorf("effective capabilities differ from permitted ones")
		}
		head |= capEffective
	}
	var b []byte
	for _, v := range []uint64{uint64(head), s.permitted & 0xffffffff, s.inheritable & 0xffffffff,
		s.permitted >> 32, s.inheritable >> 32} {
		b = binary.LittleEndian.AppendUint32(b, uint32(v))
	}
	return b, nil
}

// getcap prints the capabilities of files that have some.
func getcap(p *proc.Proc) (int, error) {
	opts, files, err := getopt.Parse(p.Args[1:], "v", "n", "r")
	if err != nil || len(opts) > 0 {
		return 0, p.Unmodelledf("arguments %q", p.Args[1:])
	}
	for _, file := range files {
		n, err := p.Tree.Lookup(p.Path(file))
		if err != nil {
			fmt.Fprintf(p.Stderr(), "%s (No such file or directory)\n", file)
			continue
		}
		if text := capText(n.Xattrs[capXattr]); text != "" {
			fmt.Fprintln(p.Stdout(), file, text)
		}
	}
	return 0, nil
}

// capText shows an attribute as "cap_net_raw=ep"; capabilities that differ in
// their flags form clauses of their own.
func capText(value []byte) string {
	if len(value) < 20 {
		return ""
	}
	word := func(i int) uint64 { return uint64(binary.LittleEndian.Uint32(value[4*i:])) }
	permitted, inheritable := word(1)|word(3)<<32, word(2)|word(4)<<32
	names := map[string][]string{}
	for i, c := range capabilities {
		flags := ""
		if word(0)&capEffective != 0 && (permitted|inheritable)>>i&1 == 1 {
			flags = "e"
		}
		if inheritable>>i&1 == 1 {
			flags += "i"
		}
		if permitted>>i&1 == 1 {
			flags += "p"
		}
		if flags != "" {
			names[flags] = append(names[flags], "cap_"+c)
		}
	}
	var clauses []string
	for _, flags := range []string{"eip", "ep", "ei", "ip", "p", "i"} {
		if list := names[flags]; list != nil {
			clauses = append(clauses, strings.Join(list, ",")+"="+flags)
		}
	}
	return strings.Join(clauses, " ")
}
