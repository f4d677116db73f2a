package shell

import (
	"strconv"
	"strings"

	"coen/install/proc"
)

// readOptions are the options of bash's read and mapfile.
type readOptions struct {
	raw, chop, array bool
	name             string // of the array
	delimiter        byte
	most             int // bytes to read, or lines; 0 for all
	descriptor       int
}

// parseRead reads options; with says which letters take an argument.
func (s *shell) parseRead(args []string, with string) (o readOptions, rest []string, err error) {
	o.delimiter = '\n'
	for len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-' {
		arg := args[0]
		args = args[1:]
		if arg == "--" {
			break
		}
		for i := 1; i < len(arg); i++ {
			value := ""
			if strings.IndexByte(with, arg[i]) >= 0 {
				if value = arg[i+1:]; value == "" && len(args) > 0 {
					value, args = args[0], args[1:]
				}
				if err := s.readOption(&o, arg[i], value); err != nil {
					return o, nil, err
				}
				break
			}
			if err := s.readOption(&o, arg[i], ""); err != nil {
				return o, nil, err
			}
		}
	}
	return o, args, nil
}

func (s *shell) readOption(o *readOptions, letter byte, value string) error {
	var err error
	switch letter {
	case 'r':
		o.raw = true
	case 's', 'e', 'p', 'i': // the terminal, which there is none of
	case 't':
		if letter == 't' && value == "" {
			o.chop = true
		}
	case 'a':
		o.array, o.name = true, value
	case 'd':
		o.delimiter = (value + "\x00")[0]
	case 'n':
		o.most, err = strconv.Atoi(value)
	case 'u':
		o.descriptor, err = strconv.Atoi(value)
	default:
		return &proc.Unmodelled{What: "read or mapfile with option -" + string(letter)}
	}
	if err != nil {
		s.warn("read: %s: invalid number", value)
		return &jump{kind: failed, status: 1}
	}
	return nil
}

// bashRead is bash's read.
func (s *shell) bashRead(c *call) (int, error) {
	o, names, err := s.parseRead(c.args[1:], "adnptui")
	if err != nil {
		return 0, err
	}
	if o.descriptor != 0 {
		stdin := s.proc.Files[0]
		s.proc.Files[0] = s.proc.Files[o.descriptor]
		defer func() { s.connect(0, stdin) }()
	}
	line, status, err := s.readLine(o.delimiter, o.raw, o.most)
	if err != nil {
		return 0, err
	}
	switch {
	case o.array:
		separators, ok := s.get("IFS")
		if !ok {
			separators = " \t\n"
		}
		delete(s.vars, o.name)
		for i, f := range split(line, separators, true) {
			if err := s.setKey(o.name, strconv.Itoa(i), f.String(), false); err != nil {
				return 0, err
			}
		}
		_, err = s.array(o.name)
		return status, err
	case len(names) == 0:
		return status, s.set("REPLY", line.String())
	}
	return status, s.assignFields(names, line)
}

// mapfile reads lines into an array.
func (s *shell) mapfile(c *call) (int, error) {
	o, names, err := s.parseRead(c.args[1:], "dnu")
	if err != nil {
		return 0, err
	}
	name := "MAPFILE"
	if len(names) > 0 {
		name = names[0]
	}
	if o.descriptor != 0 {
		stdin := s.proc.Files[0]
		s.proc.Files[0] = s.proc.Files[o.descriptor]
		defer func() { s.connect(0, stdin) }()
	}
	l, err := s.array(name)
	if err != nil {
		return 0, err
	}
	l.clear()
	for i := 0; o.most == 0 || i < o.most; i++ {
		line, status, err := s.readLine(o.delimiter, true, 0)
		if err != nil {
			return 0, err
		}
		text := line.String()
		if status != 0 && text == "" {
			break
		}
		if status == 0 && !o.chop {
			text += string(o.delimiter)
		}
		if err := s.setKey(name, strconv.Itoa(i), text, false); err != nil {
			return 0, err
		}
	}
	return 0, nil
}
