// Package report puts what every check found, and what changed since the previous response,
// into words: as text for the table in the ceremony room, as JSON for programs.
//
// A report decides nothing. It is written for requests that are rejected too.
//
//	r := report.Report{Request: request.ID, Checks: review.Verdicts(), Changes: report.Changes(request, previous, response)}
//	r.Judge()
//	os.Stdout.Write(r.Text())
package report
