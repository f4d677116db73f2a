package guard

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"coen/ceremony/drive"
)

// A Guard watches the drives of a machine.
type Guard struct {
	Machine *drive.Machine
	// Mount says whether drives of the ceremony are mounted.
	Mount bool
	// Announced has the serial numbers that drives of a purpose must have; any if
	// there are none for a purpose.
	Announced map[drive.Purpose][]string
	// Tell hears what happens.
	Tell func(Notice)

	present []drive.Drive
	status  map[key]Status
}

// A key is one insertion.
type key struct {
	path     string
	sequence uint64
}

func keyOf(d *drive.Drive) key { return key{d.Path, d.Sequence} }

// A Kind is what has happened.
type Kind string

// The kinds, which are also those of entries in the ceremony log.
const (
	Inserted Kind = "drive-inserted"
	Removed  Kind = "drive-removed"
	Changed  Kind = "drive-changed"
)

// A Notice is what people have to know of a drive.
type Notice struct {
	Kind    Kind
	Drive   *drive.Drive
	Purpose drive.Purpose
	Reason  string // why the purpose is not what the label says; or ""
	Status  Status
}

// A Status says whether a drive may be removed now, and why.
type Status struct {
	Safe  bool
	Words string // "may be removed", "in use by bash (77)"
}

// Scan looks at all drives once, tells what is different from the last time, and
// mounts what is new and belongs to the ceremony.
func (g *Guard) Scan(ctx context.Context) error {
	list, err := g.Machine.List(ctx)
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(d drive.Drive) bool { return !d.Removable })
	if g.status == nil {
		g.status = map[key]Status{}
	}
	before := g.present
	g.present = list
	for i := range before {
		if !contains(list, &before[i]) {
			g.removed(&before[i])
		}
	}
	for i := range list {
		g.seen(&list[i], !contains(before, &list[i]))
	}
	return nil
}

func contains(list []drive.Drive, d *drive.Drive) bool {
	return slices.ContainsFunc(list, func(other drive.Drive) bool { return keyOf(&other) == keyOf(d) })
}

// seen deals with a drive that is there, now or still.
func (g *Guard) seen(d *drive.Drive, inserted bool) {
	purpose, reason := g.Purpose(d)
	if g.Mount && !d.Locked() && len(d.Mounts()) == 0 && (inserted || g.unlocked(d)) {
		if err := g.mount(d, purpose); err != nil {
			reason = fmt.Sprintf("it cannot be mounted: %v", err)
		}
	}
	g.tell(d, purpose, reason, inserted)
}

// unlocked reports whether another program worked on the drive when it was last
// looked at. What it left there is new.
func (g *Guard) unlocked(d *drive.Drive) bool { return g.status[keyOf(d)].Words == locked }

// tell tells of a drive if it is new or its status is.
func (g *Guard) tell(d *drive.Drive, purpose drive.Purpose, reason string, inserted bool) {
	status := g.statusOf(d)
	if last := g.status[keyOf(d)]; !inserted && last == status {
		return
	}
	g.status[keyOf(d)] = status
	kind := Changed
	if inserted {
		kind = Inserted
	}
	g.Tell(Notice{kind, d, purpose, reason, status})
}

// Refresh tells whose status has changed, without reading the drives but those
// that another program has just worked on.
func (g *Guard) Refresh(ctx context.Context) error {
	for i := range g.present {
		if d := &g.present[i]; g.unlocked(d) && !d.Locked() {
			return g.Scan(ctx)
		}
	}
	if err := g.Machine.Refresh(g.present); err != nil {
		return err
	}
	for i := range g.present {
		purpose, reason := g.Purpose(&g.present[i])
		g.tell(&g.present[i], purpose, reason, false)
	}
	return nil
}

// Purpose returns what a drive is for, and why that is not what its label says.
func (g *Guard) Purpose(d *drive.Drive) (drive.Purpose, string) {
	purpose := d.Purpose()
	announced := g.Announced[purpose]
	if len(announced) == 0 || slices.Contains(announced, d.Serial) {
		return purpose, ""
	}
	return drive.Unknown, fmt.Sprintf("it is labelled %s, but its serial number was not announced", purpose)
}

// locked is the status of what another program works on.
const locked = "being worked on by another program"

// statusOf returns whether a drive may be removed.
func (g *Guard) statusOf(d *drive.Drive) Status {
	if d.System() {
		return Status{false, "the machine may depend on it"}
	}
	if d.Locked() {
		return Status{false, locked}
	}
	for _, m := range d.Mounts() {
		if users := g.Machine.Users(m.Dir); len(users) > 0 {
			return Status{false, "in use by " + names(users)}
		}
	}
	for _, m := range d.Mounts() {
		if !m.ReadOnly {
			return Status{false, "can be written at " + m.Dir + "; unmount it first"}
		}
	}
	return Status{true, "may be removed"}
}

// maxUsers is how many programs are named.
const maxUsers = 4

func names(users []drive.User) string {
	var list []string
	for i, u := range users {
		if i == maxUsers {
			list = append(list, fmt.Sprintf("%d more", len(users)-i))
			break
		}
		list = append(list, u.String())
	}
	return strings.Join(list, ", ")
}
