package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"

	"github.com/spf13/pflag"
	"golang.org/x/term"

	"coen/hsm"
	"coen/internal/commandline"
	"coen/ksk/config"
	"coen/ksk/journal"
	"coen/ksk/policy"
	"coen/pgpwords"
)

// common are the options of the tools that have a configuration and a log.
type common struct {
	config string
	debug  bool
	syslog bool
	hsm    string
	token  string
	strict bool
}

// ceremony is a run of such a tool.
type ceremony struct {
	*program
	common
	journal *journal.Journal
	log     journal.Logger   // of the tool
	quiet   *journal.Journal // into the file alone
	file    *os.File
	cfg     *config.Config
	tokens  *hsm.Tokens
}

// begin opens the log, before anything else is done.
func (p *program) begin(tool string, o common) (*ceremony, error) {
	if p.catch != nil {
		p.ctx = p.catch(p.ctx)
	}
	j := journal.New(p.now)
	name := fmt.Sprintf("kskm-%s-%s-%d.log", tool, p.now().Local().Format("20060102-150405"), os.Getpid())
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o666)
	if err != nil {
		return nil, fmt.Errorf("log file: %w", err)
	}
	least := journal.Info
	if o.debug {
		least = journal.Debug
	}
	j.To(f, least)
	quiet := journal.New(p.now)
	quiet.To(f, least)
	if o.debug || isTerminal(p.stderr) {
		j.To(p.stderr, least)
	} else {
		j.To(p.stderr, journal.Warning)
	}
	if o.syslog {
		if conn, err := net.Dial("udp", "localhost:514"); err == nil {
			j.ToUndated(syslogWriter{conn}, least)
		}
	}
	return &ceremony{program: p, common: o, journal: j, quiet: quiet, log: j.Logger("kskm.tools." + tool), file: f}, nil
}

// syslogWriter sends each record as a datagram of facility "user". That nobody listens
// is no fault of the ceremony.
type syslogWriter struct{ conn net.Conn }

func (w syslogWriter) Write(record []byte) (int, error) {
	severity := 6
	for name, s := range map[string]int{": DEBUG ": 7, ": WARNING ": 4, ": ERROR ": 3, ": CRITICAL ": 2} {
		if strings.Contains(string(record), name) {
			severity = s
		}
	}
	const facilityUser = 1
	_, _ = fmt.Fprintf(w.conn, "<%d>%s\x00", facilityUser*8+severity, record)
	return len(record), nil
}

func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// end closes what is open. A log that could not be written is a failure of its own.
func (c *ceremony) end(err error) error {
	if c.tokens != nil {
		if e := c.tokens.Close(); e != nil {
			c.journal.Logger("kskm.misc.hsm").Warningf("Closing tokens: %v", e)
		}
	}
	lost := errors.Join(c.journal.Err(), c.quiet.Err(), c.file.Close())
	if lost != nil {
		fmt.Fprintf(c.stderr, "%s: the log is incomplete: %v\n", c.file.Name(), lost)
		if err == nil {
			return commandline.Exit(exitRejected)
		}
	}
	return err
}

// tell writes lines to standard output, and into the log without showing them a second time.
func (c *ceremony) tell(lines ...string) error {
	log := c.quiet.Logger("kskm.tools.said")
	for _, line := range lines {
		log.Infof("%s", line)
		if _, err := fmt.Fprintln(c.stdout, line); err != nil {
			return c.reject(err, "")
		}
	}
	return nil
}

// reject reports why nothing was done, with the identifier of the check if there is one.
func (c *ceremony) reject(err error, prefix string) error {
	var violation *policy.Violation
	var fault *policy.Fault
	switch {
	case errors.As(err, &violation):
		c.log.Criticalf("%s: %s%v", violation.ID, prefix, err)
	case errors.As(err, &fault):
		c.log.Criticalf("%s: %s%v", fault.ID, prefix, err)
	default:
		c.log.Criticalf("%s%v", prefix, err)
	}
	return commandline.Exit(exitRejected)
}

// stopped ends the program with the words for its exit code.
func (c *ceremony) stopped(code int) error {
	root := c.journal.Logger("root")
	if code == exitUsage {
		root.Criticalf("Configuration error, program stopped")
	} else {
		root.Criticalf("Fatal error, program stopped")
	}
	return commandline.Exit(code)
}

