package command

import (
	"strings"

	"coen/tree"
)

const mktempOptions = "d,directory u,dry-run q,quiet p: tmpdir:: suffix: t"

// A counter makes the names of temporary files. On a real system they are
// random; here they count up, so that they are new in every call and the same
// in every build.
type counter struct{ n uint64 }

const counterDigits = "0123456789abcdefghijklmnopqrstuvwxyz"

// next returns a name of the given length.
func (k *counter) next(length int) string {
	b := make([]byte, length)
	n := k.n
	k.n++
	for i := length - 1; i >= 0; i-- {
		b[i] = counterDigits[n%36]
		n /= 36
	}
	return string(b)
}

// mktemp is the model of mktemp(1) that takes its names from k.
func (k *counter) mktemp(c *call) int {
	template := "tmp.XXXXXXXXXX"
	if c.extra(1) {
		return 1
	}
	if len(c.operands) == 1 {
		template = c.operands[0]
	}
	suffix := c.value("suffix")
	if last := strings.LastIndexByte(template, 'X'); !c.has("suffix") && last >= 0 {
		template, suffix = template[:last+1], template[last+1:]
	}
	prefix := strings.TrimRight(template, "X")
	xs := len(template) - len(prefix)
	if xs < 3 || strings.Contains(suffix, "/") {
		return c.mktempFailed("too few X's in template %s", quote(template+suffix))
	}
	if len(c.operands) == 0 || c.has("p") || c.has("tmpdir") || c.has("t") {
		if strings.HasPrefix(template, "/") {
			return c.mktempFailed("invalid template, %s; with --tmpdir, it may not be absolute", quote(template))
		}
		prefix = join(c.temporary(), prefix)
	}
	return k.make(c, prefix, xs, suffix)
}

func (k *counter) make(c *call, prefix string, xs int, suffix string) int {
	for {
		name := prefix + k.next(xs) + suffix
		if _, err := c.lstat(name); err == nil {
			continue
		}
		if err := c.makeTemporary(name); err != nil {
			kind := "file"
			if c.has("d") {
				kind = "directory"
			}
			return c.mktempFailed("failed to create %s via template %s: %s", kind,
				quote(prefix+strings.Repeat("X", xs)+suffix), reason(err))
		}
		c.printf("%s\n", name)
		return 0
	}
}

func (c *call) makeTemporary(name string) error {
	switch {
	case c.has("u"):
		return nil
	case c.has("d"):
		return c.Tree.Mkdir(c.Path(name), 0o700)
	}
	return c.Tree.Put(c.Path(name), &tree.Node{Kind: tree.Regular, Mode: 0o600, ModTime: c.Epoch()})
}

// temporary returns the directory for temporary files.
func (c *call) temporary() string {
	environment, option := c.Env["TMPDIR"], c.value(c.last("p", "tmpdir"))
	if c.has("t") && environment != "" || option == "" {
		option = environment
	}
	if option != "" {
		return option
	}
	return "/tmp"
}

func (c *call) mktempFailed(format string, args ...any) int {
	if c.has("q") {
		return 1
	}
	return c.failf(format, args...)
}
