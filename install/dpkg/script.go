package dpkg

import (
	"bytes"
	"fmt"
	"maps"
	"strconv"
	"strings"

	"coen/install/proc"
	"coen/tree"
)

// A Run tells of a maintainer script that ran.
type Run struct {
	Package *Package
	Script  string   // "preinst", "postinst"
	Args    []string // "configure", ""
	Status  int
	Output  []byte // what it wrote, standard output and error together
}

// runNew runs a script of a package whose control archive lies in the temporary
// directory.
func (db *Database) runNew(p *Package, script string, args ...string) error {
	return db.runScript(p, controlTmp+"/"+script, script, args)
}

// runInstalled runs a script of a package that is at least unpacked.
func (db *Database) runInstalled(p *Package, script string, args ...string) error {
	return db.runScript(p, infoDir+"/"+p.infoName()+"."+script, script, args)
}

// runScript runs a maintainer script, if the package has it, and then acts upon
// the triggers it activated. A script that fails ends the installation.
func (db *Database) runScript(p *Package, file, script string, args []string) error {
	if !p.has(script) {
		return nil
	}
	kind := tree.ByScript
	if args[0] == "triggered" {
		kind = tree.ByTrigger
	}
	defer db.by(kind, p.String(), "")()
	output := &limited{max: maxOutput}
	process := &proc.Proc{
		Machine: db.Machine,
		Args:    append([]string{file}, args...),
		Env:     db.environment(p, script),
		Dir:     "/",
		Umask:   0o022,
		Files:   map[int]*proc.File{0: {R: bytes.NewReader(nil)}, 1: {W: output}, 2: {W: output}},
	}
	db.running = Run{Package: p, Script: script, Args: args}
	status, err := process.Run()
	db.running = Run{}
	if err != nil {
		return &ScriptError{p, script, err, output.tail()}
	}
	if db.Ran != nil {
		db.Ran(Run{p, script, args, status, output.buf.Bytes()})
	}
	if status != 0 {
		return &ScriptError{p, script, fmt.Errorf("exit status %d", status), output.tail()}
	}
	if script == "postinst" {
		return nil // its triggers are incorporated when the state has settled
	}
	return db.incorporate()
}

// environment returns what maintainer scripts find in theirs.
func (db *Database) environment(p *Package, script string) map[string]string {
	instances := 0
	for _, o := range db.byName[p.Name] {
		if o.state != NotInstalled {
			instances++
		}
	}
	env := map[string]string{
		"DPKG_MAINTSCRIPT_PACKAGE":          p.Name,
		"DPKG_MAINTSCRIPT_PACKAGE_REFCOUNT": strconv.Itoa(instances),
		"DPKG_MAINTSCRIPT_ARCH":             p.Arch,
		"DPKG_MAINTSCRIPT_NAME":             script,
		"DPKG_MAINTSCRIPT_DEBUG":            "0",
		"DPKG_RUNNING_VERSION":              db.Version,
		"DPKG_ROOT":                         "",
		"PATH":                              "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		"HOME":                              "/root",
		"PWD":                               "/",
	}
	maps.Copy(env, db.Env)
	return env
}

// A ScriptError says that a maintainer script failed, or did what is not
// modelled; Err then wraps a *proc.Unmodelled.
type ScriptError struct {
	Package *Package
	Script  string
	Err     error
	Output  string // the last lines it wrote
}

// Error names package and script; an error with a place in the script starts
// with the script's name already.
func (e *ScriptError) Error() string {
	cause := strings.TrimPrefix(e.Err.Error(), e.Package.infoName()+".")
	if !strings.HasPrefix(cause, e.Script+":") {
		cause = e.Script + ": " + cause
	}
	s := e.Package.String() + ": " + cause
	if e.Output != "" {
		s += "\n" + e.Output
	}
	return s
}

// Unwrap returns Err.
func (e *ScriptError) Unwrap() error { return e.Err }

// maxOutput is how much of a script's output is kept, in bytes. Scripts write
// a few lines; what is beyond is cut off.
const maxOutput = 64 << 10

// A limited keeps the first max bytes written to it.
type limited struct {
	buf bytes.Buffer
	max int
}

func (l *limited) Write(p []byte) (int, error) {
	if room := l.max - l.buf.Len(); room > 0 {
		l.buf.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

// tail returns the last lines, indented, for an error message.
func (l *limited) tail() string {
	const keep = 5
	text := strings.TrimRight(l.buf.String(), "\n")
	if text == "" {
		return ""
	}
	lines := strings.Split(text, "\n")
	return "  | " + strings.Join(lines[max(0, len(lines)-keep):], "\n  | ")
}
