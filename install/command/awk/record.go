package awk

import "strings"

// maxFields bounds NF.
const maxFields = 1 << 20

// setRecord makes text the record.
func (in *interp) setRecord(text string) {
	in.record, in.split, in.stale = text, false, false
}

// recordText returns $0.
func (in *interp) recordText() string {
	if in.stale {
		parts := make([]string, in.nf)
		for i := range parts {
			parts[i] = in.toString(in.fields[i])
		}
		in.record = strings.Join(parts, in.toString(in.globals[slotOFS].v))
		in.work(len(in.record))
		in.stale = false
	}
	return in.record
}

// splitRecord divides the record into fields when they are first needed.
func (in *interp) splitRecord() {
	if in.split {
		return
	}
	in.split = true
	in.work(len(in.record))
	parts := in.splitText(in.record, in.globals[slotFS].v.s, in.globals[slotRS].v.s == "")
	in.fields = in.fields[:0]
	for _, s := range parts {
		in.fields = append(in.fields, input(s))
	}
	in.nf = len(parts)
}

// splitText divides text at the separator: " " means runs of blanks, another
// single character itself, "" every character, and anything else is a regular
// expression. With lines, newlines divide, too.
func (in *interp) splitText(text, separator string, lines bool) []string {
	switch {
	case separator == " ":
		return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(spaces, r) })
	case text == "":
		return nil
	case separator == "":
		parts := make([]string, len(text))
		for i := range len(text) {
			parts[i] = text[i : i+1]
		}
		return parts
	case len(separator) == 1 && separator != `\`:
		separator = "[" + separator + "]"
		if separator == "[^]" {
			separator = `\^`
		}
	}
	if lines {
		separator = "(" + separator + ")|\n"
	}
	re := in.regex(separator)
	var parts []string
	at, from := 0, 0
	for from <= len(text) {
		loc := in.find(re, text, from)
		if loc == nil {
			break
		}
		if loc[0] == loc[1] {
			from = loc[1] + 1
			continue
		}
		parts = append(parts, text[at:loc[0]])
		at, from = loc[1], loc[1]
	}
	return append(parts, text[at:])
}

func (in *interp) fieldIndex(e *field) int {
	n := in.eval(e.e).number()
	if n < 0 || n > maxFields || n != n {
		in.fail("negative field index $%g", n)
	}
	return int(n)
}

func (in *interp) field(n int) value {
	if n == 0 {
		return input(in.recordText())
	}
	in.splitRecord()
	if n > in.nf {
		return value{}
	}
	return in.fields[n-1]
}

// setField assigns to $n; v is kept so that a number stays one.
func (in *interp) setField(n int, text string, v value) {
	if n == 0 {
		in.setRecord(text)
		return
	}
	in.splitRecord()
	if n > in.nf {
		in.setNF(n)
	}
	in.fields[n-1] = v
	in.stale = true
}

// setNF makes the record have n fields.
func (in *interp) setNF(n int) {
	in.splitRecord()
	in.work(n)
	for len(in.fields) < n {
		in.fields = append(in.fields, str(""))
	}
	for i := in.nf; i < n; i++ {
		in.fields[i] = str("")
	}
	in.fields = in.fields[:n]
	in.nf = n
	in.stale = true
}
