package shell

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// A list is an array of bash. Its keys are decimal numbers, or any text if it
// is associative.
type list struct {
	assoc bool
	items map[string]string
	end   int64 // one more than the largest index ever set
}

func (l *list) clone() *list { return &list{l.assoc, maps.Clone(l.items), l.end} }

func (l *list) get(key string) (string, bool) {
	value, ok := l.items[key]
	return value, ok
}

func (l *list) set(key, value string) {
	l.items[key] = value
	if n, err := strconv.ParseInt(key, 10, 64); err == nil && !l.assoc && n < math.MaxInt64 {
		l.end = max(l.end, n+1)
	}
}

func (l *list) remove(key string) {
	delete(l.items, key)
	for l.end > 0 && len(l.items) > 0 {
		if _, ok := l.items[strconv.FormatInt(l.end-1, 10)]; ok {
			return
		}
		keys := l.keys()
		l.end, _ = strconv.ParseInt(keys[len(keys)-1], 10, 64)
		l.end++
	}
	l.end = 0
}

func (l *list) clear() {
	clear(l.items)
	l.end = 0
}

// keys returns the keys in order: those of an associative array in byte order,
// where bash has the order of its hash table.
func (l *list) keys() []string {
	keys := slices.Collect(maps.Keys(l.items))
	if l.assoc {
		slices.Sort(keys)
		return keys
	}
	slices.SortFunc(keys, func(a, b string) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return strings.Compare(a, b)
	})
	return keys
}

func (l *list) values() []string {
	keys := l.keys()
	for i, key := range keys {
		keys[i] = l.items[key]
	}
	return keys
}

// next returns the key behind the last one.
func (l *list) next() string { return strconv.FormatInt(l.end, 10) }
