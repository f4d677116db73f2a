// Package report puts what every check found, and what changed since the previous response, into
// words: as text for the table in the ceremony room, as JSON for programs.
//
// A report decides nothing. It is written for requests that are rejected too.
package report
