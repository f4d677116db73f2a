package manpage

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Page is a manual page.
type Page struct {
	Name string // of the file: "kskm-pin-change.1"
	Text []byte
}

// Pages returns the pages of a program and of all its commands, in the order of its help. The manual
// is what stands in the head of each page, "COEN" for example.
func Pages(root *cobra.Command, manual string) []Page {
	root.InitDefaultHelpCmd()
	var all []Page
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		all = append(all, Page{name(c) + ".1", page(c, manual)})
		for _, sub := range documented(c) {
			walk(sub)
		}
	}
	walk(root)
	return all
}

// documented are the commands below one that have pages.
func documented(c *cobra.Command) []*cobra.Command {
	var all []*cobra.Command
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() && sub.Name() != "help" {
			all = append(all, sub)
		}
	}
	return all
}

func name(c *cobra.Command) string { return strings.ReplaceAll(c.CommandPath(), " ", "-") }

const exitCodes = "Exit codes:"

func page(c *cobra.Command, manual string) []byte {
	r := &roff{}
	r.request("TH", strings.ToUpper(name(c)), "1", "", c.Root().Name(), manual)
	r.WriteString(".nh\n.ad l\n")
	r.request("SH", "NAME")
	r.line(name(c) + " - " + c.Short)
	r.request("SH", "SYNOPSIS")
	r.request("B", synopsis(c))
	description, codes, _ := strings.Cut(c.Long, exitCodes)
	if strings.TrimSpace(description) != "" {
		r.request("SH", "DESCRIPTION")
		r.prose(description)
	}
	r.commands(c)
	r.options("OPTIONS", c.NonInheritedFlags())
	r.options("OPTIONS OF ALL COMMANDS", c.InheritedFlags())
	if c.Example != "" {
		r.request("SH", "EXAMPLES")
		r.example(strings.Split(c.Example, "\n"))
	}
	if codes != "" {
		r.request("SH", "EXIT STATUS")
		r.prose(codes)
	}
	r.related(c)
	return []byte(r.String())
}

// synopsis is how a command is called.
func synopsis(c *cobra.Command) string {
	line := c.CommandPath() + " [OPTION...]" + arguments(c)
	if len(documented(c)) > 0 {
		line += " COMMAND"
	}
	return line
}

// arguments are those of a command, as its line of usage names them.
func arguments(c *cobra.Command) string {
	_, rest, found := strings.Cut(c.Use, " ")
	if !found {
		return ""
	}
	return " " + rest
}

func (r *roff) commands(c *cobra.Command) {
	if len(documented(c)) == 0 {
		return
	}
	r.request("SH", "COMMANDS")
	for _, sub := range documented(c) {
		r.request("TP")
		r.request("B", sub.Name()+arguments(sub))
		r.line(sub.Short)
	}
}

func (r *roff) options(title string, flags *pflag.FlagSet) {
	if !flags.HasAvailableFlags() {
		return
	}
	r.request("SH", title)
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		value, usage := pflag.UnquoteUsage(f)
		term := "--" + f.Name
		if f.Shorthand != "" {
			term = "-" + f.Shorthand + ", " + term
		}
		if value != "" {
			term += " " + value
		}
		r.request("TP")
		r.request("B", term)
		if d := f.DefValue; d != "" && d != "false" && d != "0" && d != "[]" && d != "0s" {
			usage += " (default: " + d + ")"
		}
		r.line(usage)
	})
}

// related names the pages above and beside this one.
func (r *roff) related(c *cobra.Command) {
	var names []string
	if c.HasParent() {
		names = append(names, name(c.Parent())+"(1)")
	}
	for _, sub := range documented(c) {
		names = append(names, name(sub)+"(1)")
	}
	if names != nil {
		r.request("SH", "SEE ALSO")
		r.line(strings.Join(names, ", "))
	}
}
