// Package spool keeps files that grow in two places: in RAM, which nobody can pull out, and in a folder
// on a flash drive, which somebody will.
//
// A File is the growing one. A Copy follows a growing file into the folder: each CatchUp brings over what
// is new and syncs it. When the drive is gone CatchUp fails, and nothing else happens; when it is back the
// copy is compared with the original, which it must begin, and completed. A copy that is found
// different is not overwritten but renamed, as evidence, and written anew.
//
// A folder that was on a mounted file system is only used while one is mounted there, so that nothing is
// written beneath an empty mount point. Which drive it is, is not judged.
package spool
