package account

import (
	"cmp"
	"slices"
	"strconv"
)

// freeID picks an id of the range that is not taken, as the shadow suite does:
// for system accounts the one below the lowest taken, for others the one above
// the highest taken, and only when the range's end is reached a gap.
func freeID(taken []uint32, low, high uint32, system bool) (uint32, bool) {
	if high < low {
		return 0, false
	}
	if system {
		return freeBelow(taken, low, high)
	}
	return freeAbove(taken, low, high)
}

func freeBelow(taken []uint32, low, high uint32) (uint32, bool) {
	start := high
	for _, id := range taken {
		if id >= low && id <= start {
			start = id - 1
		}
	}
	if start < low {
		start = high
	}
	for _, top := range []uint32{start, high} {
		for id := top; id >= low; id-- {
			if usable(id) && !slices.Contains(taken, id) {
				return id, true
			}
		}
	}
	return 0, false
}

func freeAbove(taken []uint32, low, high uint32) (uint32, bool) {
	start := low
	for _, id := range taken {
		if id <= high && id >= start {
			start = id + 1
		}
	}
	if start > high {
		start = low
	}
	for _, bottom := range []uint32{start, low} {
		for id := bottom; id <= high; id++ {
			if usable(id) && !slices.Contains(taken, id) {
				return id, true
			}
		}
	}
	return 0, false
}

// usable excludes the ids that mean "error" in 16 and 32 bits.
func usable(id uint32) bool { return id != 0xffff && id != 0xffffffff }

func (db *DB) uids() []uint32 {
	var ids []uint32
	for _, u := range db.Users() {
		ids = append(ids, u.UID)
	}
	return ids
}

func (db *DB) gids() []uint32 {
	var ids []uint32
	for _, g := range db.Groups() {
		ids = append(ids, g.GID)
	}
	return ids
}

// freeSubordinate finds the first gap of the given size in a subordinate id
// file, as find_new_sub_uids does.
func freeSubordinate(tb *table, low, high, count uint64) (uint64, bool) {
	type span struct{ start, size uint64 }
	var spans []span
	for _, f := range tb.all() {
		start, err1 := strconv.ParseUint(f[1], 10, 32)
		size, err2 := strconv.ParseUint(f[2], 10, 32)
		if err1 == nil && err2 == nil {
			spans = append(spans, span{start, size})
		}
	}
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.start, b.start) })
	next := low
	for _, s := range spans {
		if s.start >= next && s.start-next >= count {
			break
		}
		next = max(next, s.start+s.size)
	}
	return next, next+count-1 <= high
}
