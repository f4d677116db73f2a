package dpkg

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// processTriggers empties the list of deferred triggers.
func (s *session) processTriggers() error {
	for len(s.later) > 0 {
		if err := s.ctx.Err(); err != nil {
			return err
		}
		p := s.later[0]
		s.later = s.later[1:]
		if err := s.processTrigger(p, false); err != nil {
			return err
		}
		if err := s.process(); err != nil {
			return err
		}
	}
	return nil
}

// processTrigger runs p's postinst for its pending triggers. In the queue,
// triggers have to wait until nothing else can be done.
func (s *session) processTrigger(p *Package, queued bool) error {
	s.later = slices.DeleteFunc(s.later, func(o *Package) bool { return o == p })
	if len(p.pending) == 0 {
		s.db.release(p)
		return nil
	}
	if queued && s.demand < runTriggers {
		s.enqueue(p)
		return nil
	}
	if s.demand >= breakCycles && s.breakCycle(p) {
		s.idle = 0
	}
	ready, err := s.ready(p)
	if err != nil && !queued {
		// Deferred triggers are processed as far as possible; a later session
		// finds them pending.
		s.cycle.reset()
		return nil
	}
	if err != nil {
		return fmt.Errorf("triggers: %w", err)
	}
	if !ready {
		if s.demand >= checkTriggers {
			if err := s.cycle.step(s.db, p); err != nil {
				return err
			}
		}
		s.enqueue(p)
		return nil
	}
	if err := s.cycle.step(s.db, p); err != nil {
		return err
	}
	s.idle = 0
	return s.db.trigger(p)
}

// trigger tells p of its pending triggers.
func (db *Database) trigger(p *Package) error {
	names := strings.Join(p.pending, " ")
	p.state = HalfConfigured
	db.note(p)
	if err := db.runInstalled(p, "postinst", "triggered", names); err != nil {
		return err
	}
	return db.settle(p)
}

// A cycleDetector finds out whether trigger processing goes round in circles,
// as dpkg does, by the method of the tortoise and the hare: no progress is made
// if all triggers that were pending at an earlier step, which follows at half
// the speed, are pending again.
type cycleDetector struct {
	steps    []cycleStep
	tortoise int
	advance  bool
}

type cycleStep struct {
	pkg     *Package // whose triggers were processed then
	pending map[*Package][]string
}

func (c *cycleDetector) reset() { *c = cycleDetector{} }

// step notes that p's triggers are about to be processed.
func (c *cycleDetector) step(db *Database, p *Package) error {
	now := cycleStep{p, map[*Package][]string{}}
	for _, q := range db.packages {
		if len(q.pending) > 0 {
			now.pending[q] = slices.Clone(q.pending)
		}
	}
	c.steps = append(c.steps, now)
	if len(c.steps) == 1 {
		return nil
	}
	if c.advance {
		c.tortoise++
	}
	c.advance = !c.advance
	for q, then := range c.steps[c.tortoise].pending {
		for _, trigger := range then {
			if !slices.Contains(q.pending, trigger) {
				return nil
			}
		}
	}
	return c.loop()
}

// loop describes the circle.
func (c *cycleDetector) loop() error {
	var chain []string
	for _, s := range c.steps[c.tortoise:] {
		chain = append(chain, s.pkg.Label())
	}
	var pending []string
	held := c.steps[c.tortoise].pending
	for _, q := range slices.SortedFunc(maps.Keys(held), comparePackages) {
		pending = append(pending, q.Label()+": "+strings.Join(held[q], " "))
	}
	return fmt.Errorf("triggers go round in circles (%s), pending are %s",
		strings.Join(chain, " -> "), strings.Join(pending, "; "))
}
