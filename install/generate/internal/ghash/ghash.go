// Package ghash enumerates keys as GLib's hash table does. Programs that write
// what they enumerate depend on that order.
package ghash

// A Table enumerates keys in the order of GHashTable (glib/ghash.c, 2.60 and
// later): by place in an open-addressed array, which depends on the hash of the
// keys, on when the array grew, and on how it is rearranged then.
type Table struct {
	hashes []uint32 // 0 is a free place
	keys   []string
	used   int
	shift  int
}

// minShift is the size, as a power of two, at which a table starts.
const minShift = 3

// primeMod are the largest primes below the powers of two.
var primeMod = []uint32{1, 2, 3, 7, 13, 31, 61, 127, 251, 509, 1021, 2039, 4093, 8191, 16381, 32749,
	65521, 131071, 262139, 524287, 1048573}

// New returns an empty table.
func New() *Table {
	return &Table{hashes: make([]uint32, 1<<minShift), keys: make([]string, 1<<minShift), shift: minShift}
}

// Hash is the hash of Daniel J. Bernstein that both GHashTable and GVDB use.
func Hash(key string) uint32 {
	h := uint32(5381)
	for i := range len(key) {
		h = h*33 + uint32(int32(int8(key[i])))
	}
	return h
}

func (t *Table) place(hash uint32) uint32 { return hash * 11 % primeMod[t.shift] }

// Add inserts a key that the table does not have.
func (t *Table) Add(key string) {
	hash := max(Hash(key), 2)
	i := t.place(hash)
	for step := uint32(1); t.hashes[i] != 0; step++ {
		i = (i + step) & uint32(len(t.hashes)-1)
	}
	t.hashes[i], t.keys[i] = hash, key
	if t.used++; len(t.hashes) <= t.used+t.used/16 {
		t.grow()
	}
}

// grow makes room and moves every key to its new place, one pushing the next
// out.
func (t *Table) grow() {
	old := len(t.hashes)
	shift := 0
	for n := int(float64(t.used) * 1.333); n > 0; n >>= 1 {
		shift++
	}
	t.shift = max(shift, minShift)
	size := 1 << t.shift
	t.hashes = append(t.hashes, make([]uint32, size-old)...)
	t.keys = append(t.keys, make([]string, size-old)...)
	moved := make([]bool, size)
	for i := range old {
		hash, key := t.hashes[i], t.keys[i]
		if hash == 0 || moved[i] {
			continue
		}
		t.hashes[i] = 0
		for hash != 0 {
			at := t.place(hash)
			for step := uint32(1); moved[at]; step++ {
				at = (at + step) & uint32(size-1)
			}
			moved[at] = true
			hash, t.hashes[at] = t.hashes[at], hash
			key, t.keys[at] = t.keys[at], key
		}
	}
}

// Keys returns the keys in the order of g_hash_table_foreach.
func (t *Table) Keys() []string {
	var keys []string
	for i, h := range t.hashes {
		if h != 0 {
			keys = append(keys, t.keys[i])
		}
	}
	return keys
}
