package load

import "strings"

// set puts a value at a path such as "Contract.duration" and tells whether there
// was a place for it.
func set(body any, path string, value any) bool {
	name, rest, deeper := strings.Cut(path, ".")
	switch b := body.(type) {
	case map[string]any:
		if !deeper {
			b[name] = value
			return true
		}
		return set(b[name], rest, value)
	case []any:
		return len(b) > 0 && set(b[0], path, value)
	}
	return false
}
