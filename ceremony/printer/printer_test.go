package printer_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"coen/ceremony/paper"
	"coen/ceremony/printer"
	"coen/ceremony/printer/printertest"
	"coen/internal/oracle"
)

func document(t *testing.T) (*paper.Document, []byte) {
	t.Helper()
	var text bytes.Buffer
	for i := range 150 {
		fmt.Fprintf(&text, "line %d of the log\n", i)
	}
	d := &paper.Document{Left: "ksrsigner.log", Foot: "foot", Text: text.Bytes(), Paper: paper.A4, Size: paper.LogSize,
		Time: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
	var pdf bytes.Buffer
	if err := d.WritePDF(&pdf); err != nil {
		t.Fatal(err)
	}
	return d, pdf.Bytes()
}

// finish waits until a job is done.
func finish(t *testing.T, id string) {
	t.Helper()
	printertest.Eventually(t, "print", func() bool {
		pending, err := printer.Pending(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return !pending
	})
}

// TestDriverless sets up a printer that needs no driver with a real CUPS and
// prints on it; what arrives there is the text that was sent.
func TestDriverless(t *testing.T) {
	printertest.NewServer(t)
	device := printertest.NewPrinter(t)
	ctx := t.Context()
	if _, err := printer.Default(ctx); !errors.Is(err, printer.ErrNone) {
		t.Fatalf("default before there is a printer: %v", err)
	}
	_, pdf := document(t)
	job := printer.Job{Title: "ksrsigner.log", Copies: 1, Paper: "A4", PDF: bytes.NewReader(pdf)}
	if _, err := printer.Print(ctx, job); !errors.Is(err, printer.ErrNone) {
		t.Errorf("print without a printer: %v", err)
	}
	if err := printer.Add(ctx, printer.Queue{Name: printer.DefaultName, URI: device.URI, Paper: "A4"}); err != nil {
		t.Fatal(err)
	}
	if name, err := printer.Default(ctx); name != printer.DefaultName || err != nil {
		t.Fatalf("default %q, %v", name, err)
	}
	if state, err := printer.State(ctx, printer.DefaultName); err != nil || !strings.Contains(state, "idle") {
		t.Errorf("state %q, %v", state, err)
	}
	id, err := printer.Print(ctx, job)
	if err != nil {
		t.Fatal(err)
	}
	finish(t, id)
	printed := device.Documents()
	if len(printed) != 1 {
		t.Fatalf("%d documents arrived", len(printed))
	}
	if got, want := printertest.Words(t, printed[0]), printertest.Words(t, pdf); got != want {
		t.Errorf("printed\n%s\nwant\n%s", got, want)
	}
}

// TestPPD prints three copies on a printer that is known by its PPD file and
// leaves copies to CUPS: they arrive collated.
func TestPPD(t *testing.T) {
	const ppd = "/usr/share/ppd/cupsfilters/Generic-PDF_Printer-PDF.ppd"
	if _, err := os.Stat(ppd); err != nil {
		oracle.Missing(t, "package cups-filters: %v", err)
	}
	printertest.NewServer(t)
	dir, err := os.MkdirTemp("", "paper-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	out := filepath.Join(dir, "out.pdf")
	if err := os.WriteFile(out, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := printer.Add(t.Context(), printer.Queue{Name: "other", URI: "file://" + out, PPD: ppd, Paper: "A4"}); err != nil {
		t.Fatal(err)
	}
	_, pdf := document(t)
	id, err := printer.Print(t.Context(), printer.Job{Queue: "other", Title: "log", Copies: 3, Paper: "A4", PDF: bytes.NewReader(pdf)})
	if err != nil {
		t.Fatal(err)
	}
	finish(t, id)
	printed, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := printertest.Words(t, printed), strings.Repeat(printertest.Words(t, pdf), 3); got != want {
		t.Errorf("printed\n%s\nwant\n%s", got, want)
	}
}

func TestUnreachable(t *testing.T) {
	oracle.Need(t, "lp")
	t.Setenv("CUPS_SERVER", t.TempDir()+"/none")
	if _, err := printer.Default(t.Context()); !errors.Is(err, printer.ErrStop) {
		t.Errorf("default printer of a server that is not there: %v", err)
	}
	if _, err := printer.Devices(t.Context()); !errors.Is(err, printer.ErrStop) {
		t.Errorf("printers of a server that is not there: %v", err)
	}
}
