package command

import "coen/install/proc"

// models are the commands that keep nothing from one call to the next.
var models = map[string]model{
	"basename": {basenameOptions, basename},
	"cat":      {catOptions, cat},
	"chgrp":    {chgrpOptions, chgrp},
	"chmod":    {chmodOptions, chmod},
	"chown":    {chownOptions, chown},
	"cp":       {cpOptions, cp},
	"cut":      {cutOptions, cut},
	"dirname":  {dirnameOptions, dirname},
	"egrep":    {grepOptions, egrep},
	"fgrep":    {grepOptions, fgrep},
	"grep":     {grepOptions, grep},
	"head":     {headOptions, head},
	"ln":       {lnOptions, ln},
	"mkdir":    {mkdirOptions, mkdir},
	"mv":       {mvOptions, mv},
	"readlink": {readlinkOptions, readlink},
	"realpath": {realpathOptions, realpath},
	"rm":       {rmOptions, rm},
	"rmdir":    {rmdirOptions, rmdir},
	"sed":      {sedOptions, runSed},
	"sort":     {sortOptions, sort_},
	"tail":     {tailOptions, tail},
	"tee":      {teeOptions, tee},
	"touch":    {touchOptions, touch},
	"tr":       {trOptions, tr},
	"uniq":     {uniqOptions, uniq},
	"wc":       {wcOptions, wc},
}

// Table returns the models by name, for the Commands of one proc.Machine. Each
// call returns a fresh table: mktemp counts within one.
func Table() map[string]proc.Func {
	table := map[string]proc.Func{}
	for name, m := range models {
		table[name] = m.function()
	}
	temporary := &counter{}
	table["mktemp"] = model{mktempOptions, temporary.mktemp}.function()
	return table
}
