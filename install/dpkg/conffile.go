package dpkg

import (
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"path"
	"strings"

	"coen/tree"
)

// newConffile stands for the digest of a conffile that was unpacked and not yet
// configured.
const newConffile = "newconffile"

// A conffile is an entry of the Conffiles field.
type conffile struct {
	name   string
	digest string // MD5 of the version as shipped, in hex
	remove bool   // "remove-on-upgrade": not shipped, gone when upgraded
}

// parseConffiles reads the control file "conffiles".
func parseConffiles(text []byte) ([]*conffile, error) {
	if len(text) == 0 {
		return nil, nil
	}
	if text[len(text)-1] != '\n' {
		return nil, errors.New("conffiles: the last line has no end")
	}
	var list []*conffile
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, " \t\r\n")
		if line == "" {
			continue
		}
		c := &conffile{name: line, digest: newConffile}
		if flag, name, found := strings.Cut(line, " "); found && line[0] != '/' {
			if flag != "remove-on-upgrade" {
				return nil, fmt.Errorf("conffiles: unknown flag %q", flag)
			}
			c.name, c.remove = name, true
		}
		if c.name == "" || c.name[0] != '/' {
			return nil, fmt.Errorf("conffiles: %q is not absolute", c.name)
		}
		list = append(list, c)
	}
	return list, nil
}

func conffileLines(p *Package, _ string) string {
	var b strings.Builder
	for _, c := range p.conffiles {
		fmt.Fprintf(&b, "\n %s %s", c.name, c.digest)
		if c.remove {
			b.WriteString(" remove-on-upgrade")
		}
	}
	return b.String()
}

// conffile returns p's conffile of this name that its archive holds, or nil.
func (p *Package) conffile(name string) *conffile {
	for _, c := range p.conffiles {
		if c.name == name && !c.remove {
			return c
		}
	}
	return nil
}

// follow returns where the conffile of this name lies, after all symbolic
// links: an administrator may have moved it.
func (db *Database) follow(name string) (string, error) {
	for range 25 {
		n, err := db.tree.Lstat(name)
		switch {
		case errors.Is(err, tree.ErrNotExist), errors.Is(err, tree.ErrNotDir):
			return name, nil
		case err != nil:
			return "", err
		case n.Kind == tree.Regular:
			return name, nil
		case n.Kind != tree.Symlink:
			return "", fmt.Errorf("conffile %q: neither a file nor a link to one", name)
		case strings.HasPrefix(n.Target, "/"):
			name = n.Target
		default:
			name = path.Dir(name) + "/" + n.Target
		}
	}
	return "", fmt.Errorf("conffile %q: too many symbolic links", name)
}

func digest(content []byte) string {
	sum := md5.Sum(content)
	return hex.EncodeToString(sum[:])
}

// configureConffile puts the unpacked version of a conffile into its place.
// Since nobody has edited anything in a fresh installation, a different file
// there was made by a script, and dpkg would ask what to do.
func (db *Database) configureConffile(p *Package, c *conffile) error {
	name, err := db.follow(db.use(c.name, p))
	if err != nil {
		return err
	}
	fresh, err := db.tree.Lstat(name + ".dpkg-new")
	if err != nil {
		db.adoptDigest(p, c)
		return nil
	}
	shipped, err := fresh.Read()
	if err != nil {
		return err
	}
	defer db.by(tree.ByPackage, p.String(), "")()
	current, err := db.tree.Lookup(name)
	if err != nil {
		db.activatePath(name, p)
		err = db.tree.Rename(name+".dpkg-new", name)
	} else {
		err = db.keepConffile(name, current, digest(shipped))
	}
	c.digest = digest(shipped)
	return err
}

// keepConffile leaves the file that is there already, if it is what the package
// ships.
func (db *Database) keepConffile(name string, current *tree.Node, shipped string) error {
	content, err := current.Read()
	if err != nil {
		return err
	}
	if digest(content) != shipped {
		return fmt.Errorf("conffile %q: %s made a different one; dpkg would ask whether to replace it", name, current.Made)
	}
	return db.tree.Remove(name + ".dpkg-new")
}

// adoptDigest takes the digest of a conffile whose unpacked version is gone
// from the instance of the package for another architecture that was configured
// first.
func (db *Database) adoptDigest(p *Package, c *conffile) {
	for _, other := range db.byName[p.Name] {
		if twin := other.conffile(c.name); other != p && other.state > HalfConfigured && twin != nil {
			c.digest = twin.digest
			return
		}
	}
}
