// Package squashfs writes and reads squashfs 4.0 images compressed with Zstandard,
// as Linux mounts them.
package squashfs
