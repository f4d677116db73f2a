package dpkg

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// A demand is how much a session asks of dependencies before it configures a
// package. It goes down when a whole round brings nothing forward.
type demand int

const (
	strict        demand = iota // every dependency must be configured
	breakCycles                 // dependency cycles are broken
	runTriggers                 // triggers may run while packages wait
	checkTriggers               // and cycles among triggers are looked for
	exhausted
)

// A session is one run of dpkg: the packages it is to configure, and those
// whose triggers it is to process at the end. The rules are those of dpkg's
// "dependency processing" and "trigger processing algorithms".
type session struct {
	db       *Database
	ctx      context.Context
	triggers bool // process triggers at the end

	queue   []*Package
	chosen  map[*Package]bool // packages this session configures
	later   []*Package        // with deferred triggers
	demand  demand
	idle    int      // packages looked at since something was done
	blocker *Package // whose trigger processing would bring something forward
	cycle   cycleDetector
}

// Configure configures the given packages, which are unpacked, and nothing
// else: "dpkg --no-triggers --configure", as apt calls it for what other
// packages pre-depend upon.
func (db *Database) Configure(ctx context.Context, packages ...*Package) error {
	return db.run(ctx, false, packages)
}

// Finish configures all packages that are unpacked and processes all triggers:
// "dpkg --configure --pending". When nothing else decides, packages go in the
// order of dpkg's table, which depends on their names alone.
func (db *Database) Finish(ctx context.Context) error {
	var queue []*Package
	for _, p := range db.packages {
		if p.state == Unpacked || p.state == HalfConfigured || len(p.pending) > 0 {
			queue = append(queue, p)
		}
	}
	return db.run(ctx, true, queue)
}

// ConfigureAll configures the given packages in this order, as far as
// dependencies allow, and processes the triggers this activates: what "dpkg
// --install" does after unpacking its arguments.
func (db *Database) ConfigureAll(ctx context.Context, packages ...*Package) error {
	return db.run(ctx, true, packages)
}

func (db *Database) run(ctx context.Context, triggers bool, packages []*Package) error {
	s := &session{db: db, ctx: ctx, triggers: triggers, chosen: map[*Package]bool{}}
	for _, p := range packages {
		s.enqueue(p)
		s.chosen[p] = true
	}
	db.session = s
	defer func() { db.session = nil }()
	if err := s.process(); err != nil {
		return err
	}
	if err := s.processTriggers(); err != nil {
		return err
	}
	return db.Checkpoint()
}

func (s *session) enqueue(p *Package) {
	if !slices.Contains(s.queue, p) {
		s.queue = append(s.queue, p)
	}
}

// deferTriggers notes that p has triggers to process before the session ends.
func (s *session) deferTriggers(p *Package) {
	if s.triggers && !slices.Contains(s.later, p) {
		s.later = append(s.later, p)
	}
}

func (s *session) process() error {
	for len(s.queue) > 0 {
		if err := s.ctx.Err(); err != nil {
			return err
		}
		p := s.next()
		if s.demand == exhausted {
			return s.stuck(p)
		}
		var err error
		if len(p.pending) > 0 {
			err = s.processTrigger(p, true)
		} else {
			err = s.configure(p)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// next takes a package off the queue. After two fruitless rounds it lowers the
// demand, or picks the package whose triggers keep others waiting.
func (s *session) next() *Package {
	p := s.queue[0]
	s.queue = s.queue[1:]
	looked := s.idle
	s.idle++
	switch rest := len(s.queue); {
	case looked > rest*3+2:
		s.lower()
	case looked > rest*2+1:
		if b := s.blocker; s.demand >= runTriggers && b != nil && len(b.pending) > 0 {
			s.enqueue(p)
			s.blocker = nil
			return b
		}
		s.lower()
	}
	return p
}

func (s *session) lower() {
	s.demand++
	s.idle = 0
}

// stuck explains why nothing in the queue can be configured.
func (s *session) stuck(p *Package) error {
	names := []string{p.Label()}
	for _, q := range s.queue {
		names = append(names, q.Label())
	}
	return fmt.Errorf("no order of configuration: %s wait for each other", strings.Join(names, ", "))
}

// configure configures p, or puts it back into the queue if it has to wait.
func (s *session) configure(p *Package) error {
	if p.state != Unpacked && p.state != HalfConfigured {
		return fmt.Errorf("%s: cannot be configured: it is %s", p, p.state)
	}
	if err := s.inSync(p); err != nil {
		return err
	}
	if s.demand >= breakCycles && s.breakCycle(p) {
		s.idle = 0
	}
	ready, err := s.ready(p)
	if err != nil {
		return err
	}
	if !ready {
		s.chosen[p] = true
		s.enqueue(p)
		return nil
	}
	s.cycle.reset()
	s.idle = 0
	return s.db.configure(p)
}

// inSync checks that the instances of p for other architectures have the same
// version.
func (s *session) inSync(p *Package) error {
	for _, o := range s.db.byName[p.Name] {
		if o.state != NotInstalled && o.Version != p.Version {
			return fmt.Errorf("%s: cannot be configured: %s is at version %s", p, o.Label(), o.Version)
		}
	}
	return nil
}

// configure does the configuration proper: conffiles, then postinst.
func (db *Database) configure(p *Package) error {
	if err := db.announce(p); err != nil {
		return fmt.Errorf("%s: %w", p, err)
	}
	for _, c := range p.conffiles {
		if c.remove || p.state != Unpacked {
			continue
		}
		if err := db.configureConffile(p, c); err != nil {
			return fmt.Errorf("%s: %w", p, err)
		}
	}
	p.state = HalfConfigured
	db.note(p)
	if err := db.runInstalled(p, "postinst", "configure", ""); err != nil {
		return err
	}
	p.reinstall = false
	p.pending = nil
	return db.settle(p)
}

// settle gives p the state in which its triggers leave it after a postinst.
func (db *Database) settle(p *Package) error {
	switch {
	case len(p.awaited) > 0:
		p.state = TriggersAwaited
	case len(p.pending) > 0:
		p.state = TriggersPending
	default:
		p.state = Installed
	}
	db.note(p)
	return db.incorporate()
}
