package dpkg

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"coen/tree"
)

// An interest is a package's wish to be told of a trigger.
type interest struct {
	trigger string
	pkg     *Package
	noawait bool
}

// line is the interest as in the files of the triggers directory.
func (i interest) line() string {
	s := i.pkg.infoName()
	if i.noawait {
		s += "/noawait"
	}
	return s
}

// An activation is a line of triggers/Unincorp: a trigger that dpkg-trigger
// activated, and who awaits its processing, "-" for nobody.
type activation struct {
	trigger string
	by      []string
}

// A directive is a line of the control file "triggers", see deb-triggers(5).
type directive struct {
	activate bool
	noawait  bool
	trigger  string
}

// parseTriggers reads the control file "triggers".
func parseTriggers(text []byte) ([]directive, error) {
	var list []directive
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		if len(words) == 0 || words[0][0] == '#' {
			continue
		}
		if len(words) != 2 {
			return nil, fmt.Errorf("triggers: %q is not a directive and a name", strings.TrimSpace(line))
		}
		d := directive{trigger: words[1]}
		switch words[0] {
		case "interest", "interest-await":
		case "interest-noawait":
			d.noawait = true
		case "activate", "activate-await":
			d.activate = true
		case "activate-noawait":
			d.activate, d.noawait = true, true
		default:
			return nil, fmt.Errorf("triggers: unknown directive %q", words[0])
		}
		if err := checkTrigger(d.trigger); err != nil {
			return nil, fmt.Errorf("triggers: %w", err)
		}
		list = append(list, d)
	}
	return list, nil
}

// checkTrigger refuses names that dpkg does: a file trigger is a clean absolute
// path, an explicit one looks like a package's name.
func checkTrigger(name string) error {
	if name == "" {
		return fmt.Errorf("empty trigger name")
	}
	for _, c := range []byte(name) {
		if c <= ' ' || c > '~' {
			return fmt.Errorf("trigger name %q: bad character %q", name, c)
		}
	}
	if name[0] == '/' && path.Clean(name) != name {
		return fmt.Errorf("trigger name %q: not a clean path", name)
	}
	if name[0] != '/' && (strings.ContainsAny(name, "/_") || !isAlnum(name[0])) {
		return fmt.Errorf("trigger name %q: neither a path nor a name", name)
	}
	return nil
}

