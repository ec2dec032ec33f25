package store

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/klauspost/compress/zstd"
)

const (
	// pressWidth is how many goroutines press one kind at once; more wait for a
	// moment. It bounds the memory that each takes.
	pressWidth = 2
	// pressWindow is how far back a record refers to itself, in bytes.
	pressWindow = 64 << 10
	// expandedMost is what a record may grow to when it is read.
	expandedMost = 64 << 20
	// kindsMost bounds the dictionaries of a press, wordsMost the text in all of
	// them together and wordsEach that in one; each has some examples.
	kindsMost  = 16
	wordsMost  = 32 << 10
	wordsEach  = 16 << 10
	wordsLeast = 3 << 10
)

// dictionary is what records of a kind have in common. Those of other kinds are
// kept out of it: they would hide what fits better.
type dictionary struct {
	Kind  string `json:"kind"`
	Bytes []byte `json:"bytes"`
}

// press makes records small, each with the dictionary of its kind, and large
// again. It may be used from any goroutine.
type press struct {
	encoders map[string]func() *zstd.Encoder
	// common is for kinds without a dictionary of their own.
	common  func() *zstd.Encoder
	decoder *zstd.Decoder
}

// newPress makes a press; without a dictionary records have nothing in common.
func newPress(dictionaries []dictionary) (*press, error) {
	p := &press{encoders: make(map[string]func() *zstd.Encoder)}
	var all [][]byte
	for _, d := range dictionaries {
		all = append(all, d.Bytes)
		p.encoders[d.Kind] = encoderWith(zstd.WithEncoderDict(d.Bytes))
	}
	p.common = encoderWith()
	if len(dictionaries) > 0 {
		p.common = p.encoders[dictionaries[0].Kind]
	}
	var err error
	p.decoder, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(pressWidth), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxMemory(expandedMost), zstd.WithDecoderDicts(all...))
	if err != nil {
		return nil, fmt.Errorf("read dictionaries: %w", err)
	}
	return p, nil
}

// encoderWith makes an encoder when it is needed first. Whoever reads the
// dictionary has found it sound.
func encoderWith(options ...zstd.EOption) func() *zstd.Encoder {
	return sync.OnceValue(func() *zstd.Encoder {
		encoder, err := zstd.NewWriter(nil, append(options,
			zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(pressWidth), zstd.WithEncoderCRC(false),
			zstd.WithLowerEncoderMem(true), zstd.WithWindowSize(pressWindow),
			// Repetitions are what records have in common. To count their letters as well
			// takes a third of the time, and saves 2 %.
			zstd.WithNoEntropyCompression(true))...)
		if err != nil {
			panic(fmt.Sprintf("store: make encoder: %v", err))
		}
		return encoder
	})
}

func (p *press) compress(kind string, text []byte) []byte {
	encoder, ok := p.encoders[kind]
	if !ok {
		encoder = p.common
	}
	return encoder().EncodeAll(text, nil)
}

// expand needs no kind: what was pressed says by which dictionary.
func (p *press) expand(pressed []byte) ([]byte, error) {
	text, err := p.decoder.DecodeAll(pressed, nil)
	if err != nil {
		return nil, fmt.Errorf("expand record: %w", err)
	}
	return text, nil
}

// example is a record to learn from.
type example struct {
	kind string
	text []byte
}

// learn makes dictionaries of the most frequent kinds, that first which is most
// frequent; none where there is nothing to learn.
func learn(examples []example) (dictionaries []dictionary) {
	kinds := make(map[string][][]byte)
	var all [][]byte
	for _, e := range examples {
		kinds[e.kind] = append(kinds[e.kind], e.text)
		all = append(all, e.text)
	}
	names := slices.SortedFunc(maps.Keys(kinds), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(kinds[b]), len(kinds[a])), cmp.Compare(a, b))
	})
	names = names[:min(len(names), kindsMost)]
	for i, name := range names {
		built, err := zstd.BuildDict(zstd.BuildDictOptions{
			ID: uint32(i + 1), Contents: all, History: words(kinds[name], max(wordsLeast, min(wordsEach, wordsMost/len(names)))),
			Offsets: [3]int{1, 4, 8}, Level: zstd.SpeedFastest,
		})
		if err == nil { // else there are too few, or they are too short
			dictionaries = append(dictionaries, dictionary{Kind: name, Bytes: built})
		}
	}
	return dictionaries
}

// words are examples, evenly spread, of about a size together. They stay whole,
// because what records share is their shape.
func words(examples [][]byte, size int) []byte {
	total := len(bytes.Join(examples, nil))
	step := max(1, total/size)
	var some [][]byte
	for i := step / 2; i < len(examples); i += step {
		some = append(some, examples[i])
	}
	return bytes.Join(some, nil)
}
