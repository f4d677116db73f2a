// Package journal is the log of a ceremony: records with a logger's name and a level, written
// to a file that stays, to the terminal, and if wanted to the syslog of the machine.
//
// The form of a record is part of what operators and auditors rely on:
//
//	2030-01-01 12:00:00,000: kskm.ksr.load: INFO Loaded KSR from file ksr.xml ...
//
// Limits: records are written as they come, without buffering. A place that cannot be written
// to is reported by [Journal.Err].
//
//	j := journal.New(time.Now)
//	j.To(file, journal.Info)
//	j.Logger("kskm.signer").Infof("Wrote SKR to file %s", name)
package journal
