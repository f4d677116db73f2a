package command

import (
	"path"
	"strings"

	"coen/tree"
)

const cpOptions = "a,archive r,R,recursive d p f,force n,no-clobber u update:: v,verbose " +
	"l,link s,symbolic-link H L,dereference P,no-dereference x,one-file-system " +
	"T,no-target-directory t,target-directory: remove-destination parents " +
	"Z preserve:: no-preserve: reflink:: sparse: i,interactive strip-trailing-slashes"

func cp(c *call) int {
	sources, d, status := c.destination(true)
	if status != 0 {
		return status
	}
	k := c.copier()
	if k == nil {
		return 1
	}
	for _, source := range sources {
		name := d.of(source)
		if c.has("strip-trailing-slashes") {
			source = strings.TrimRight(source, "/")
		}
		if c.has("parents") {
			if name = k.parents(source, d); name == "" {
				status = 1
				continue
			}
		}
		if k.copy(source, name, true) != 0 {
			status = 1
		}
	}
	return status
}

// olderOnly reads the value of --update, which may also be all or none.
func (c *call) olderOnly() bool {
	switch v := c.value("update"); v {
	case "", "older":
		return true
	case "all", "none":
	default:
		c.unmodelled("--update=%s", v)
	}
	return false
}

// copier reads cp's options.
func (c *call) copier() *copier {
	k := &copier{
		call:      c,
		recursive: c.has("r") || c.has("a"),
		force:     c.has("f"),
		replace:   c.has("remove-destination"),
		keep:      c.last("n", "f", "i") == "n" || c.value("update") == "none",
		newer:     c.last("u", "update") == "u" || c.has("update") && c.olderOnly(),
		hard:      c.has("l"),
		symbolic:  c.has("s"),
		made:      map[string]bool{},
		first:     map[*tree.Node]string{},
	}
	if c.last("n", "f", "i") == "i" {
		c.unmodelled("asking before overwriting")
		return nil
	}
	k.contents = !k.recursive
	switch c.last("P", "H", "L", "a", "d") {
	case "L":
		k.follow = followAlways
	case "H":
		k.follow = followOperands
	case "":
		if !k.recursive {
			k.follow = followAlways
		}
	}
	for _, s := range c.given {
		if !k.preserving(s) {
			c.unmodelled("--%s=%s", s.name, s.value)
			return nil
		}
	}
	switch {
	case k.refused:
		return nil
	case k.hard && k.symbolic:
		c.misuse("cannot make both hard and symbolic links")
		return nil
	}
	return k
}

// preserving applies an option that says what to preserve; false means that its
// value is unknown.
func (k *copier) preserving(s setting) bool {
	switch s.name {
	case "a":
		k.mode, k.owner, k.times, k.links, k.xattrs = true, true, true, true, true
	case "d":
		k.links = true
	case "p":
		k.mode, k.owner, k.times = true, true, true
	case "preserve", "no-preserve":
		on := s.name == "preserve"
		if s.value == "" {
			s.value = "mode,ownership,timestamps"
		}
		for what := range strings.SplitSeq(s.value, ",") {
			if !k.attribute(what, on) {
				return false
			}
		}
	}
	return true
}

func (k *copier) attribute(what string, on bool) bool {
	switch what {
	case "mode":
		k.mode, k.plain = on, !on
	case "ownership":
		k.owner = on
	case "timestamps":
		k.times = on
	case "links":
		k.links = on
	case "xattr":
		k.xattrs = on
	case "context":
		k.failf("cannot preserve security context without an SELinux-enabled kernel")
		k.refused = true
	case "all":
		k.mode, k.owner, k.times, k.links, k.xattrs = on, on, on, on, on
	default:
		return false
	}
	return true
}

// parents makes source's directories below the destination, with the same modes,
// and returns the path of the copy, "" on failure.
func (k *copier) parents(source string, d destination) string {
	if !d.dir {
		k.misuse("with --parents, the destination must be a directory")
		return ""
	}
	name := join(d.path, strings.Trim(source, "/"))
	made := d.path
	for elem := range strings.SplitSeq(path.Dir(strings.Trim(source, "/")), "/") {
		made = join(made, elem)
		if k.isDir(made) {
			continue
		}
		from, err := k.lookup(strings.TrimSuffix(source, strings.TrimPrefix(name, made)))
		if err == nil {
			err = k.Tree.Mkdir(k.Path(made), from.Mode)
		}
		if err != nil {
			k.failf("cannot make directory %s: %s", quote(made), reason(err))
			return ""
		}
	}
	return name
}