// misconfigured reports what the configuration got wrong.
func (c *ceremony) misconfigured(err error) error {
	c.journal.Logger("configuration").Criticalf("%v", err)
	return c.stopped(exitUsage)
}

// interrupted reports a signal.
func (c *ceremony) interrupted() error {
	c.log.Criticalf("Keyboard interrupt, program stopped")
	return commandline.Exit(exitRejected)
}

// checksum is how the log speaks of a file's content.
func checksum(content []byte) string {
	digest := sha256.Sum256(content)
	return fmt.Sprintf("SHA-256 %s WORDS %s", hex.EncodeToString(digest[:]), pgpwords.String(digest[:]))
}

// loadConfig reads the configuration. An empty name stands for the defaults.
func (c *ceremony) loadConfig() error {
	log := c.journal.Logger("kskm.common.config")
	if c.config == "" {
		log.Warningf("No configuration file, using defaults")
		c.cfg = config.Default()
		return nil
	}
	text, err := os.ReadFile(c.config)
	if err != nil {
		c.log.Criticalf("%v", err)
		return c.stopped(exitFatal)
	}
	defer clear(text) // there may be a PIN in it
	log.Infof("Loaded configuration from file %s %s", c.config, checksum(text))
	c.cfg, err = config.Load(text, config.Host{Getenv: os.Getenv, RegularFile: regularFile})
	var positive *config.PositiveError
	switch {
	case errors.As(err, &positive) || err != nil && c.strict:
		return c.misconfigured(err)
	case err != nil:
		return c.reject(err, "")
	}
	for _, w := range c.cfg.Warnings {
		log.Warningf("%s", w)
	}
	c.strict = c.strict || c.cfg.Strict
	if c.strict {
		if err := c.cfg.CheckSchemas(); err != nil {
			return c.misconfigured(err)
		}
	}
	return c.checkHSM()
}

// checkHSM reports a module that is not in the configuration before anything is done with others.
func (c *ceremony) checkHSM() error {
	if c.hsm == "" {
		return nil
	}
	for _, h := range c.cfg.HSM {
		if h.Name == c.hsm {
			return nil
		}
	}
	c.log.Criticalf("HSM initialisation error: no HSM '%s' in the configuration", c.hsm)
	return c.stopped(exitFatal)
}

// openTokens logs in to the tokens.
func (c *ceremony) openTokens(write bool) error {
	if len(c.cfg.HSM) == 0 {
		c.log.Criticalf("No HSM configured")
		return c.stopped(exitFatal)
	}
	var err error
	c.tokens, err = hsm.Open(c.specs(), hsm.Options{Load: c.load, Write: write, Log: c.journal.Add})
	if c.ctx.Err() != nil {
		return c.interrupted()
	}
	if err != nil {
		c.tokens = nil
		c.log.Criticalf("HSM initialisation error: %v", err)
		return c.stopped(exitFatal)
	}
	return nil
}

// specs lists the modules to open.
func (c *ceremony) specs() []hsm.Spec {
	var specs []hsm.Spec
	for _, h := range c.cfg.HSM {
		if c.hsm != "" && h.Name != c.hsm {
			continue
		}
		spec := hsm.Spec{Name: h.Name, Module: h.Module, Token: h.Token, PIN: func() ([]byte, error) { return c.pin(h) }}
		if c.token != "" {
			spec.Token = c.token
		}
		for _, v := range h.Env {
			spec.Env = append(spec.Env, hsm.Variable(v))
		}
		specs = append(specs, spec)
	}
	return specs
}

// pin returns the PIN of a module: from the configuration, from a file, or from the operator.
func (c *ceremony) pin(h config.HSM) ([]byte, error) {
	switch {
	case h.PIN != nil:
		return h.PIN, nil
	case h.PINFile != "":
		text, err := os.ReadFile(h.PINFile)
		if err != nil {
			return nil, fmt.Errorf("PIN file: %w", err)
		}
		pin := []byte(strings.TrimRight(string(text), "\r\n"))
		clear(text)
		return pin, nil
	}
	return c.askPIN(fmt.Sprintf("Enter USER PIN for PKCS#11 module %s: ", h.Name))
}

