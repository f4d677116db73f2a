package systemd

import (
	"path"
	"strings"

	"coen/tree"
)

// A confLine is one line of a sysusers.d or tmpfiles.d file.
type confLine struct {
	file   string
	number int
	fields []string
	raw    string // what follows the fields read so far, for tmpfiles' argument
}

// confFiles lists the *.conf files below KIND.d directories, by name; a file in
// /etc hides one of the same name in /run, that one in /usr/lib. A link to
// /dev/null hides without replacing.
func confFiles(t *tree.Tree, kind string) []string {
	files := map[string]string{}
	for _, dir := range []string{"/usr/lib/", "/usr/local/lib/", "/run/", "/etc/"} {
		n, err := t.Lookup(dir + kind)
		if err != nil {
			continue
		}
		for _, name := range n.Names() {
			if strings.HasSuffix(name, ".conf") {
				files[name] = path.Join(dir+kind, name)
			}
		}
	}
	return sortedValues(files)
}

// findConf finds a configuration file by bare name or absolute path, "" if
// there is none.
func findConf(t *tree.Tree, kind, name string) string {
	if strings.HasPrefix(name, "/") {
		if t.Exists(name) {
			return name
		}
		return ""
	}
	for _, dir := range []string{"/etc/", "/run/", "/usr/local/lib/", "/usr/lib/"} {
		if file := path.Join(dir+kind, name); t.Exists(file) {
			return file
		}
	}
	return ""
}

// confLines splits a file into lines of at most max fields; the last field of a
// line with more holds the rest as it is.
func confLines(t *tree.Tree, file string, max int) ([]confLine, error) {
	if n, err := t.Lstat(file); err == nil && n.Kind == tree.Symlink && n.Target == "/dev/null" {
		return nil, nil
	}
	data, err := t.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var lines []confLine
	for i, line := range strings.Split(string(data), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' || line[0] == ';' {
			continue
		}
		fields, rest := unquoteWords(line, max)
		lines = append(lines, confLine{file, i + 1, fields, rest})
	}
	return lines, nil
}

// unquoteWords splits off up to max words as systemd does: quotes hold words
// together, a backslash keeps the next character.
func unquoteWords(s string, max int) (fields []string, rest string) {
	for len(fields) < max {
		s = strings.TrimLeft(s, " \t")
		if s == "" {
			break
		}
		var word string
		word, s = unquoteWord(s)
		fields = append(fields, word)
	}
	return fields, strings.TrimLeft(s, " \t")
}

func unquoteWord(s string) (word, rest string) {
	var b strings.Builder
	quote := byte(0)
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '\\' && i+1 < len(s):
			i++
			b.WriteString(unescape(s[i]))
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case quote == 0 && (c == ' ' || c == '\t'):
			return b.String(), s[i:]
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), ""
}

// unescaped replaces backslash sequences; quotes mean nothing.
func unescaped(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
			b.WriteString(unescape(s[i]))
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// unescape gives what a backslash and c stand for.
func unescape(c byte) string {
	switch c {
	case 'n':
		return "\n"
	case 't':
		return "\t"
	case 's':
		return " "
	case '\\', '"', '\'':
		return string(c)
	}
	return "\\" + string(c)
}

// specifiers are those whose value is the same on every machine that runs the
// image.
func specifiers(t *tree.Tree, arch string) map[byte]string {
	m := map[byte]string{'%': "%", 'T': "/tmp", 'V': "/var/tmp", 'S': "/var/lib", 'C': "/var/cache",
		'L': "/var/log", 't': "/run", 'h': "/root", 'u': "root", 'U': "0", 'g': "root", 'G': "0"}
	if a := map[string]string{"amd64": "x86-64", "i386": "x86", "arm64": "arm64", "riscv64": "riscv64"}[arch]; a != "" {
		m['a'] = a
	}
	release, err := t.ReadFile("/etc/os-release")
	if err != nil {
		if release, err = t.ReadFile("/usr/lib/os-release"); err != nil {
			return m
		}
	}
	fields := map[string]byte{"ID": 'o', "VERSION_ID": 'w', "BUILD_ID": 'B', "VARIANT_ID": 'W', "IMAGE_ID": 'M',
		"IMAGE_VERSION": 'A'}
	for line := range strings.Lines(string(release)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		if c, ok := fields[name]; ok {
			m[c] = strings.Trim(value, `"'`)
		}
	}
	return m
}
