package command

import (
	"slices"
	"strings"
)

const getentOptions = "+ s,service: i,no-idn A,no-addrconfig"

// A nameDatabase is a file of /etc that getent reads: which fields, counted
// from 0, a key is looked for in, and how many fields an entry has at least.
type nameDatabase struct {
	file string
	keys []int
	min  int
}

var nameDatabases = map[string]nameDatabase{
	"passwd":  {"/etc/passwd", []int{0, 2}, 7},
	"group":   {"/etc/group", []int{0, 2}, 4},
	"shadow":  {"/etc/shadow", []int{0}, 9},
	"gshadow": {"/etc/gshadow", []int{0}, 4},
}

func getent(c *call) int {
	if len(c.operands) == 0 {
		c.failf("wrong number of arguments")
		return 1
	}
	db, ok := nameDatabases[c.operands[0]]
	if !ok {
		return c.unmodelled("database %q", c.operands[0])
	}
	entries := c.database(db.file, db.min)
	if len(c.operands) == 1 {
		for _, e := range entries {
			c.line(strings.Join(e, ":"))
		}
		return 0
	}
	status := 0
	for _, key := range c.operands[1:] {
		i := slices.IndexFunc(entries, func(e []string) bool { return db.matches(e, key) })
		if i < 0 {
			status = 2
			continue
		}
		c.line(strings.Join(entries[i], ":"))
	}
	return status
}

// matches compares a key: a number is an id only, as getent has it.
func (db nameDatabase) matches(entry []string, key string) bool {
	if _, ok := parseID(key); ok && len(db.keys) > 1 {
		return entry[2] == strings.TrimLeft(key, "0") || entry[2] == key
	}
	return entry[0] == key
}
