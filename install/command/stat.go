package command

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"coen/tree"
)

const statOptions = "L,dereference c,format: printf: t,terse f,file-system"

func stat(c *call) int {
	format := c.last("c", "printf")
	if len(c.operands) == 0 {
		return c.missing()
	}
	if format == "" || c.has("f") {
		return c.unmodelled("output other than with -c or --printf")
	}
	status := 0
	for _, name := range c.operands {
		n, err := c.lstat(name)
		if c.has("L") {
			n, err = c.lookup(name)
		}
		if err != nil {
			status = c.failf("cannot statx %s: %s", quote(name), reason(err))
			continue
		}
		if c.statFormat(c.value(format), format == "printf", name, n) != 0 {
			return 1
		}
		if format == "c" {
			c.printf("\n")
		}
	}
	return status
}

// statFormat writes what the format says about n; escapes count in --printf
// only.
func (c *call) statFormat(format string, escapes bool, name string, n *tree.Node) int {
	for i := 0; i < len(format); {
		switch {
		case format[i] == '\\' && escapes:
			text, length, _ := printfEscape(format[i:], false)
			c.out.WriteString(text)
			i += length
		case format[i] != '%' || i+1 == len(format):
			c.out.WriteByte(format[i])
			i++
		default:
			end := i + 1
			for end < len(format)-1 && strings.IndexByte("-+ #0.123456789", format[end]) >= 0 {
				end++
			}
			value, ok := c.statValue(format[end], name, n)
			if !ok {
				return c.unmodelled("format %q", format[i:end+1])
			}
			c.out.WriteString(statPad(format[i:end], value))
			i = end + 1
		}
	}
	return 0
}

// statPad applies flags and width to a value.
func statPad(spec string, value any) string {
	if s, ok := value.(string); ok {
		return fmt.Sprintf(spec+"s", s)
	}
	switch v := value.(type) {
	case octal:
		return fmt.Sprintf(spec+"o", uint64(v))
	case hexadecimal:
		return fmt.Sprintf(spec+"x", uint64(v))
	}
	return fmt.Sprintf(spec+"d", value)
}

type (
	octal       uint64
	hexadecimal uint64
)

// statValue returns what a letter stands for.
func (c *call) statValue(letter byte, name string, n *tree.Node) (value any, ok bool) {
	switch letter {
	case '%':
		return "%", true
	case 'n':
		return name, true
	case 'N':
		if n.Kind == tree.Symlink {
			return quote(name) + " -> " + quote(n.Target), true
		}
		return quote(name), true
	case 'a':
		return octal(n.Mode), true
	case 'A':
		return string(kindLetter(n)) + permissions(n.Mode), true
	case 'f':
		return hexadecimal(kindBits[n.Kind] | n.Mode), true
	case 'F':
		return kindName(n), true
	case 'u', 'g':
		return map[byte]int{'u': int(n.UID), 'g': int(n.GID)}[letter], true
	case 'U':
		return ownerName(c.users(), n.UID), true
	case 'G':
		return ownerName(c.groups(), n.GID), true
	case 'h':
		return linkCount(n), true
	case 's':
		return int(fileSize(n)), true
	case 'b', 'B', 'o':
		return map[byte]int{'b': int(blocks(n)) * 8, 'B': 512, 'o': 4096}[letter], true
	case 't', 'T':
		return map[byte]hexadecimal{'t': hexadecimal(n.Major), 'T': hexadecimal(n.Minor)}[letter], true
	case 'X', 'Y', 'Z':
		return int(n.ModTime), true
	case 'x', 'y', 'z':
		return time.Unix(n.ModTime, 0).UTC().Format("2006-01-02 15:04:05.000000000 -0700"), true
	case 'W':
		return 0, true
	case 'w':
		return "-", true
	}
	return nil, false
}

// ownerName returns a name for stat, which says UNKNOWN where there is none.
func ownerName(db [][]string, id uint32) string {
	if name, ok := nameOf(db, id); ok {
		return name
	}
	return "UNKNOWN"
}

// kindLetter returns the first letter of ls -l.
func kindLetter(n *tree.Node) byte {
	if n.Kind == tree.Regular {
		return '-'
	}
	return byte(n.Kind)
}

var kindBits = map[tree.Kind]uint32{
	tree.Regular: 0o100000, tree.Directory: 0o040000, tree.Symlink: 0o120000,
	tree.CharDevice: 0o020000, tree.BlockDevice: 0o060000, tree.Fifo: 0o010000,
}

func kindName(n *tree.Node) string {
	if n.Kind == tree.Regular && n.Size() == 0 {
		return "regular empty file"
	}
	return map[tree.Kind]string{
		tree.Regular: "regular file", tree.Directory: "directory", tree.Symlink: "symbolic link",
		tree.CharDevice: "character special file", tree.BlockDevice: "block special file", tree.Fifo: "fifo",
	}[n.Kind]
}

// blockSize is that of the file system an image is imagined to stand on.
const blockSize = 4096

// fileSize returns st_size; see the package's documentation for directories.
func fileSize(n *tree.Node) int64 {
	if n.Kind == tree.Directory {
		return blockSize
	}
	return n.Size()
}

// blocks returns how many blocks of 4096 bytes a file occupies. A symbolic link
// is stored in its inode.
func blocks(n *tree.Node) int64 {
	switch n.Kind {
	case tree.Directory:
		return 1
	case tree.Regular:
		return (n.Size() + blockSize - 1) / blockSize
	}
	return 0
}

// linkCount returns st_nlink.
func linkCount(n *tree.Node) int {
	if n.Kind != tree.Directory {
		return n.Links()
	}
	count := 2
	for _, name := range n.Names() {
		if n.Child(name).Kind == tree.Directory {
			count++
		}
	}
	return count
}

// mtime formats a time for ls and find -ls: with the year if it is more than
// half a year from now.
func mtime(sec, now int64) string {
	t := time.Unix(sec, 0).UTC()
	if age := now - sec; age < 0 || age >= 31556952/2 {
		return t.Format("Jan _2  2006")
	}
	return t.Format("Jan _2 15:04")
}

// atoi is strconv.Atoi that reports success.
func atoi(s string) (int, bool) {
	n, err := strconv.Atoi(s)
	return n, err == nil
}
