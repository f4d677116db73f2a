package command

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"

	"coen/tree"
)

const gzipOptions = "c,stdout,to-stdout d,decompress,uncompress f,force k,keep n,no-name q,quiet t,test v,verbose r,recursive"

// maxExpanded bounds what a compressed file may become.
const maxExpanded = 1 << 30

// gunzip decompresses; gzip is it with -d, zcat with -c. Compression is not
// modelled, since its result would differ from that of the real program.
func gunzip(c *call) int {
	if c.has("r") || c.has("v") {
		return c.unmodelled("option -r or -v")
	}
	names := c.operands
	if len(names) == 0 {
		names = []string{"-"}
	}
	status := 0
	for _, name := range names {
		status = max(status, c.gunzip(name))
	}
	return status
}

func gzipCommand(c *call) int {
	if !c.has("d") && !c.has("t") {
		return c.unmodelled("compression")
	}
	return gunzip(c)
}

func zcat(c *call) int {
	c.given = append(c.given, setting{"c", ""})
	return gunzip(c)
}

func (c *call) gunzip(name string) int {
	toStdout := c.has("c") || c.has("t") || name == "-"
	target, ok := strings.CutSuffix(name, ".gz")
	if !ok && strings.HasSuffix(name, ".tgz") {
		target, ok = strings.TrimSuffix(name, ".tgz")+".tar", true
	}
	data, err := c.read(name)
	if err != nil {
		return c.gzipFailed("%s: %s", name, reason(err))
	}
	if !ok && !toStdout {
		c.gzipFailed("%s: unknown suffix -- ignored", name)
		return 2
	}
	if name == "-" {
		name = "stdin"
	}
	body, err := expandGzip(data)
	switch {
	case err != nil && errors.Is(err, gzip.ErrHeader):
		return c.gzipFailed("%s: not in gzip format", name)
	case err != nil:
		return c.gzipFailed("%s: %v", name, err)
	case c.has("t"):
		return 0
	case toStdout:
		c.out.Write(body)
		return 0
	}
	return c.replaceBy(name, target, body)
}

// gzipFailed writes a message under the name of the program that the others are
// scripts around.
func (c *call) gzipFailed(format string, args ...any) int {
	fmt.Fprintf(c.Stderr(), "gzip: "+format+"\n", args...)
	return 1
}

func expandGzip(data []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, gzip.ErrHeader
	}
	body, err := io.ReadAll(io.LimitReader(r, maxExpanded+1))
	if err == nil && len(body) > maxExpanded {
		err = errors.New("file too large")
	}
	return body, err
}

// replaceBy puts body at target, with name's owner, mode and time, and removes
// name unless -k was given.
func (c *call) replaceBy(name, target string, body []byte) int {
	old, err := c.lookup(name)
	if err != nil {
		return c.gzipFailed("%s: %s", name, reason(err))
	}
	if _, err := c.lstat(target); err == nil && !c.has("f") {
		c.gzipFailed("%s already exists;\tnot overwritten", target)
		return 2
	}
	err = c.Tree.Put(c.Path(target), &tree.Node{
		Kind: tree.Regular, Mode: old.Mode, UID: old.UID, GID: old.GID,
		ModTime: old.ModTime, Content: tree.Bytes(body),
	})
	if err == nil && !c.has("k") {
		err = c.Tree.Remove(c.Path(name))
	}
	if err != nil {
		return c.gzipFailed("%s: %s", target, reason(err))
	}
	return 0
}
