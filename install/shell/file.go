package shell

import (
	"errors"
	"io"
	"io/fs"

	"coen/install/proc"
	"coen/tree"
)

// An open is an open file description of a regular file in the tree. What is
// written is in the tree at once, for whoever reads it next.
type open struct {
	in     *Interpreter
	tree   *tree.Tree
	node   *tree.Node
	offset int64
	append bool
	data   []byte       // the content, after a first write
	last   tree.Content // what data was made the content by
}

// openFile opens the regular file called name. A new file gets mode 0666
// without the bits of the umask. The error is an *fs.PathError if it is one a
// script can see.
func openFile(in *Interpreter, p *proc.Proc, name string, mode openMode) (*proc.File, error) {
	if name == "" {
		return nil, &fs.PathError{Op: "open", Path: name, Err: tree.ErrNotExist}
	}
	full := p.Path(name)
	n, err := p.Tree.Lookup(full)
	if mode != reading && (err != nil || mode == truncating || mode == clobbering) {
		if err == nil && n.Kind != tree.Regular && n.Kind != tree.Directory {
			return nil, special(name, n)
		}
		if err := p.Tree.WriteFile(full, nil, 0o666&^p.Umask); err != nil {
			return nil, err
		}
		n, err = p.Tree.Lookup(full)
	}
	if err != nil {
		return nil, err
	}
	o := &open{in: in, tree: p.Tree, node: n, append: mode == appending}
	switch {
	case n.Kind == tree.Directory && mode == reading:
		return &proc.File{R: directory{}}, nil
	case n.Kind == tree.Directory:
		return nil, &fs.PathError{Op: "open", Path: name, Err: tree.ErrIsDir}
	case n.Kind != tree.Regular:
		return nil, special(name, n)
	case mode == reading:
		return &proc.File{R: o}, nil
	case mode == readWrite:
		return &proc.File{R: o, W: o}, nil
	}
	return &proc.File{W: o}, nil
}

func special(name string, n *tree.Node) error {
	return &proc.Unmodelled{What: "opening " + name + ", which is no regular file"}
}

// directory is a directory opened for reading.
type directory struct{}

func (directory) Read([]byte) (int, error) { return 0, tree.ErrIsDir }

func (o *open) Read(b []byte) (int, error) {
	if o.node.Content == nil {
		return 0, io.EOF
	}
	n, err := o.node.Content.ReadAt(b, o.offset)
	o.offset += int64(n)
	if n > 0 && err == io.EOF {
		err = nil
	}
	return n, err
}

var errTooLong = errors.New("output of more than 64 MiB")

func (o *open) Write(b []byte) (int, error) {
	if o.last == nil || o.node.Content != o.last {
		data, err := o.node.Read()
		if err != nil {
			return 0, err
		}
		o.data = data[:len(data):len(data)]
	}
	if o.append {
		o.offset = int64(len(o.data))
	}
	if o.offset+int64(len(b)) > maxOutput {
		o.in.fatal = errTooLong
		return 0, errTooLong
	}
	o.put(b)
	o.last = tree.Bytes(o.data)
	if err := o.tree.SetContent(o.node, o.last); err != nil {
		return 0, err
	}
	o.offset += int64(len(b))
	return len(b), nil
}

// put places b at the offset of the data. Bytes that a former content shows
// are never changed.
func (o *open) put(b []byte) {
	at := int(o.offset)
	if at == len(o.data) {
		o.data = append(o.data, b...)
		return
	}
	grown := make([]byte, max(len(o.data), at+len(b)))
	copy(grown, o.data)
	copy(grown[at:], b)
	o.data = grown
}

// A pipe holds what one command writes for another to read.
type pipe struct {
	in   *Interpreter
	data []byte
	read int
}

func (p *pipe) Write(b []byte) (int, error) {
	if len(p.data)+len(b) > maxOutput {
		p.in.fatal = errTooLong
		return 0, errTooLong
	}
	p.data = append(p.data, b...)
	return len(b), nil
}

func (p *pipe) Read(b []byte) (int, error) {
	if p.read == len(p.data) && len(b) > 0 {
		return 0, io.EOF
	}
	n := copy(b, p.data[p.read:])
	p.read += n
	return n, nil
}
