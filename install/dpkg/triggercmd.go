package dpkg

import (
	"fmt"
	"slices"
	"strings"

	"coen/install/proc"
)

var triggerOptions = []option{
	{name: "check-supported", action: true},
	{name: "by-package", letter: 'f', value: true},
	{name: "await"}, {name: "no-await"}, {name: "no-act"},
}

// Trigger is the model of dpkg-trigger: it notes the trigger, and dpkg acts
// upon it when the script is done.
func (db *Database) Trigger(p *proc.Proc) (int, error) {
	c, err := parseOptions(p, triggerOptions)
	if err == nil {
		err = db.noteTrigger(p, c)
	}
	return finish(p, "dpkg-trigger", err)
}

func (db *Database) noteTrigger(p *proc.Proc, c *command) error {
	switch c.action {
	case "":
	case "check-supported":
		return nil
	default:
		return p.Unmodelledf("--%s", c.action)
	}
	if len(c.args) != 1 {
		return usageError("takes one argument, the trigger name")
	}
	trigger := c.args[0]
	if err := checkTrigger(trigger); err != nil {
		return usageError(fmt.Sprintf("invalid trigger name '%s'", trigger))
	}
	by, err := db.awaiter(p, c)
	if err != nil || c.has("no-act") {
		return err
	}
	at := slices.IndexFunc(db.noted, func(a *activation) bool { return a.trigger == trigger })
	switch {
	case at < 0:
		db.noted = append(db.noted, &activation{trigger, []string{by}})
	case !slices.Contains(db.noted[at].by, by):
		db.noted[at].by = slices.Insert(db.noted[at].by, 0, by)
	}
	return db.writeNoted()
}

// awaiter returns the name of the package that awaits the trigger's processing,
// or "-".
func (db *Database) awaiter(p *proc.Proc, c *command) (string, error) {
	by, given := c.values["by-package"]
	switch {
	case c.has("no-await") && !c.has("await"):
		return "-", nil
	case !given:
		by = p.Env["DPKG_MAINTSCRIPT_PACKAGE"] + ":" + p.Env["DPKG_MAINTSCRIPT_ARCH"]
		if strings.HasPrefix(by, ":") || strings.HasSuffix(by, ":") {
			return "", usageError("must be called from a maintainer script (or with a --by-package option)")
		}
	case by == "-":
		return "-", nil
	}
	if q := db.Lookup(by); q != nil {
		by = q.infoName()
	}
	return by, nil
}

func (db *Database) writeNoted() error {
	var b strings.Builder
	for _, a := range db.noted {
		b.WriteString(a.trigger + " " + strings.Join(a.by, " ") + "\n")
	}
	return db.writeAdmin(triggerDir+"/Unincorp", b.String())
}
