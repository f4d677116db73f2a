// Package proc is the process model that the shell and the commands of
// maintainer scripts share: what a command can see of its world, and how it
// answers.
//
// A Proc is one running command. Its world is a Machine: the tree, a clock that
// stands at the image's epoch, and the table of commands that exist. Nothing of
// the host can be reached from here. Commands run one after the other; a
// pipeline's stages hand over whole buffers, so that no result depends on
// scheduling.
//
// A command ends with a status, as in a real system, and with an error only
// when the build cannot go on: it met something that is not modelled
// (Unmodelled), and skipping it silently would make an image nobody can vouch
// for.
package proc
