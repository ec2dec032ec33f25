package document

import (
	"bytes"
	"fmt"
	"io"
	"sync"

	"github.com/klauspost/compress/zlib"
)

// compressors wait to be used again, because one is dear to make.
var compressors = sync.Pool{New: func() any { return newCompressor(zlib.BestSpeed) }}

func newCompressor(level int) *zlib.Writer {
	w, err := zlib.NewWriterLevel(io.Discard, level)
	if err != nil {
		panic(fmt.Sprintf("document: there is no such compression: %v", err))
	}
	return w
}

// compressed is data for a FlateDecode filter, in little time.
func compressed(data []byte) []byte {
	w := compressors.Get().(*zlib.Writer)
	defer compressors.Put(w)
	return compressedBy(w, data)
}

// compressedAt is data for a FlateDecode filter at a level of zlib.
func compressedAt(level int, data []byte) []byte {
	if level == zlib.BestSpeed {
		return compressed(data)
	}
	return compressedBy(newCompressor(level), data)
}

func compressedBy(w *zlib.Writer, data []byte) []byte {
	var out bytes.Buffer
	out.Grow(len(data) / 2) // most take less
	w.Reset(&out)
	_, _ = w.Write(data) // memory takes everything
	_ = w.Close()
	return out.Bytes()
}
