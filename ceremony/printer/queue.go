package printer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// DefaultName is the name of the queue that configure-printer makes.
const DefaultName = "ceremony"

// A Queue is a printer as CUPS knows it.
type Queue struct {
	Name  string
	URI   string
	PPD   string // file; "" to ask the printer (IPP Everywhere)
	Paper string // "A4" or "Letter"
}

// Add makes a queue or replaces the one of its name, and makes it the default.
func Add(ctx context.Context, q Queue) error {
	model := []string{"-m", "everywhere"}
	if q.PPD != "" {
		model = []string{"-P", q.PPD}
	}
	args := append([]string{"-p", q.Name, "-v", q.URI}, model...)
	args = append(args, "-D", "Ceremony", "-o", "printer-is-shared=false", "-o", "PageSize="+q.Paper, "-E")
	if _, err := run(ctx, nil, "lpadmin", args...); err != nil {
		return fmt.Errorf("set up printer %q: %w", q.Name, err)
	}
	if _, err := run(ctx, nil, "lpadmin", "-d", q.Name); err != nil {
		return fmt.Errorf("make printer %q the default: %w", q.Name, err)
	}
	return nil
}

// Errors of what is missing.
var (
	ErrNone = errors.New("no printer is set up: run configure-printer")
	ErrStop = errors.New("CUPS does not run: systemctl start cups")
)

// Running returns ErrStop if there is no CUPS.
func Running(ctx context.Context) error {
	out, err := run(ctx, nil, "lpstat", "-r")
	if err == nil && !strings.Contains(out, "scheduler is running") {
		err = ErrStop
	}
	return err
}

// Default returns the name of the queue that prints if none is named, or ErrNone.
func Default(ctx context.Context) (string, error) {
	if err := Running(ctx); err != nil {
		return "", err
	}
	out, err := run(ctx, nil, "lpstat", "-d")
	if err != nil {
		return "", err
	}
	_, name, ok := strings.Cut(strings.TrimSpace(out), "destination: ")
	if !ok {
		return "", ErrNone
	}
	return name, nil
}

// State returns what CUPS says of a queue, in its words.
func State(ctx context.Context, name string) (string, error) {
	out, err := run(ctx, nil, "lpstat", "-p", name)
	return strings.TrimSpace(out), err
}

// A Job is something to print.
type Job struct {
	Queue  string // "" for the default
	Title  string
	Copies int
	Paper  string // "A4" or "Letter"
	PDF    io.Reader
}

var requestID = regexp.MustCompile(`request id is (\S+)`)

// Print sends a job and returns its number in CUPS, "ceremony-12". Copies are
// collated, sheets are printed on one side.
func Print(ctx context.Context, j Job) (id string, err error) {
	if j.Queue == "" {
		if j.Queue, err = Default(ctx); err != nil {
			return "", err
		}
	}
	out, err := run(ctx, j.PDF, "lp", "-d", j.Queue, "-n", strconv.Itoa(j.Copies), "-t", j.Title,
		"-o", "document-format=application/pdf", "-o", "collate=true",
		"-o", "media="+j.Paper, "-o", "sides=one-sided", "-o", "print-scaling=none")
	if err != nil {
		return "", fmt.Errorf("print %q: %w", j.Title, err)
	}
	match := requestID.FindStringSubmatch(out)
	if match == nil {
		return "", fmt.Errorf("print %q: lp says %q", j.Title, out)
	}
	return match[1], nil
}

// Pending reports whether a job waits or is being printed.
func Pending(ctx context.Context, id string) (bool, error) {
	out, err := run(ctx, nil, "lpstat", "-W", "not-completed", "-o")
	if err != nil {
		return false, err
	}
	for line := range strings.Lines(out) {
		if name, _, _ := strings.Cut(line, " "); name == id {
			return true, nil
		}
	}
	return false, nil
}
