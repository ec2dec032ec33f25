package catalogue

import (
	"embed"
	"io/fs"
)

//go:embed sample
var sampleFiles embed.FS

// Sample is the catalogue of the sandbox, whose insurer and brands are
// invented. It is also the example to copy from.
func Sample() fs.FS {
	sample, err := fs.Sub(sampleFiles, "sample")
	if err != nil {
		panic("catalogue: the embedded sample is missing: " + err.Error())
	}
	return sample
}
