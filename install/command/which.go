package command

import "strings"

const whichOptions = "+ a s"

// which is that of debianutils.
func which(c *call) int {
	status := 0
	if len(c.operands) == 0 {
		status = 1
	}
	for _, name := range c.operands {
		if !c.which(name) {
			status = 1
		}
	}
	return status
}

func (c *call) which(name string) (found bool) {
	files := []string{name}
	if !strings.Contains(name, "/") {
		files = nil
		for dir := range strings.SplitSeq(c.Env["PATH"], ":") {
			if dir == "" {
				dir = "."
			}
			files = append(files, join(dir, name))
		}
	}
	for _, file := range files {
		if _, ok := c.Find(file); !ok {
			continue
		}
		if !c.has("s") {
			c.line(file)
		}
		if found = true; !c.has("a") {
			break
		}
	}
	return found
}
