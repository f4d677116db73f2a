package admin

import (
	"io"
	"strings"

	"coen/install/internal/getopt"
	"coen/install/proc"
)

// iconv converts text between encodings that agree in ASCII, as long as the
// text is ASCII: scripts make sure with it that what they show fits the locale,
// which in a build is always C.
func iconv(p *proc.Proc) (int, error) {
	opts, files, err := getopt.Parse(p.Args[1:], "f|from-code:", "t|to-code:", "c")
	if err != nil || len(files) > 0 {
		return 0, p.Unmodelledf("arguments %q", p.Args[1:])
	}
	for _, o := range opts {
		code, _, _ := strings.Cut(strings.ToUpper(o.Value), "//")
		switch {
		case o.Value == "", strings.HasPrefix(code, "ISO-8859-"), strings.HasPrefix(code, "ISO8859-"):
		case code == "UTF-8", code == "UTF8", code == "ASCII", code == "US-ASCII", code == "ANSI_X3.4-1968":
		default:
			return 0, p.Unmodelledf("encoding %q", o.Value)
		}
	}
	text, err := io.ReadAll(p.Stdin())
	if err != nil {
		return 0, err
	}
	for _, c := range text {
		if c >= 0x80 {
			return 0, p.Unmodelledf("text that is not ASCII")
		}
	}
	_, err = p.Stdout().Write(text)
	return 0, err
}
