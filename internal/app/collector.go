package app

import "runtime/debug"

// relaxedCollector is how much garbage, in percent of what is in use, a server lets
// lie before it looks for it: four times Go's own 100. A server holds little that
// lasts, some 20 MB, and makes much that does not: this costs 80 MB and saves a
// sixth of its processors' time (docs/performance.md).
const relaxedCollector = 400

// relaxCollector has garbage collected more seldom, unless the environment says
// how often (GOGC).
func relaxCollector(getenv func(string) string) {
	if getenv("GOGC") == "" {
		debug.SetGCPercent(relaxedCollector)
	}
}
