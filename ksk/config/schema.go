package config

import (
	"fmt"
	"maps"
	"slices"
)

// Check reports what keeps the schema from signing so many bundles: a slot that is
// missing, or a key that is not in the configuration.
func (s Schema) Check(c *Config, bundles int64) error {
	for slot := int64(1); slot <= bundles; slot++ {
		if _, ok := s[slot]; !ok {
			return fmt.Errorf("no slot %d", slot)
		}
	}
	return s.CheckKeys(c, bundles)
}

// CheckKeys reports a key in one of the first slots, as far as they are there, that is not
// in the configuration.
func (s Schema) CheckKeys(c *Config, bundles int64) error {
	var slots []int64
	for _, slot := range slices.Sorted(maps.Keys(s)) {
		if 1 <= slot && slot <= bundles {
			slots = append(slots, slot)
		}
	}
	return s.check(c, slots)
}

// check looks up the keys of the slots.
func (s Schema) check(c *Config, slots []int64) error {
	for _, number := range slots {
		slot := s[number]
		for _, names := range [][]string{slot.Publish, slot.Sign, slot.Revoke} {
			for _, name := range names {
				if _, ok := c.Key(name); !ok {
					return fmt.Errorf("slot %d: no key %q in the configuration", number, name)
				}
			}
		}
	}
	return nil
}

// CheckSchemas reports the first schema, by name, that names a key which is not there.
func (c *Config) CheckSchemas() error {
	for _, name := range slices.Sorted(maps.Keys(c.Schemas)) {
		if err := c.Schemas[name].check(c, slices.Sorted(maps.Keys(c.Schemas[name]))); err != nil {
			return fmt.Errorf("schema %q: %w", name, err)
		}
	}
	return nil
}
