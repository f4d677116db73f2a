// Package treetest runs the txtar cases of modelled commands, and the same
// cases through the real programs.
//
// A case is a small root file system, commands, and what must have become of
// it. Its comment holds the commands; every other section is a file of the
// start, or, under "want/", of the end:
//
//	A system user gets no home.
//	$ useradd -r -s /bin/false hsm
//	> expected line of standard output
//	! expected line of standard error
//	? 9
//	-- tree --
//	d 0700 0:0 /root
//	l /bin -> usr/bin
//	-- etc/passwd --
//	root:x:0:0:root:/root:/bin/bash
//	-- want --
//	f 0644 0:0 /etc/passwd
//	- /gone
//	-- want/etc/passwd --
//	...
//
// Section "want" lists every path that differs from the start. Content that is
// not text shows as a digest in that list. With UPDATE_CASES=1 in the
// environment the expectations are rewritten from what the model did; the real
// program then judges whether they are right.
package treetest
