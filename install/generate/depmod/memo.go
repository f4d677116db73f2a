package depmod

import (
	"bytes"
	"crypto/sha256"
	"encoding/gob"
	"fmt"

	"coen/install/proc"
	"coen/tree"
)

// factsFormat is part of all keys. It changes when a module would be read in
// another way, or facts kept in another form.
const factsFormat = 1

// recall returns the facts of a module from memo, which may be nil, or reads the
// module and keeps them there.
func recall(n *tree.Node, compressed bool, memo proc.Memo) (*facts, error) {
	if memo == nil {
		return read(n, compressed)
	}
	sum, err := n.Sum()
	if err != nil {
		return nil, err
	}
	key := sha256.Sum256(fmt.Appendf(nil, "depmod %d %v %x", factsFormat, compressed, sum))
	if kept, ok := memo.Get(key); ok {
		var f facts
		if gob.NewDecoder(bytes.NewReader(kept)).Decode(&f) == nil {
			return &f, nil
		}
	}
	f, err := read(n, compressed)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := gob.NewEncoder(&out).Encode(f); err != nil {
		return nil, err
	}
	memo.Put(key, out.Bytes())
	return f, nil
}

func read(n *tree.Node, compressed bool) (*facts, error) {
	data, err := n.Read()
	if err != nil {
		return nil, err
	}
	return parse(bytes.NewReader(data), compressed)
}
