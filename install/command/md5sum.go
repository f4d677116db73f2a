package command

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"hash"
	"strings"
)

const digestOptions = "b,binary t,text c,check tag z,zero ignore-missing quiet status strict w,warn"

// digests are the commands that print one.
var digests = map[string]struct {
	new func() hash.Hash
	tag string
}{
	"md5sum":    {md5.New, "MD5"},
	"sha1sum":   {sha1.New, "SHA1"},
	"sha224sum": {sha256.New224, "SHA224"},
	"sha256sum": {sha256.New, "SHA256"},
	"sha384sum": {sha512.New384, "SHA384"},
	"sha512sum": {sha512.New, "SHA512"},
}

func digest(c *call) int {
	if c.has("c") {
		return c.checkDigests()
	}
	names := c.operands
	if len(names) == 0 {
		names = []string{"-"}
	}
	status := 0
	for _, name := range names {
		sum, err := c.sum(name)
		if err != nil {
			status = c.failf("%s: %s", name, reason(err))
			continue
		}
		c.digestLine(sum, name)
	}
	return status
}

// sum returns the digest of a file in hexadecimal.
func (c *call) sum(name string) (string, error) {
	data, err := c.read(name)
	if err != nil {
		return "", err
	}
	h := digests[c.name()].new()
	h.Write(data)
	return hex.EncodeToString(h.Sum(nil)), nil
}

var digestEscapes = strings.NewReplacer("\\", `\\`, "\n", `\n`, "\r", `\r`)

// digestLine writes a digest; a name with a newline or backslash is escaped.
func (c *call) digestLine(sum, name string) {
	mark := ""
	if strings.ContainsAny(name, "\\\n\r") && !c.has("z") {
		mark, name = `\`, digestEscapes.Replace(name)
	}
	mode := " "
	if c.last("b", "t") == "b" {
		mode = "*"
	}
	if c.has("tag") {
		c.line(fmt.Sprintf("%s%s (%s) = %s", mark, digests[c.name()].tag, name, sum))
		return
	}
	c.line(mark + sum + " " + mode + name)
}

// checkDigests is -c: it reads lists and verifies the files they name.
func (c *call) checkDigests() int {
	k := &digestCheck{call: c}
	status := c.inputs(c.operands, k.list)
	if status != 0 || k.bad {
		return 1
	}
	return 0
}

type digestCheck struct {
	*call
	bad bool
}

// list verifies the files of one list.
func (k *digestCheck) list(name string, data []byte) {
	if name == "-" {
		name = "'standard input'"
	}
	var formatted, malformed, unreadable, wrong, right int
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
		if line == "" || line[0] == '#' {
			continue
		}
		want, file, ok := k.parse(line)
		if !ok {
			malformed++
			if k.has("w") {
				k.failf("%s: %d: improperly formatted %s checksum line", name, formatted+malformed, digests[k.name()].tag)
			}
			continue
		}
		formatted++
		sum, err := k.sum(file)
		switch {
		case err != nil && k.has("ignore-missing"):
		case err != nil:
			unreadable++
			k.failf("%s: %s", file, reason(err))
			k.say(file, "FAILED open or read")
		case sum != strings.ToLower(want):
			wrong++
			k.say(file, "FAILED")
		default:
			right++
			if !k.has("quiet") {
				k.say(file, "OK")
			}
		}
	}
	k.verdict(name, formatted, malformed, unreadable, wrong, right)
}

func (k *digestCheck) say(file, result string) {
	if !k.has("status") {
		k.printf("%s: %s\n", file, result)
	}
}

func (k *digestCheck) verdict(name string, formatted, malformed, unreadable, wrong, right int) {
	if formatted == 0 {
		k.bad = true
		k.failf("%s: no properly formatted checksum lines found", name)
		return
	}
	if !k.has("status") {
		k.warn(malformed, "%d line%s improperly formatted", "is", "s are")
		k.warn(unreadable, "%d listed file%s could not be read", "", "s")
		k.warn(wrong, "%d computed checksum%s did NOT match", "", "s")
		if k.has("ignore-missing") && right == 0 {
			k.failf("%s: no file was verified", name)
		}
	}
	k.bad = k.bad || unreadable > 0 || wrong > 0 || malformed > 0 && k.has("strict") ||
		k.has("ignore-missing") && right == 0
}

func (k *digestCheck) warn(n int, format, one, many string) {
	switch {
	case n == 1 && one != "":
		k.failf("WARNING: "+format, n, " "+one)
	case n == 1:
		k.failf("WARNING: "+format, n, "")
	case n > 1:
		k.failf("WARNING: "+format, n, many)
	}
}

// parse reads a line of a list, in either form.
func (k *digestCheck) parse(line string) (sum, file string, ok bool) {
	line, escaped := strings.CutPrefix(line, `\`)
	if rest, tagged := strings.CutPrefix(line, digests[k.name()].tag+" ("); tagged {
		i := strings.LastIndex(rest, ") = ")
		if i < 0 {
			return "", "", false
		}
		file, sum = rest[:i], rest[i+4:]
	} else {
		sum, file, ok = strings.Cut(line, " ")
		if !ok || len(file) < 2 || file[0] != ' ' && file[0] != '*' {
			return "", "", false
		}
		file = file[1:]
	}
	if escaped {
		file = strings.NewReplacer(`\\`, "\\", `\n`, "\n", `\r`, "\r").Replace(file)
	}
	raw, err := hex.DecodeString(sum)
	return sum, file, err == nil && len(raw) == digests[k.name()].new().Size()
}