func isAlnum(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// takeInterest records the interests in p's control file "triggers".
func (db *Database) takeInterest(p *Package) error {
	list, err := parseTriggers(p.Members["triggers"].Data)
	if err != nil {
		return err
	}
	filed := false
	for _, d := range list {
		if d.activate {
			continue
		}
		i := interest{d.trigger, p, d.noawait}
		if d.trigger[0] == '/' {
			db.watch(&i)
			filed = true
			continue
		}
		others := slices.DeleteFunc(db.explicit[d.trigger], func(o interest) bool { return o.pkg == p })
		db.explicit[d.trigger] = append(others, i)
		if err := db.writeExplicit(d.trigger); err != nil {
			return err
		}
	}
	if filed {
		return db.writeFiled()
	}
	return nil
}

// watch records interest in a path; a second one of the same package only
// changes how it waits.
func (db *Database) watch(i *interest) {
	n := db.node(i.trigger)
	for _, o := range n.watchers {
		if o.pkg == i.pkg {
			o.noawait = i.noawait
			return
		}
	}
	n.watchers = slices.Insert(n.watchers, 0, i)
	db.filed = append(db.filed, i)
}

func (db *Database) writeExplicit(trigger string) error {
	var b strings.Builder
	for _, i := range db.explicit[trigger] {
		b.WriteString(i.line() + "\n")
	}
	return db.writeAdmin(triggerDir+"/"+trigger, b.String())
}

func (db *Database) writeFiled() error {
	var b strings.Builder
	for _, i := range db.filed {
		b.WriteString(i.trigger + " " + i.line() + "\n")
	}
	return db.writeAdmin(triggerDir+"/File", b.String())
}

// writeAdmin writes a file of the database, signed as the tool's work.
func (db *Database) writeAdmin(name, content string) error {
	defer db.by(tree.ByTool, "dpkg database", path.Base(name))()
	return db.tree.WriteFile(name, []byte(content), 0o644)
}

// announce activates the triggers that p's control file says it activates
// whenever its state changes.
func (db *Database) announce(p *Package) error {
	list, err := parseTriggers(p.Members["triggers"].Data)
	if err != nil {
		return err
	}
	for _, d := range list {
		if !d.activate {
			continue
		}
		by := p
		if d.noawait {
			by = nil
		}
		db.activate(d.trigger, by)
	}
	return nil
}

// activate activates a trigger of either kind; by awaits its processing unless
// it is nil.
func (db *Database) activate(trigger string, by *Package) {
	if trigger[0] == '/' {
		db.activatePath(trigger, by)
		return
	}
	for _, i := range db.explicit[trigger] {
		db.record(i, by)
	}
}

// activateFile activates the file trigger of exactly this path. Unpacking needs
// no more, since a package brings the directories above its files.
func (db *Database) activateFile(name string, by *Package) {
	for _, i := range db.peek(name).watchers {
		db.record(*i, by)
	}
}

// activatePath activates the file triggers of a path and all directories above.
func (db *Database) activatePath(name string, by *Package) {
	for ; name != "" && name != "/"; name = path.Dir(name) {
		db.activateFile(name, by)
	}
}

// record makes an interested package's trigger pending.
func (db *Database) record(i interest, by *Package) {
	p := i.pkg
	if p.state < TriggersAwaited {
		return // it is about to be configured anyway
	}
	if !slices.Contains(p.pending, i.trigger) {
		p.pending = slices.Insert(p.pending, 0, i.trigger)
		p.state = TriggersPending
		if len(p.awaited) > 0 {
			p.state = TriggersAwaited
		}
		db.note(p)
	}
	if db.session != nil {
		db.session.deferTriggers(p)
	}
	if by != nil && !i.noawait && by.state != NotInstalled {
		db.await(p, by)
	}
}

// await makes aw wait for p's trigger processing.
func (db *Database) await(p, aw *Package) {
	if slices.Contains(aw.awaited, p) {
		return
	}
	aw.awaited = append(aw.awaited, p)
	p.awaiters = slices.Insert(p.awaiters, 0, aw)
	if aw.state > TriggersAwaited {
		aw.state = TriggersAwaited
	}
	db.note(aw)
}

// note brings a package's triggers in line with its state: without a state that
// says otherwise nothing is pending, and if nothing is pending nobody waits.
func (db *Database) note(p *Package) {
	if p.state != TriggersPending && p.state != TriggersAwaited {
		p.pending = nil
	}
	if len(p.pending) == 0 {
		db.release(p)
	}
}

// release lets go of those who await p's trigger processing.
func (db *Database) release(p *Package) {
	waiting := p.awaiters
	p.awaiters = nil
	for _, aw := range waiting {
		aw.awaited = slices.DeleteFunc(aw.awaited, func(o *Package) bool { return o == p })
		if len(aw.awaited) > 0 || aw.state != TriggersAwaited {
			continue
		}
		aw.state = Installed
		if len(aw.pending) > 0 {
			aw.state = TriggersPending
		}
		db.note(aw)
	}
}

// incorporate acts upon what dpkg-trigger noted.
func (db *Database) incorporate() error {
	if len(db.noted) == 0 {
		return nil
	}
	noted := db.noted
	db.noted = nil
	for _, a := range noted {
		for _, name := range a.by {
			// "-" and a name nobody has are both nil: nobody waits.
			db.activate(a.trigger, db.Lookup(name))
		}
	}
	return db.writeAdmin(triggerDir+"/Unincorp", "")
}
