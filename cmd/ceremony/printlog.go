package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"coen/ceremony/paper"
	"coen/internal/commandline"
)

func (p *program) printlog() *cobra.Command {
	var o printing
	c := &cobra.Command{
		Use:   "printlog FILE [COPIES]",
		Short: "Print the log of a key tool",
		Long: `Print the log of a key tool, without the time stamp and level that begin its
lines. Lines too long for the paper go on behind an arrow; bytes that have no
picture are written out in a grey box. Each page has the file's name, its number
and the digest of the file.`,
		Example: `  printlog ksrsigner-20261122-133000-77.log 12
  printlog ksrsigner-20261122-133000-77.log --pdf paper.pdf`,
		Args:        commandline.Args(cobra.RangeArgs(1, 2)),
		Annotations: map[string]string{commandline.OldStatus: "1"},
		RunE: func(_ *cobra.Command, args []string) error {
			return p.printText(&o, args, func(text []byte) ([]byte, string) { return paper.StripStamps(text), "" })
		},
	}
	o.flags(c)
	return c
}

func (p *program) printScript() *cobra.Command {
	var o printing
	var raw bool
	c := &cobra.Command{
		Use:   "print-script [FILE [COPIES]]",
		Short: "Print the record of a terminal session",
		Long: `Print the record of a terminal session: FILE, or the newest script-*.log in the
current folder. What only changes the looks of the terminal, such as colours, is
left out and counted at the foot of the page.`,
		Args:        commandline.Args(cobra.MaximumNArgs(2)),
		Annotations: map[string]string{commandline.OldStatus: "1"},
		RunE: func(_ *cobra.Command, args []string) error {
			args, err := p.orNewest(args, "script-*.log")
			if err != nil {
				return err
			}
			return p.printText(&o, args, func(text []byte) ([]byte, string) {
				if raw {
					return text, ""
				}
				clean, left := paper.Typescript(text)
				return clean, fmt.Sprintf("without %d changes of looks", left)
			})
		},
	}
	o.flags(c)
	c.Flags().BoolVar(&raw, "raw", false, "leave nothing out")
	return c
}

func (p *program) printTTYAudit() *cobra.Command {
	var o printing
	c := &cobra.Command{
		Use:   "print-ttyaudit [FILE [COPIES]]",
		Short: "Print the record of an HSM's console",
		Long: `Print the record of an HSM's console: FILE, or the newest ttyaudit-*.log in the
current folder.`,
		Args:        commandline.Args(cobra.MaximumNArgs(2)),
		Annotations: map[string]string{commandline.OldStatus: "1"},
		RunE: func(_ *cobra.Command, args []string) error {
			args, err := p.orNewest(args, "ttyaudit-*.log")
			if err != nil {
				return err
			}
			return p.printText(&o, args, func(text []byte) ([]byte, string) { return text, "" })
		},
	}
	o.flags(c)
	return c
}

// printText prints the file that the arguments name, after what prepare does to it.
func (p *program) printText(o *printing, args []string, prepare func([]byte) (text []byte, note string)) error {
	if err := o.count(args); err != nil {
		return err
	}
	content, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	text, note := prepare(content)
	return p.printFile(o, args[0], content, text, note)
}

// orNewest returns the arguments or, where there are none, the newest file of the
// current folder that matches.
func (p *program) orNewest(args []string, pattern string) ([]string, error) {
	if len(args) > 0 {
		return args, nil
	}
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		return nil, fmt.Errorf("no %s in this folder; name the file", pattern)
	}
	newest := slices.MaxFunc(names, func(a, b string) int { return modified(a) - modified(b) })
	fmt.Fprintf(p.stderr, "%s is the newest\n", newest)
	return []string{newest}, nil
}

// modified returns when a file was last written, in seconds; 0 if it is gone.
func modified(name string) int {
	info, err := os.Stat(name)
	if err != nil {
		return 0
	}
	return int(info.ModTime().Unix())
}
