// Package resolve chooses the packages of a system: those asked for and all they
// depend on, each with the reason why it is there.
//
// It chooses as "apt-get install --no-install-recommends" does on an empty
// system, so that people find the packages they expect:
//
//   - of each package there is one candidate, the highest version in any suite,
//     and of equal ones that of the suite named first;
//   - whatever is asked for by name is taken before any dependency is looked at;
//   - dependencies are followed depth first, Pre-Depends before Depends, in the
//     order in which they are written;
//   - a group of alternatives that a package taken so far satisfies is satisfied;
//     otherwise the first alternative is taken for which there is an installable
//     package: the one of that name, or else of those that provide it an
//     essential one, one of higher priority, or the last by name;
//   - a package is not installable if it conflicts with or breaks one taken so
//     far, or if one of its own dependencies cannot be satisfied.
//
// The result depends on nothing but the packages, the suites' order and the
// order of what is asked for.
//
// # Limits
//
// There is one architecture, beside "all". A decision is undone when what
// follows from it fails, but not on account of what another package needs later:
// such sets, which Debian's stable suites hardly have, are an error, and the
// remedy is to ask for the right alternative by name. Where several packages of
// equal rank provide something and no real package of that name exists, apt's
// choice depends on the layout of its cache; ours, the last by name, is nearly
// always the same, and the reason says that it was one of several.
package resolve
