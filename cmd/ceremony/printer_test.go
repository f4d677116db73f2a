package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coen/ceremony/printer"
	"coen/ceremony/printer/printertest"
)

// TestPrinter sets up a printer as an operator does, with a real CUPS, and prints:
// what arrives is what the paper shall show.
func TestPrinter(t *testing.T) {
	r := begun(t)
	printertest.NewServer(t)
	device := printertest.NewPrinter(t)
	log := filepath.Join(t.TempDir(), "ksrsigner-20261122-133000-77.log")
	write(t, log, "2026-11-22T13:30:00Z: [INFO] Slot [0] is [KSK]\n"+strings.Repeat("plain line\n", 100))
	if _, errs, status := r.run("printlog", log); status != 1 || !strings.Contains(errs, "run configure-printer") {
		t.Errorf("without a printer: %d, %q", status, errs)
	}
	if _, errs, status := r.run("configure-printer", "--uri", "usb://HP/LaserJet"); status != 1 || !strings.Contains(errs, "--ppd") {
		t.Errorf("a printer that needs a driver: %d, %q", status, errs)
	}
	t.Setenv("PAPERCONF", filepath.Join(t.TempDir(), "papersize"))
	out := r.must(0, "configure-printer", "--uri", device.URI, "--paper", "letter")
	if !strings.Contains(out, "Printer ceremony is "+device.URI+", paper Letter.") {
		t.Errorf("configure-printer says %q", out)
	}
	if paper := r.read(os.Getenv("PAPERCONF")); paper != "letter\n" {
		t.Errorf("the paper is remembered as %q", paper)
	}
	r.must(0, "printlog", log, "1")
	printed := arrived(t, device, 2)
	for i, want := range []string{"Test page\n\nAddress  " + device.URI, "Page 1 of 2\n\nSlot [0] is [KSK]\nplain line"} {
		for part := range strings.SplitSeq(want, "\n\n") {
			if !strings.Contains(dense(printed[i]), dense(part)) {
				t.Errorf("no %q on\n%s", part, printed[i])
			}
		}
	}
	if strings.Contains(printed[1], "INFO") || strings.Count(printed[1], "plain line") != 100 {
		t.Errorf("the log is\n%s", printed[1])
	}
	for _, want := range []string{" printer name=ceremony uri=", ` print file="test page" pages=1 copies=1 job=ceremony-1`, " pages=2 copies=1 job=ceremony-2\n"} {
		if !strings.Contains(r.read(r.log()), want) {
			t.Errorf("the ceremony log has no %q", want)
		}
	}
	if state, err := printer.State(t.Context(), printer.DefaultName); err != nil || strings.Contains(state, "disabled") {
		t.Errorf("%q, %v", state, err)
	}
}

// dense leaves out blanks and ends of lines, which are places on paper.
func dense(text string) string { return strings.Join(strings.Fields(text), "") }

// arrived waits for so many documents and returns their text.
func arrived(t *testing.T, device *printertest.Printer, count int) []string {
	t.Helper()
	printertest.Eventually(t, fmt.Sprintf("%d documents", count), func() bool { return len(device.Documents()) >= count })
	var texts []string
	for _, pdf := range device.Documents() {
		texts = append(texts, printertest.Words(t, pdf))
	}
	return texts
}
