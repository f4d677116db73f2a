package mime

import (
	"maps"
	"slices"

	"coen/install/generate/internal/ghash"
)

// A table is a hash table that enumerates its keys as GLib's does.
type table[V any] struct {
	order  *ghash.Table
	values map[string]V
}

func newTable[V any]() *table[V] {
	return &table[V]{ghash.New(), map[string]V{}}
}

func (t *table[V]) set(key string, value V) {
	if _, ok := t.values[key]; !ok {
		t.order.Add(key)
	}
	t.values[key] = value
}

// keys returns the keys as GLib enumerates them.
func (t *table[V]) keys() []string { return t.order.Keys() }

// sorted returns the keys in the order of their bytes.
func (t *table[V]) sorted() []string { return slices.Sorted(maps.Keys(t.values)) }
