package command

import (
	"strings"

	"coen/tree"
)

const installOptions = "Z c C,compare d,directory D g,group: m,mode: o,owner: p,preserve-timestamps " +
	"s,strip S,suffix: b,backup:: t,target-directory: T,no-target-directory v,verbose"

func install(c *call) int {
	if c.has("s") || c.has("b") || c.has("S") {
		return c.unmodelled("option -s, -b or -S")
	}
	k, status := c.installer()
	if status != 0 {
		return status
	}
	if c.has("d") {
		return k.directories()
	}
	if c.has("D") && c.has("t") {
		k.above(join(c.value("t"), "x"))
	}
	if n := len(c.operands); c.has("D") && !c.has("t") && (n == 2 || c.has("T")) && !c.isDir(c.operands[n-1]) {
		k.above(c.operands[n-1])
	}
	sources, d, status := c.destination(true)
	for _, source := range sources {
		if k.install(source, d.of(source)) != 0 {
			status = 1
		}
	}
	return status
}

// An installer is one run of install: what owner and mode its files get.
type installer struct {
	*call
	mode  modeChange
	owner owner
}

func (c *call) installer() (*installer, int) {
	k := &installer{call: c}
	mode := "755"
	if c.has("m") {
		mode = c.value("m")
	}
	var ok bool
	if k.mode, ok = parseMode(mode, 0); !ok {
		return nil, c.failf("invalid mode %s", quote(mode))
	}
	if name := c.value("o"); c.has("o") {
		id, ok := number(c.users(), name)
		if !ok {
			return nil, c.failf("invalid user %s", quote(name))
		}
		k.owner.uid = &id
	}
	if name := c.value("g"); c.has("g") {
		id, ok := number(c.groups(), name)
		if !ok {
			return nil, c.failf("invalid group %s", quote(name))
		}
		k.owner.gid = &id
	}
	return k, 0
}

// directories is install -d: mode and owner go to the last directory only.
func (k *installer) directories() int {
	if len(k.operands) == 0 {
		return k.misuse("missing file operand")
	}
	status := 0
	for _, name := range k.operands {
		if bad, err := k.mkdirAbove(name, 0o755); err != nil {
			status = k.failf("cannot create directory %s: %s", quote(bad), reason(err))
			continue
		}
		if !k.isDir(name) {
			if err := k.makeDir(name, 0o755); err != nil {
				status = k.failf("cannot create directory %s: %s", quote(name), reason(err))
				continue
			}
		}
		k.finish(name, true)
	}
	return status
}

// above makes the directories above name. Failures show when name is written.
func (k *installer) above(name string) { k.mkdirAbove(name, 0o755) }

func (k *installer) install(source, name string) int {
	from, err := k.lookup(source)
	switch {
	case err != nil && source != "/dev/null" && source != "/dev/stdin":
		return k.failf("cannot stat %s: %s", quote(source), reason(err))
	case err == nil && from.Kind == tree.Directory:
		return k.failf("omitting directory %s", quote(source))
	}
	data, err := k.readFile(source)
	if err != nil {
		return k.failf("cannot open %s for reading: %s", quote(source), reason(err))
	}
	old, err := k.lstat(name)
	switch {
	case err == nil && old.Kind == tree.Directory:
		return k.failf("cannot overwrite directory %s with non-directory", quote(name))
	case err == nil && from != nil && k.same(source, name):
		return k.failf("%s and %s are the same file", quote(source), quote(name))
	case err == nil && k.has("C") && k.unchanged(old, data):
		return 0
	}
	if name == "" || strings.HasSuffix(name, "/") {
		return k.failf("cannot create regular file %s: %s", quote(name), tree.ErrNotDir)
	}
	n := &tree.Node{Kind: tree.Regular, Mode: 0o600, ModTime: k.Epoch(), Content: tree.Bytes(data)}
	if k.has("p") && from != nil {
		n.ModTime = from.ModTime
	}
	if err := k.Tree.Put(k.Path(name), n); err != nil {
		return k.failf("cannot create regular file %s: %s", quote(name), reason(err))
	}
	k.finish(name, false)
	if k.has("v") {
		k.printf("%s -> %s\n", quote(source), quote(name))
	}
	return 0
}

// unchanged is -C: the file there has the content, owner and mode already.
func (k *installer) unchanged(old *tree.Node, data []byte) bool {
	body, err := old.Read()
	uid, gid := k.owner.of(0, 0)
	return err == nil && old.Kind == tree.Regular && string(body) == string(data) &&
		old.Mode == k.mode.apply(0, false) && old.UID == uid && old.GID == gid
}

// finish sets owner and mode, in this order since chown clears set-ID bits.
func (k *installer) finish(name string, dir bool) {
	n, err := k.lookup(name)
	if err != nil {
		return
	}
	if k.owner.uid != nil || k.owner.gid != nil {
		uid, gid := k.owner.of(n.UID, n.GID)
		k.Tree.Chown(k.Path(name), uid, gid)
	}
	k.Tree.Chmod(k.Path(name), k.mode.apply(0, dir))
}
