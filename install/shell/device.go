package shell

import (
	"errors"
	"io"
	"io/fs"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"coen/install/proc"
)

// An openMode is how a redirection opens a file.
type openMode byte

const (
	reading openMode = iota
	truncating
	clobbering // truncating even under noclobber
	appending
	readWrite
)

func modeOf(op syntax.RedirOperator) openMode {
	switch op {
	case syntax.RdrIn:
		return reading
	case syntax.RdrClob:
		return clobbering
	case syntax.AppOut, syntax.AppAll:
		return appending
	case syntax.RdrInOut:
		return readWrite
	}
	return truncating
}

// open opens name as a redirection does. A file that cannot be opened is a
// failure.
func (s *shell) open(name string, mode openMode) (*proc.File, error) {
	if file, known, err := s.device(name, mode); known {
		return file, err
	}
	if mode == truncating && s.opts.noclobber && s.isRegular(name) {
		return nil, s.failRedirect("cannot create %s: File exists", name)
	}
	file, err := openFile(s.in, s.proc, name, mode)
	var path *fs.PathError
	if !errors.As(err, &path) {
		return file, err
	}
	verb, reason := "create", path.Err.Error()
	if mode == reading {
		verb = "open"
	}
	if errors.Is(err, fs.ErrNotExist) {
		reason = "Directory nonexistent"
		if mode == reading {
			reason = "No such file"
		}
	}
	return nil, s.failRedirect("cannot %s %s: %s", verb, name, reason)
}

// device opens the files that a kernel provides.
func (s *shell) device(name string, mode openMode) (file *proc.File, known bool, err error) {
	switch name {
	case "/dev/null":
		return &proc.File{R: null{}, W: null{}}, true, nil
	case "/dev/stdin":
		return s.numbered("0", name)
	case "/dev/stdout":
		return s.numbered("1", name)
	case "/dev/stderr":
		return s.numbered("2", name)
	case "/dev/tty":
		return nil, true, s.failRedirect("cannot open %s: No such device or address", name)
	case "/dev/full", "/dev/zero", "/dev/random", "/dev/urandom", "/dev/console", "/dev/kmsg":
		return nil, true, &proc.Unmodelled{What: "device " + name}
	}
	for _, dir := range []string{"/dev/fd/", "/proc/self/fd/"} {
		if n, ok := strings.CutPrefix(name, dir); ok {
			return s.numbered(n, name)
		}
	}
	for _, dir := range []string{"/dev/tcp/", "/dev/udp/"} {
		if strings.HasPrefix(name, dir) && s.bash {
			return nil, true, &proc.Unmodelled{What: "network " + name}
		}
	}
	return nil, false, nil
}

// numbered returns an open descriptor by its number.
func (s *shell) numbered(n, name string) (*proc.File, bool, error) {
	fd, err := strconv.Atoi(n)
	if file := s.proc.Files[fd]; err == nil && file != nil {
		return file, true, nil
	}
	return nil, true, s.failRedirect("cannot open %s: No such file", name)
}

// null is /dev/null.
type null struct{}

func (null) Read([]byte) (int, error)    { return 0, io.EOF }
func (null) Write(b []byte) (int, error) { return len(b), nil }
