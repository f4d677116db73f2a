package diff

import (
	"fmt"
	"strings"

	"coen/inspect"
)

// Where names a place for people, "the root file system".
func Where(p inspect.Place) string { return placeNames[p] }

// Behind reports whether the change is of what lies behind the image.
func (c *Change) Behind() bool { return c.Place == OfImage && c.Path == behindImage }

// String says what became of a package.
func (p *Package) String() string {
	switch {
	case p.A == "":
		return fmt.Sprintf("package %s %s was added", p.Name, p.B)
	case p.B == "":
		return fmt.Sprintf("package %s %s was removed", p.Name, p.A)
	case p.Bytes:
		return fmt.Sprintf("package %s %s has the same version and other bytes", p.Name, p.A)
	}
	return fmt.Sprintf("package %s has version %s in place of %s", p.Name, p.B, p.A)
}

// Phrases says in words what the change is, a phrase for each trait.
func (c *Change) Phrases() (list []string) {
	name := c.Path
	if c.Place == OfMenu {
		name = "the menu of " + strings.Replace(c.Path, entryOf, ", entry ", 1)
	}
	switch c.Kind {
	case Added:
		return []string{name + " was added" + inBrackets(c, func(t Trait) string { return t.B })}
	case Removed:
		return []string{name + " was removed" + inBrackets(c, func(t Trait) string { return t.A })}
	}
	for _, t := range c.Traits {
		list = append(list, name+" "+phrase(t))
	}
	return list
}

// inBrackets gives what a path is that only one side has.
func inBrackets(c *Change, value func(Trait) string) string {
	for _, t := range c.Traits {
		if t.Name == "is" {
			text, _, _ := strings.Cut(value(t), digestMark)
			return " (" + text + ")"
		}
	}
	return ""
}

// phrase says what became of a trait.
func phrase(t Trait) string {
	switch {
	case t.Name == "argument" && t.B == "":
		return fmt.Sprintf("lost argument %q", t.A)
	case t.Name == "argument" && t.A == "":
		return fmt.Sprintf("gained argument %q", t.B)
	case t.Name == "argument":
		return fmt.Sprintf("has argument %q in place of %q", t.B, t.A)
	case t.Name == "content":
		return "has other content"
	case t.A == "":
		return fmt.Sprintf("gained %s %s", t.Name, t.B)
	case t.B == "":
		return fmt.Sprintf("lost %s %s", t.Name, t.A)
	}
	return fmt.Sprintf("has %s %s in place of %s", t.Name, t.B, t.A)
}
