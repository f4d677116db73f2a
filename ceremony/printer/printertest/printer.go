package printertest

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"coen/internal/oracle"
)

// A Printer is a printer that speaks as much of IPP (RFC 8010, RFC 8011, PWG
// 5100.14) as CUPS asks of one that needs no driver, and keeps what it is sent.
// ippeveprinter(1), which could be used instead, wants a service for announcing
// it, which machines that run tests do not have.
type Printer struct {
	URI string // its address, "ipp://127.0.0.1:40000/ipp/print"

	mu      sync.Mutex
	printed [][]byte
}

// Operations (RFC 8011 section 5.4.15) and tags (RFC 8010 section 3.5) that are used.
const (
	opPrintJob      = 0x0002
	opCreateJob     = 0x0005
	opSendDocument  = 0x0006
	opCancelJob     = 0x0008
	opGetJob        = 0x0009
	opGetPrinter    = 0x000b
	tagOperation    = 0x01
	tagJob          = 0x02
	tagEnd          = 0x03
	tagPrinter      = 0x04
	tagInteger      = 0x21
	tagBoolean      = 0x22
	tagEnum         = 0x23
	tagText         = 0x41
	tagKeyword      = 0x44
	tagURI          = 0x45
	tagCharset      = 0x47
	tagLanguage     = 0x48
	tagMimeType     = 0x49
	jobCompleted    = 9
	printerIdle     = 3
	statusOK        = 0x0000
	maxDelimiterTag = 0x0f
)

// NewPrinter starts a printer, which is there until the test ends.
func NewPrinter(t testing.TB) *Printer {
	t.Helper()
	p := &Printer{}
	s := httptest.NewServer(p)
	t.Cleanup(s.Close)
	p.URI = strings.Replace(s.URL, "http://", "ipp://", 1) + "/ipp/print"
	return p
}

// Documents returns what was sent to be printed, in order.
func (p *Printer) Documents() [][]byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.printed
}

// Words returns what poppler reads in a PDF.
func Words(t testing.TB, pdf []byte) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "printed.pdf")
	if err := os.WriteFile(name, pdf, 0o644); err != nil {
		t.Fatal(err)
	}
	return oracle.Run(t, "pdftotext", "-layout", name, "-")
}

// ServeHTTP answers a request of IPP.
func (p *Printer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil || len(body) < 9 {
		http.Error(w, "no request", http.StatusBadRequest)
		return
	}
	operation, request := binary.BigEndian.Uint16(body[2:]), binary.BigEndian.Uint32(body[4:])
	document, err := skipAttributes(body[8:])
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	var answer message
	answer.begin(request)
	switch operation {
	case opGetPrinter:
		p.describe(&answer)
	case opPrintJob, opSendDocument:
		p.mu.Lock()
		p.printed = append(p.printed, bytes.Clone(document))
		p.mu.Unlock()
		p.job(&answer)
	case opCreateJob, opGetJob:
		p.job(&answer)
	}
	answer.WriteByte(tagEnd)
	w.Header().Set("Content-Type", "application/ipp")
	_, _ = w.Write(answer.Bytes())
}

func (p *Printer) describe(m *message) {
	m.WriteByte(tagPrinter)
	m.strings(tagURI, "printer-uri-supported", p.URI)
	m.strings(tagKeyword, "uri-security-supported", "none")
	m.strings(tagKeyword, "uri-authentication-supported", "none")
	m.strings(tagText, "printer-make-and-model", "Test Paper")
	m.strings(tagKeyword, "ipp-versions-supported", "1.1", "2.0")
	m.strings(tagCharset, "charset-configured", "utf-8")
	m.strings(tagCharset, "charset-supported", "utf-8")
	m.strings(tagMimeType, "document-format-supported", "application/pdf", "application/octet-stream")
	m.strings(tagMimeType, "document-format-default", "application/pdf")
	m.strings(tagKeyword, "media-supported", "iso_a4_210x297mm", "na_letter_8.5x11in")
	m.strings(tagKeyword, "media-default", "iso_a4_210x297mm")
	m.strings(tagKeyword, "sides-supported", "one-sided")
	m.strings(tagKeyword, "printer-state-reasons", "none")
	m.strings(tagKeyword, "compression-supported", "none")
	m.boolean("printer-is-accepting-jobs", true)
	m.boolean("color-supported", false)
	m.integers(tagEnum, "printer-state", printerIdle)
	m.integers(tagEnum, "operations-supported", opPrintJob, 4, opCreateJob, opSendDocument, opCancelJob, opGetJob, opGetPrinter)
	m.integers(tagInteger, "queued-job-count", 0)
}

func (p *Printer) job(m *message) {
	m.WriteByte(tagJob)
	m.strings(tagURI, "job-uri", p.URI+"/1")
	m.integers(tagInteger, "job-id", 1)
	m.integers(tagEnum, "job-state", jobCompleted)
	m.strings(tagKeyword, "job-state-reasons", "job-completed-successfully")
	m.integers(tagInteger, "job-impressions-completed", 1)
}

// A message is a response that grows.
type message struct{ bytes.Buffer }

func (m *message) begin(request uint32) {
	m.Write([]byte{2, 0})
	m.Write(binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint16(nil, statusOK), request))
	m.WriteByte(tagOperation)
	m.strings(tagCharset, "attributes-charset", "utf-8")
	m.strings(tagLanguage, "attributes-natural-language", "en")
}

// value writes a value; further ones of an attribute have no name.
func (m *message) value(tag byte, name string, value []byte) {
	m.WriteByte(tag)
	for _, part := range [][]byte{[]byte(name), value} {
		m.Write(binary.BigEndian.AppendUint16(nil, uint16(len(part))))
		m.Write(part)
	}
}

func (m *message) strings(tag byte, name string, values ...string) {
	for _, v := range values {
		m.value(tag, name, []byte(v))
		name = ""
	}
}

func (m *message) integers(tag byte, name string, values ...uint32) {
	for _, v := range values {
		m.value(tag, name, binary.BigEndian.AppendUint32(nil, v))
		name = ""
	}
}

func (m *message) boolean(name string, v bool) {
	b := []byte{0}
	if v {
		b[0] = 1
	}
	m.value(tagBoolean, name, b)
}

// skipAttributes returns what follows the attributes of a request.
func skipAttributes(b []byte) ([]byte, error) {
	for len(b) > 0 {
		tag := b[0]
		b = b[1:]
		if tag == tagEnd {
			return b, nil
		}
		if tag <= maxDelimiterTag {
			continue
		}
		for range 2 { // name and value
			if len(b) < 2 || len(b) < 2+int(binary.BigEndian.Uint16(b)) {
				return nil, errors.New("attribute is cut off")
			}
			b = b[2+int(binary.BigEndian.Uint16(b)):]
		}
	}
	return nil, errors.New("attributes do not end")
}
