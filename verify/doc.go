// Package verify finds out whether an image is what its lock makes.
//
// [Rebuild] builds the image again and compares all bytes. [Files] compresses
// nothing: it installs the packages again in memory, replays their scripts, applies
// the recipe, and compares what comes of that with the image, path by path: type,
// mode, owner, times, attributes, targets, contents. Then it lays the medium out
// again around the compressed blocks that it found, with kernel, boot loaders, menus,
// EFI system partition, partition tables, hash tree, lock, recipe and provenance of
// its own making, and compares that byte by byte. What is left to the image is how
// zstd frames are coded, not what they hold.
//
// Neither needs a network. Both name what they find: the path, what about it, and
// who should have made it.
//
// # Trust
//
// The lock decides what is right. Nothing that lies on the medium is believed: its
// own lock, provenance and hash tree are compared like everything else.
package verify
