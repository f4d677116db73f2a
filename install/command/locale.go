package command

import "cmp"

const localeOptions = "a,all-locales m,charmaps k,keyword-name c,category-name"

var localeCategories = []string{
	"LC_CTYPE", "LC_NUMERIC", "LC_TIME", "LC_COLLATE", "LC_MONETARY", "LC_MESSAGES", "LC_PAPER",
	"LC_NAME", "LC_ADDRESS", "LC_TELEPHONE", "LC_MEASUREMENT", "LC_IDENTIFICATION",
}

// locale knows the locale C only, in which all commands run.
func locale(c *call) int {
	all, lang := c.Env["LC_ALL"], c.Env["LANG"]
	if len(c.given) > 0 {
		return c.unmodelled("options")
	}
	if current := cmp.Or(all, c.Env["LC_CTYPE"], lang, "C"); current != "C" && current != "POSIX" {
		return c.unmodelled("locale %q", current)
	}
	if len(c.operands) == 1 && c.operands[0] == "charmap" {
		c.printf("ANSI_X3.4-1968\n")
		return 0
	}
	if len(c.operands) > 0 {
		return c.unmodelled("keyword %q", c.operands[0])
	}
	c.printf("LANG=%s\nLANGUAGE=%s\n", lang, c.Env["LANGUAGE"])
	for _, category := range localeCategories {
		if own := c.Env[category]; own != "" && all == "" {
			c.printf("%s=%s\n", category, own)
		} else {
			c.printf("%s=\"%s\"\n", category, cmp.Or(all, lang, "POSIX"))
		}
	}
	c.printf("LC_ALL=%s\n", all)
	return 0
}
