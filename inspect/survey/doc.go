// Package survey says what is in an image, in the terms of whoever is to trust
// it: how it boots, what the kernel is told, which packages it has, who may log
// in, what starts by itself, what runs with more rights than its user has, and
// what listens to a network.
//
// A Survey is read from the image alone. It says what is there, not whether it
// should be; that is for package verify.
//
// # Limits
//
// Ports are those that socket units and CUPS's configuration name. A program that
// opens one on its own, without saying so in either, is not seen.
package survey
