package depmod

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// arrange puts the modules into the order of modules.order, which names them
// without a suffix for compression, and numbers them.
func arrange(modules []*module, order []string) {
	place := map[string]int{}
	for i, line := range order {
		if _, seen := place[line]; !seen {
			place[line] = i
		}
	}
	at := func(m *module) int {
		if i, ok := place[strings.TrimSuffix(m.path, ".xz")]; ok {
			return i
		}
		return len(order)
	}
	slices.SortFunc(modules, func(a, b *module) int {
		return cmp.Or(at(a)-at(b), strings.Compare(a.path, b.path))
	})
	for i, m := range modules {
		m.index = i
	}
}

// owners maps each exported symbol to its module. Of several that export one,
// the last counts, as in depmod.
func owners(modules []*module) map[string]*module {
	all := map[string]*module{}
	for _, m := range modules {
		for _, name := range m.Exports {
			all[name] = m
		}
	}
	return all
}

// connect finds the modules that each one needs.
func connect(modules []*module, owner map[string]*module) {
	for _, m := range modules {
		for _, name := range m.Imports {
			used := owner[name]
			if used == nil || slices.Contains(m.deps, used) {
				continue
			}
			m.deps = append(m.deps, used)
			used.users++
		}
	}
}

// rank orders the modules so that each comes before those it needs. Of several
// that could come next, it takes the one found last: depmod keeps them on a
// stack, and the lists in modules.dep show the order.
func rank(modules []*module) error {
	users := make([]int, len(modules))
	var stack []*module
	for i, m := range modules {
		if users[i] = m.users; m.users == 0 {
			stack = append(stack, m)
		}
	}
	done := 0
	for len(stack) > 0 {
		m := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		m.rank = done
		done++
		for _, used := range m.deps {
			if users[used.index]--; users[used.index] == 0 {
				stack = append(stack, used)
			}
		}
	}
	if done == len(modules) {
		return nil
	}
	var cycle []string
	for i, m := range modules {
		if users[i] > 0 {
			cycle = append(cycle, m.name)
		}
	}
	return fmt.Errorf("modules depend on each other: %s", strings.Join(cycle, ", "))
}

// needs returns all modules that m needs, directly or not, nearest first.
func (m *module) needs() []*module {
	var all []*module
	seen := map[*module]bool{}
	var visit func(*module)
	visit = func(m *module) {
		for _, d := range m.deps {
			if !seen[d] {
				seen[d] = true
				all = append(all, d)
				visit(d)
			}
		}
	}
	visit(m)
	slices.SortFunc(all, func(a, b *module) int { return a.rank - b.rank })
	return all
}
