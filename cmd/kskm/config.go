package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"coen/internal/commandline"
	"coen/ksk/config"
	"coen/ksk/config/audit"
	"coen/ksk/config/convert"
	"coen/ksk/outfile"
)

// maxConfig bounds the files of older tools, in bytes.
const maxConfig = 1 << 20

func (p *program) configs() *cobra.Command {
	c := &cobra.Command{
		Use:   "config",
		Short: "Check configurations, convert those of older tools",
		Args:  commandline.Args(cobra.NoArgs),
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(p.configCheck(), p.configConvert())
	return c
}

func (p *program) configCheck() *cobra.Command {
	return &cobra.Command{
		Use:   "check [FILE]",
		Short: "Say what a configuration means, and refuse a dangerous one",
		Long: `FILE is ksrsigner.yaml if none is named. What it means is said in words, then what to know about
it, then what is dangerous: a PIN that YAML reads as an octal number, a key that stands there
twice, checks that are switched off, schemas that cannot sign.

Exit codes:

  0  nothing dangerous was found
  1  the configuration is dangerous or malformed
  2  command line
  3  there is no such file`,
		Args: commandline.Args(cobra.MaximumNArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error { return p.check(append(args, "ksrsigner.yaml")[0]) },
	}
}

// check explains and judges a configuration.
func (p *program) check(file string) error {
	text, err := readBounded(file, maxConfig)
	if errors.Is(err, os.ErrNotExist) {
		fmt.Fprintf(p.stderr, "%v\n", err)
		return commandline.Exit(exitFatal)
	}
	if err != nil {
		return err
	}
	defer clear(text)
	fmt.Fprintf(p.stdout, "%s %s\n", file, checksum(text))
	c, err := config.Load(text, config.Host{Getenv: os.Getenv, RegularFile: regularFile})
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	found := append(audit.Findings(c, text), exposed(file, c)...)
	dangers := 0
	for _, line := range audit.Explain(c) {
		fmt.Fprintln(p.stdout, line)
	}
	for _, f := range found {
		fmt.Fprintln(p.stdout, f)
		if f.Danger {
			dangers++
		}
	}
	if dangers > 0 {
		return fmt.Errorf("%s: refused: dangers found: %d", file, dangers)
	}
	_, err = fmt.Fprintln(p.stdout, "Nothing dangerous was found.")
	return err
}

// exposed reports a PIN in a file that others than its owner can read.
func exposed(file string, c *config.Config) []audit.Finding {
	var found []audit.Finding
	for _, h := range c.HSM {
		path := h.PINFile
		if h.PIN != nil {
			path = file
		}
		const others = 0o077
		if info, err := os.Stat(path); err == nil && info.Mode().Perm()&others != 0 {
			found = append(found, audit.Finding{Text: fmt.Sprintf("hsm.%s: the PIN is in %s, which others can read or write (mode %04o)", h.Name, path, info.Mode().Perm())})
		}
	}
	return found
}

// convertOptions are the options of config convert.
type convertOptions struct {
	dialect, config, name, output string
}

func (p *program) configConvert() *cobra.Command {
	var o convertOptions
	c := &cobra.Command{
		Use:   "convert FILE",
		Short: "Turn an .hsmconfig file or a kskschedule.json into YAML",
		Long: `An .hsmconfig file becomes a section "hsm", whose entry has the name of the file; variables are replaced
by what they are now. kskm and the legacy tools read such files differently: where it matters,
--dialect has to say which is meant.

A kskschedule.json becomes a section "schemas". With --config, the labels in it become the names
that the keys have in that configuration; without, labels stand for names.

Exit codes:

  0  converted
  1  the file cannot be converted without changing what it means
  2  command line`,
		Example: "  kskm config convert keyper.hsmconfig\n  kskm config convert --config ksrsigner.yaml kskschedule.json",
		Args:    commandline.Args(cobra.ExactArgs(1)),
		RunE:    func(_ *cobra.Command, args []string) error { return p.convert(o, args[0]) },
	}
	f := c.Flags()
	f.StringVar(&o.dialect, "dialect", string(convert.Any), "how to read an .hsmconfig file: `kskm` or legacy; any, if both read the same")
	f.StringVar(&o.config, "config", "", "configuration `FILE` that has names for the keys of a schedule")
	f.StringVar(&o.name, "name", "", "`NAME` of the entry for an .hsmconfig file; that of the file if there is none")
	f.StringVar(&o.output, "output", "", "`FILE` to write; standard output if there is none")
	return c
}

func (p *program) convert(o convertOptions, file string) error {
	text, err := readBounded(file, maxConfig)
	if err != nil {
		return err
	}
	converted, err := o.convert(file, text)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	if o.output == "" {
		_, err := p.stdout.Write(converted)
		return err
	}
	same := func(readBack []byte) error {
		if !bytes.Equal(readBack, converted) {
			return errors.New("reads back as another one")
		}
		return nil
	}
	return outfile.Write(o.output, converted, p.create, same)
}

// convert turns a file into a section of a configuration, by the end of its name.
func (o convertOptions) convert(file string, text []byte) ([]byte, error) {
	base := filepath.Base(file)
	if name, ok := strings.CutSuffix(base, ".hsmconfig"); ok {
		if o.name != "" {
			name = o.name
		}
		return convert.HSMConfig(name, text, convert.Dialect(o.dialect), os.Getenv)
	}
	if !strings.HasSuffix(base, ".json") {
		return nil, errors.New("neither an .hsmconfig nor a .json file")
	}
	names, err := o.names()
	if err != nil {
		return nil, err
	}
	return convert.Schedule(text, names)
}

// names returns how the configuration calls the keys.
func (o convertOptions) names() (func(string) string, error) {
	if o.config == "" {
		return func(label string) string { return label }, nil
	}
	text, err := readBounded(o.config, maxConfig)
	if err != nil {
		return nil, err
	}
	defer clear(text)
	c, err := config.Load(text, config.Host{Getenv: os.Getenv, RegularFile: regularFile})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", o.config, err)
	}
	return func(label string) string {
		if k, ok := c.KeyByLabel(label); ok {
			return k.Name
		}
		return label
	}, nil
}
