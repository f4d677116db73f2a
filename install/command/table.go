package command

import "coen/install/proc"

// models are the commands that keep nothing from one call to the next.
var models = map[string]model{
	"[":        {raw, test},
	"awk":      {awkOptions, runAwk},
	"mawk":     {awkOptions, runAwk},
	"basename": {basenameOptions, basename},
	"cat":      {catOptions, cat},
	"chgrp":    {chgrpOptions, chgrp},
	"chmod":    {chmodOptions, chmod},
	"chown":    {chownOptions, chown},
	"cp":       {cpOptions, cp},
	"cut":      {cutOptions, cut},
	"dirname":  {dirnameOptions, dirname},
	"echo":     {raw, echo},
	"egrep":    {grepOptions, egrep},
	"false":    {raw, fail},
	"fgrep":    {grepOptions, fgrep},
	"find":     {raw, find},
	"getent":   {getentOptions, getent},
	"grep":     {grepOptions, grep},
	"groups":   {groupsOptions, groups},
	"head":     {headOptions, head},
	"id":       {idOptions, id},
	"install":  {installOptions, install},
	"ln":       {lnOptions, ln},
	"mkdir":    {mkdirOptions, mkdir},
	"mv":       {mvOptions, mv},
	"printf":   {raw, printf},
	"readlink": {readlinkOptions, readlink},
	"realpath": {realpathOptions, realpath},
	"rm":       {rmOptions, rm},
	"rmdir":    {rmdirOptions, rmdir},
	"sed":      {sedOptions, runSed},
	"sort":     {sortOptions, sort_},
	"stat":     {statOptions, stat},
	"tail":     {tailOptions, tail},
	"tee":      {teeOptions, tee},
	"test":     {raw, test},
	"touch":    {touchOptions, touch},
	"tr":       {trOptions, tr},
	"true":     {raw, succeed},
	"uniq":     {uniqOptions, uniq},
	"wc":       {wcOptions, wc},
	"which":    {whichOptions, which},
	"whoami":   {whoamiOptions, whoami},
	"xargs":    {xargsOptions, xargs},
}

// raw are the options of a command that parses its arguments itself.
const raw = "-"

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
