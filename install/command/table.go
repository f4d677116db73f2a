package command

import "coen/install/proc"

// models are the commands that keep nothing from one call to the next.
var models = map[string]model{
	"[":         {raw, test},
	"arch":      {archOptions, arch},
	"awk":       {awkOptions, runAwk},
	"basename":  {basenameOptions, basename},
	"cat":       {catOptions, cat},
	"chgrp":     {chgrpOptions, chgrp},
	"chmod":     {chmodOptions, chmod},
	"chown":     {chownOptions, chown},
	"cksum":     {cksumOptions, cksum},
	"cmp":       {cmpOptions, compareFiles},
	"comm":      {commOptions, comm},
	"cp":        {cpOptions, cp},
	"cut":       {cutOptions, cut},
	"date":      {dateOptions, date},
	"diff":      {diffOptions, diff},
	"dirname":   {dirnameOptions, dirname},
	"du":        {duOptions, du},
	"echo":      {raw, echo},
	"egrep":     {grepOptions, egrep},
	"env":       {envOptions, env},
	"expand":    {expandOptions, expand},
	"expr":      {raw, expr},
	"false":     {raw, fail},
	"fgrep":     {grepOptions, fgrep},
	"find":      {raw, find},
	"flock":     {flockOptions, flock},
	"fold":      {foldOptions, fold},
	"getent":    {getentOptions, getent},
	"getopt":    {getoptOptions, getopt},
	"grep":      {grepOptions, grep},
	"groups":    {groupsOptions, groups},
	"gunzip":    {gzipOptions, gunzip},
	"gzip":      {gzipOptions, gzipCommand},
	"head":      {headOptions, head},
	"hostname":  {hostnameOptions, hostname},
	"id":        {idOptions, id},
	"install":   {installOptions, install},
	"ionice":    {ioniceOptions, ionice},
	"ischroot":  {ischrootOptions, ischroot},
	"join":      {joinOptions, joinFiles},
	"link":      {linkOptions, link},
	"ln":        {lnOptions, ln},
	"locale":    {localeOptions, locale},
	"ls":        {lsOptions, ls},
	"mawk":      {awkOptions, runAwk},
	"md5sum":    {digestOptions, digest},
	"mkdir":     {mkdirOptions, mkdir},
	"mkfifo":    {mkfifoOptions, mkfifo},
	"mknod":     {mknodOptions, mknod},
	"mv":        {mvOptions, mv},
	"nice":      {niceOptions, nice},
	"nl":        {nlOptions, nl},
	"nohup":     {nohupOptions, nohup},
	"nproc":     {nprocOptions, nproc},
	"paste":     {pasteOptions, paste},
	"pidof":     {pidofOptions, pidof},
	"printenv":  {printenvOptions, printenv},
	"printf":    {raw, printf},
	"readlink":  {readlinkOptions, readlink},
	"realpath":  {realpathOptions, realpath},
	"rm":        {rmOptions, rm},
	"rmdir":     {rmdirOptions, rmdir},
	"run-parts": {runPartsOptions, runParts},
	"runlevel":  {runlevelOptions, runlevel},
	"sed":       {sedOptions, runSed},
	"seq":       {raw, seq},
	"setsid":    {setsidOptions, setsid},
	"sha1sum":   {digestOptions, digest},
	"sha224sum": {digestOptions, digest},
	"sha256sum": {digestOptions, digest},
	"sha384sum": {digestOptions, digest},
	"sha512sum": {digestOptions, digest},
	"sleep":     {sleepOptions, sleep},
	"sort":      {sortOptions, sortLines},
	"stat":      {statOptions, stat},
	"sync":      {syncOptions, sync},
	"tac":       {tacOptions, tac},
	"tail":      {tailOptions, tail},
	"tee":       {teeOptions, tee},
	"test":      {raw, test},
	"timeout":   {timeoutOptions, timeout},
	"touch":     {touchOptions, touch},
	"tr":        {trOptions, tr},
	"true":      {raw, succeed},
	"tty":       {ttyOptions, tty},
	"uname":     {unameOptions, uname},
	"uniq":      {uniqOptions, uniq},
	"unlink":    {unlinkOptions, unlink},
	"wc":        {wcOptions, wc},
	"which":     {whichOptions, which},
	"who":       {whoOptions, who},
	"whoami":    {whoamiOptions, whoami},
	"xargs":     {xargsOptions, xargs},
	"yes":       {yesOptions, yes},
	"zcat":      {gzipOptions, zcat},
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
	table["tempfile"] = model{tempfileOptions, temporary.tempfile}.function()
	return table
}
