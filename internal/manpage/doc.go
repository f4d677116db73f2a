// Package manpage writes manual pages from the commands of a program, so that they say what --help
// says. A page is roff with the macros of man(7), which groff and mandoc read.
//
// The pages of a program NAME are NAME.1 and, for each command below it that is not hidden,
// NAME-COMMAND.1. Texts come from the command: Short is the NAME section, Long the DESCRIPTION,
// Example the EXAMPLES. Blank lines separate the paragraphs of Long; a paragraph whose lines all
// begin with a blank is shown as it is. A paragraph "Exit codes:" and the verbatim one after it become a section of their own.
//
// Pages carry no date, since they have to be the same bytes whenever they are made.
//
// Limits: no markup within texts; section 1 only.
//
//	root.AddCommand(manpage.Command())   // hidden: "NAME man FOLDER" writes the pages
//	pages := manpage.Pages(root, "COEN") // the same, in memory
package manpage
