package account

import (
	"errors"
	"io/fs"
	"slices"
	"strings"

	"coen/tree"
)

// shadowMode is what remains of a file's mode when the shadow suite writes it.
const shadowMode = 0o664

// A table is one colon-separated file of the account database.
type table struct {
	tree    *tree.Tree
	path    string
	fields  int    // in a valid line; fewer or more make it opaque
	mode    uint32 // if the file has to be made
	keep    uint32 // the bits of the old mode that a new file keeps
	rows    []row
	exists  bool
	changed bool
}

// A row is one line. The fields of a line that is not valid are nil; such lines
// are carried along untouched.
type row struct {
	line   string
	fields []string
}

func openTable(t *tree.Tree, path string, fields int, mode uint32) (*table, error) {
	tb := &table{tree: t, path: path, fields: fields, mode: mode, keep: shadowMode}
	data, err := t.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return tb, nil
	}
	if err != nil {
		return nil, err
	}
	tb.exists = true
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		r := row{line: line}
		if f := strings.Split(line, ":"); len(f) == fields && f[0] != "" && f[0][0] != '+' && f[0][0] != '-' {
			r.fields = f
		}
		tb.rows = append(tb.rows, r)
	}
	return tb, nil
}

// find returns the fields of the first valid line for which ok holds, or nil.
// They must not be changed.
func (tb *table) find(ok func(fields []string) bool) []string {
	for _, r := range tb.rows {
		if r.fields != nil && ok(r.fields) {
			return r.fields
		}
	}
	return nil
}

func (tb *table) get(name string) []string {
	return tb.find(func(f []string) bool { return f[0] == name })
}

// all returns the fields of every valid line.
func (tb *table) all() [][]string {
	var all [][]string
	for _, r := range tb.rows {
		if r.fields != nil {
			all = append(all, r.fields)
		}
	}
	return all
}

// put replaces the line whose first field is old, or appends a new one. A line
// that changes its name moves to the end, as the shadow suite moves it.
func (tb *table) put(old string, fields ...string) {
	r := row{strings.Join(fields, ":"), fields}
	tb.changed = true
	i := slices.IndexFunc(tb.rows, func(r row) bool { return r.fields != nil && r.fields[0] == old })
	switch {
	case i < 0:
	case fields[0] != old:
		tb.rows = slices.Delete(tb.rows, i, i+1)
	default:
		tb.rows[i] = r
		return
	}
	tb.rows = append(tb.rows, r)
}

// remove takes out every line for which gone holds.
func (tb *table) remove(gone func(fields []string) bool) {
	n := len(tb.rows)
	tb.rows = slices.DeleteFunc(tb.rows, func(r row) bool { return r.fields != nil && gone(r.fields) })
	tb.changed = tb.changed || len(tb.rows) != n
}

func (tb *table) drop(name string) {
	tb.remove(func(f []string) bool { return f[0] == name })
}

// write stores a changed table: the old file becomes the backup, the new one
// takes its owner and mode.
func (tb *table) write() error {
	if !tb.changed {
		return nil
	}
	tb.changed = false
	next := &tree.Node{Kind: tree.Regular, Mode: tb.mode, ModTime: tb.tree.Epoch()}
	if old, err := tb.tree.Lookup(tb.path); err == nil {
		next.Mode, next.UID, next.GID = old.Mode&tb.keep, old.UID, old.GID
		backup := &tree.Node{Kind: tree.Regular, Mode: next.Mode, UID: old.UID, GID: old.GID,
			ModTime: old.ModTime, Content: old.Content}
		if err := tb.tree.Put(tb.path+"-", backup); err != nil {
			return err
		}
	}
	var b strings.Builder
	for _, r := range tb.rows {
		b.WriteString(r.line + "\n")
	}
	next.Content = tree.Bytes([]byte(b.String()))
	return tb.tree.Put(tb.path, next)
}