// askTerminal asks on the terminal, without echo. An interruption leaves the terminal as it was.
func askTerminal(ctx context.Context, prompt string) ([]byte, error) {
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return nil, errors.New("there is no terminal to ask for the PIN")
	}
	defer tty.Close()
	fd := int(tty.Fd())
	before, err := term.GetState(fd)
	if err != nil {
		return nil, err
	}
	fmt.Fprint(tty, prompt)
	type answer struct {
		pin []byte
		err error
	}
	answers := make(chan answer, 1)
	go func() {
		pin, err := term.ReadPassword(fd)
		answers <- answer{pin, err}
	}()
	select {
	case <-ctx.Done():
		return nil, errors.Join(ctx.Err(), term.Restore(fd, before))
	case a := <-answers:
		fmt.Fprintln(tty)
		return a.pin, a.err
	}
}

// confirm asks a question on standard output. Only the line "Yes" is an agreement.
func (c *ceremony) confirm(question string) (bool, error) {
	return c.confirmTyping(fmt.Sprintf("%s Confirm with \"Yes\" (exactly) or anything else to abort: ", question), "Yes")
}

// confirmTyping asks for a line that says exactly what is about to be done.
func (c *ceremony) confirmTyping(prompt, line string) (bool, error) {
	fmt.Fprint(c.stdout, prompt)
	type answer struct {
		line string
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		line, err := readLine(c.stdin)
		answers <- answer{line, err}
	}()
	select {
	case <-c.ctx.Done():
		return false, c.interrupted()
	case a := <-answers:
		if a.err != nil {
			return false, c.reject(errors.New("no answer to the question: end of input"), "")
		}
		return a.line == line, nil
	}
}

// agree asks for such a line, and ends the tool if it does not come.
func (c *ceremony) agree(prompt, line string) error {
	agreed, err := c.confirmTyping(prompt, line)
	if err != nil {
		return err
	}
	if !agreed {
		c.log.Warningf("Not confirmed, nothing was done")
		return c.stopped(exitFatal)
	}
	return nil
}

// readLine reads up to a line feed and no further. The end of input ends a line that has begun.
func readLine(r io.Reader) (string, error) {
	const longest = 1 << 10 // bytes; no such answer is a yes
	var line []byte
	one := make([]byte, 1)
	for len(line) < longest {
		n, err := r.Read(one)
		if n == 1 && one[0] == '\n' {
			return string(line), nil
		}
		line = append(line, one[:n]...)
		if err != nil && len(line) > 0 {
			return string(line), nil
		}
		if err != nil {
			return "", err
		}
	}
	return string(line), nil
}

// dump writes a file into the log, a record a line.
func (c *ceremony) dump(logger, filename string, content []byte) {
	log := c.journal.Logger(logger)
	lines := strings.Split(strings.TrimSuffix(string(content), "\n"), "\n")
	width := len(fmt.Sprint(len(lines)))
	for i, line := range lines {
		log.Infof("%s %0*d: %s", filename, width, i+1, strings.TrimSuffix(line, "\r"))
	}
}

// add defines the options that the tools share.
func (o *common) add(f *pflag.FlagSet) {
	f.StringVar(&o.config, "config", "ksrsigner.yaml", "`FILE` with the configuration")
	f.BoolVar(&o.debug, "debug", false, "log details")
	f.StringVar(&o.hsm, "hsm", "", "`NAME` of the only HSM of the configuration to use")
	f.StringVar(&o.token, "token", "", "`LABEL` or serial number of the only token to use")
	f.BoolVar(&o.strict, "strict", false, "take nothing that has to be interpreted")
}

// openQuietly opens the tokens of the configuration without a log, for tools that have none.
func (c *ceremony) openQuietly() error {
	text, err := os.ReadFile(c.config)
	if err != nil {
		return err
	}
	defer clear(text)
	if c.cfg, err = config.Load(text, config.Host{Getenv: os.Getenv, RegularFile: regularFile}); err != nil {
		return err
	}
	c.tokens, err = hsm.Open(c.specs(), hsm.Options{Load: c.load})
	return err
}
