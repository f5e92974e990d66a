package cli

import "golang.org/x/term"

// terminal reports whether stdout is one.
func (c *Command) terminal() bool {
	f := c.out.file()
	return f != nil && term.IsTerminal(int(f.Fd()))
}

// color reports whether results may be coloured: stdout is a terminal that can, and NO_COLOR is not set.
//
// [NO_COLOR]
//
// [NO_COLOR]: https://no-color.org
func (c *Command) color() bool {
	return c.terminal() && c.getenv("NO_COLOR") == "" && c.getenv("TERM") != "dumb"
}

// width returns the terminal's width in columns, or 0 if stdout is none, which means: as wide as it takes.
func (c *Command) width() int {
	f := c.out.file()
	if f == nil {
		return 0
	}
	w, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return w
}
