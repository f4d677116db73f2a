package command

// The commands of this file ask about sessions and the terminal. In an image
// build there is none of these, as in a fresh chroot.

const whoOptions = ""

func who(*call) int { return 0 }

const ttyOptions = "s,silent,quiet"

func tty(c *call) int {
	if !c.has("s") {
		c.printf("not a tty\n")
	}
	return 1
}
