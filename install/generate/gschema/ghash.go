package gschema

// A ghash enumerates keys in the order of GLib's GHashTable (glib/ghash.c, 2.60
// and later): by place in an open-addressed array, which depends on the hash of
// the keys, on when the array grew, and on how it is rearranged then.
type ghash struct {
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

func newGhash() *ghash {
	return &ghash{hashes: make([]uint32, 1<<minShift), keys: make([]string, 1<<minShift), shift: minShift}
}

// djb is the hash of Daniel J. Bernstein that both GHashTable and GVDB use.
func djb(key string) uint32 {
	h := uint32(5381)
	for i := range len(key) {
		h = h*33 + uint32(int32(int8(key[i])))
	}
	return h
}

func (g *ghash) place(hash uint32) uint32 { return hash * 11 % primeMod[g.shift] }

// add inserts a key that the table does not have.
func (g *ghash) add(key string) {
	hash := max(djb(key), 2)
	i := g.place(hash)
	for step := uint32(1); g.hashes[i] != 0; step++ {
		i = (i + step) & uint32(len(g.hashes)-1)
	}
	g.hashes[i], g.keys[i] = hash, key
	if g.used++; len(g.hashes) <= g.used+g.used/16 {
		g.grow()
	}
}

// grow makes room and moves every key to its new place, one pushing the next
// out.
func (g *ghash) grow() {
	old := len(g.hashes)
	shift := 0
	for n := int(float64(g.used) * 1.333); n > 0; n >>= 1 {
		shift++
	}
	g.shift = max(shift, minShift)
	size := 1 << g.shift
	g.hashes = append(g.hashes, make([]uint32, size-old)...)
	g.keys = append(g.keys, make([]string, size-old)...)
	moved := make([]bool, size)
	for i := range old {
		hash, key := g.hashes[i], g.keys[i]
		if hash == 0 || moved[i] {
			continue
		}
		g.hashes[i] = 0
		for hash != 0 {
			at := g.place(hash)
			for step := uint32(1); moved[at]; step++ {
				at = (at + step) & uint32(size-1)
			}
			moved[at] = true
			hash, g.hashes[at] = g.hashes[at], hash
			key, g.keys[at] = g.keys[at], key
		}
	}
}

// each returns the keys in the order of g_hash_table_foreach.
func (g *ghash) each() []string {
	var keys []string
	for i, h := range g.hashes {
		if h != 0 {
			keys = append(keys, g.keys[i])
		}
	}
	return keys
}
