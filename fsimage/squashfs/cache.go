package squashfs

import "sync"

// A blockCache keeps the blocks that were decompressed last.
type blockCache struct {
	mu     sync.Mutex
	blocks map[blockKey]cachedBlock
	order  []blockKey // a ring of the keys, the oldest at next
	next   int
}

// A blockKey has the size too, because a hostile image may claim two for one
// position.
type blockKey struct {
	position uint64
	size     uint32
}

type cachedBlock struct {
	content []byte
	next    uint64 // where the block after this one begins
}

func newBlockCache(size int) *blockCache {
	return &blockCache{blocks: make(map[blockKey]cachedBlock), order: make([]blockKey, size)}
}

func (c *blockCache) get(key blockKey) (cachedBlock, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	b, ok := c.blocks[key]
	return b, ok
}

func (c *blockCache) put(key blockKey, b cachedBlock) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.blocks[key]; ok {
		return
	}
	delete(c.blocks, c.order[c.next])
	c.blocks[key] = b
	c.order[c.next] = key
	c.next = (c.next + 1) % len(c.order)
}
