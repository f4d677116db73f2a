// Package spool keeps mail in a folder until an SMTP server has taken it.
//
// A message is on the disk before anything is tried, so that neither a server that is down nor the
// end of the program loses it. It is sent again with the same Message-ID (RFC 5322 section 3.6.4)
// until the server takes it, at growing intervals, and given up after five days (RFC 5321 section
// 4.5.4.1), when its file gets the ending ".failed". A message may arrive twice if the program ends
// between the server's answer and the removal of the file; it never arrives not at all.
//
// Limits: plain text, one sender, one recipient, one server; one program for each folder.
//
//	q, err := spool.Open(folder, spool.SMTP(server), log)
//	go q.Run(ctx)
//	err = q.Add(spool.Message{From: from, To: to, Subject: subject, Body: body}, time.Now())
package spool
