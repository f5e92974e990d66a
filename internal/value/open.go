//go:build !js

package value

import (
	"os"
	"syscall"
)

// readOnly opens a named pipe or a device at once, so that it can be refused, instead of waiting for somebody to write.
const readOnly = os.O_RDONLY | syscall.O_NONBLOCK
