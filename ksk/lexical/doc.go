// Package lexical reads and writes the small texts of requests, responses and their
// configuration: integers, base64, time stamps and durations.
//
// Requests are signed off by people who have read what the predecessor of these tools
// accepted, so the readers take exactly what it took, which is more than any standard: see
// "Lexical types" in doc/kskm.md. What comes out again is canonical.
//
// Limits: years 1 to 9999; durations below 1,000,000,000 days; time stamps are UTC.
package lexical
