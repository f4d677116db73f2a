// Package transcript records terminal sessions as script(1) does, and plays them again.
//
// A session has a typescript, script-YYYYmmdd-HHMMSS.log: everything that was sent to the terminal, between
// a first and a last line that say when. Beside it lies script-YYYYmmdd-HHMMSS.timing in the format that
// scriptreplay(1) calls advanced. What was typed is not recorded, only what the terminal showed: a PIN
// that does not echo is in neither.
//
// Bash is asked to mark its commands with the escape sequences that terminals know as OSC 133:
//
//	ESC ] 133 ; C ; session=NONCE ; cmdline_url=PERCENT-ENCODED ESC \    a command starts
//	ESC ] 133 ; D ; STATUS ; session=NONCE ESC \                         it has ended
//
// They are taken out of what is shown and recorded, and become entries of the ceremony log and headers of
// the timing file. The nonce keeps a file that somebody shows on the terminal from looking like a command;
// a program that reads the shell's memory could still pretend. Other shells are recorded without marks.
package transcript
