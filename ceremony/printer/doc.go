// Package printer prints through CUPS: it finds printers, makes a queue for one,
// and sends PDF to it.
//
// It runs the programs of Debian's cups-client (lpinfo(8), lpadmin(8), lp(1),
// lpstat(1)) and speaks no protocol of its own, so whatever CUPS can print on
// works, and each step can be repeated by hand. CUPS_SERVER says which server.
//
//	id, err := printer.Print(ctx, printer.Job{Title: "log", Copies: 3, Paper: "A4", PDF: pdf})
//
// A printer that speaks IPP Everywhere, AirPrint or IPP over USB needs no driver;
// all others need their PPD file.
package printer
