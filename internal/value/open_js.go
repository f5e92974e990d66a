package value

import "os"

// readOnly is for browsers, which have no named pipes.
const readOnly = os.O_RDONLY
