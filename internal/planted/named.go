//go:build planted

package planted

import (
	"os"
	"slices"
)

// here is the one bug of this process; empty if it has none.
var here = named()

// Bug tells whether this process was started with the bug.
func Bug(n Name) bool { return n == here }

// named reads Variable. A bug that does not exist would be a bug that no test
// can notice.
func named() Name {
	n := Name(os.Getenv(Variable))
	if n != "" && !slices.Contains(All(), n) {
		panic("planted: there is no bug named " + string(n))
	}
	return n
}
