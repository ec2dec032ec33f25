package document

import (
	"bytes"
	"fmt"
	"io"
	"sync"

	"github.com/klauspost/compress/zlib"
)

// compressors wait to be used again, because one is dear to make.
var compressors = sync.Pool{New: func() any {
	w, err := zlib.NewWriterLevel(io.Discard, zlib.BestSpeed)
	if err != nil {
		panic(fmt.Sprintf("document: there is no such compression: %v", err))
	}
	return w
}}

// compressed is data for a FlateDecode filter.
func compressed(data []byte) []byte {
	w := compressors.Get().(*zlib.Writer)
	defer compressors.Put(w)
	var out bytes.Buffer
	w.Reset(&out)
	_, _ = w.Write(data) // memory takes everything
	_ = w.Close()
	return out.Bytes()
}
