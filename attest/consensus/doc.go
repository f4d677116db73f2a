// Package consensus decides whether enough builders who do not depend on each
// other built the same ISO.
//
// A [Policy], specified in spec/consensus.md, names the builders, their keys and
// groups, and how many must agree. [Decide] holds signed statements against it
// and against a [Target], the release in question. It reads no clock, no network
// and no file: the same statements give the same [Verdict] everywhere.
//
// # What counts
//
// A builder has one voice, however many keys, statements and copies of
// statements there are. The voice is for the ISO that was built, whatever the
// statement is about: who built the lock and got the ISO of the target agrees,
// who got another dissents, and who said both dissents too. Failed builds count
// for neither side but are reported.
//
// What is not under the key of a builder whom the policy names, or is about
// another recipe, lock or release, is rejected: it counts for nothing.
//
// # Limits
//
// A statement that is not shown cannot be missed: who collects them can leave
// out a dissent. Policies should ask for more than half of the builders, and
// name in the veto those without whom nothing is decided well.
package consensus
