package admin

import (
	"io"
	"strings"
	"unicode/utf8"

	"coen/install/internal/getopt"
	"coen/install/proc"
)

// iconv converts UTF-8 into itself or into ASCII: scripts make sure with it that
// what they show fits the locale, which in a build is always C.
func iconv(p *proc.Proc) (int, error) {
	opts, files, err := getopt.Parse(p.Args[1:], "f|from-code:", "t|to-code:")
	if err != nil || len(files) > 0 {
		return 0, p.Unmodelledf("arguments %q", p.Args[1:])
	}
	from, to, similar := "ASCII", "ASCII", false
	for _, o := range opts {
		code, suffix, _ := strings.Cut(strings.ToUpper(o.Value), "//")
		switch code {
		case "UTF-8", "UTF8":
			code = "UTF-8"
		case "", "ASCII", "US-ASCII", "ANSI_X3.4-1968":
			code = "ASCII"
		default:
			return 0, p.Unmodelledf("encoding %q", o.Value)
		}
		if o.Name == "from-code" {
			from = code
		} else {
			to, similar = code, suffix == "TRANSLIT"
		}
	}
	text, err := io.ReadAll(p.Stdin())
	if err != nil {
		return 0, err
	}
	out := string(text)
	if from != to || from == "ASCII" {
		var ok bool
		if out, ok = transliterate(out); !ok || out != string(text) && !(from == "UTF-8" && similar) {
			return 0, p.Unmodelledf("text that is not in the target's alphabet")
		}
	}
	_, err = io.WriteString(p.Stdout(), out)
	return 0, err
}

// transliterate writes text with the characters of ASCII only, as the C library
// does in the locale C. It answers for Latin letters and punctuation.
func transliterate(text string) (string, bool) {
	var b strings.Builder
	for _, r := range text {
		if r == utf8.RuneError { // or not UTF-8 at all
			return "", false
		}
		near, listed := ascii[r]
		switch {
		case r < utf8.RuneSelf:
			b.WriteRune(r)
		case listed:
			b.WriteString(near)
		case r < 0x250, r >= 0x2000 && r < 0x2070:
			b.WriteByte('?')
		default:
			return "", false
		}
	}
	return b.String(), true
}

// ascii has the characters below U+0250 and from U+2000 to U+206F which are not
// just a question mark.
var ascii = map[rune]string{
	0xa0: " ", '©': "(C)", '«': "<<", 0xad: "-", '®': "(R)", 'µ': "u", '¸': ",", '»': ">>",
	'¼': " 1/4 ", '½': " 1/2 ", '¾': " 3/4 ", 'Æ': "AE", '×': "x", 'ß': "ss", 'æ': "ae",
	'Ĳ': "IJ", 'ĳ': "ij", 'ŉ': "'n", 'Œ': "OE", 'œ': "oe", 'ſ': "s",
	'Ǉ': "LJ", 'ǈ': "Lj", 'ǉ': "lj", 'Ǌ': "NJ", 'ǋ': "Nj", 'ǌ': "nj", 'Ǳ': "DZ", 'ǲ': "Dz", 'ǳ': "dz",
	0x2002: " ", 0x2003: " ", 0x2004: " ", 0x2005: " ", 0x2006: " ", 0x2008: " ", 0x2009: " ",
	0x200a: " ", 0x200b: "", '‐': "-", '‑': "-", '‒': "-", '–': "-", '—': "--", '―': "-",
	'‘': "'", '’': "'", '‚': ",", '‛': "'", '“': "\"", '”': "\"", '„': ",,", '‟': "\"",
	'†': "+", '•': "o", '․': ".", '‥': "..", '…': "...", 0x202f: " ",
	'‵': "`", '‶': "``", '‷': "```", '‹': "<", '›': ">", '‼': "!!", '⁄': "/",
	'⁇': "??", '⁈': "?!", '⁉': "!?", 0x205f: " ", 0x2060: "", 0x2061: "", 0x2062: "", 0x2063: "",
}
