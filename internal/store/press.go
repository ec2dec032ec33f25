package store

import (
	"fmt"

	"github.com/klauspost/compress/zstd"
)

const (
	// pressWidth is how many goroutines press at once with one dictionary; more
	// wait for a moment. It bounds the memory that each day takes.
	pressWidth = 2
	// pressWindow is how far back a record refers to itself, in bytes.
	pressWindow = 64 << 10
	// expandedMost is what a record may grow to when it is read.
	expandedMost = 64 << 20
	// wordsMost bounds the text that a dictionary holds.
	wordsMost = 24 << 10
	// dictionaryID marks what was pressed with a dictionary. It is that of every
	// one, since rows lie beside the dictionary that they need.
	dictionaryID = 1
)

// press makes records small with a dictionary of what they have in common. It
// may be used from any goroutine.
type press struct {
	encoder *zstd.Encoder
	decoder *zstd.Decoder
}

// newPress makes a press; without a dictionary records have nothing in common.
func newPress(dictionary []byte) (*press, error) {
	writing := []zstd.EOption{
		zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(pressWidth), zstd.WithEncoderCRC(false),
		zstd.WithLowerEncoderMem(true), zstd.WithWindowSize(pressWindow),
	}
	reading := []zstd.DOption{
		zstd.WithDecoderConcurrency(pressWidth), zstd.WithDecoderMaxMemory(expandedMost), zstd.WithDecoderLowmem(true),
	}
	if len(dictionary) > 0 {
		writing = append(writing, zstd.WithEncoderDict(dictionary))
		reading = append(reading, zstd.WithDecoderDicts(dictionary))
	}
	encoder, err := zstd.NewWriter(nil, writing...)
	if err != nil {
		return nil, fmt.Errorf("read dictionary: %w", err)
	}
	decoder, err := zstd.NewReader(nil, reading...)
	if err != nil {
		return nil, fmt.Errorf("read dictionary: %w", err)
	}
	return &press{encoder, decoder}, nil
}

func (p *press) compress(text []byte) []byte { return p.encoder.EncodeAll(text, nil) }

func (p *press) expand(pressed []byte) ([]byte, error) {
	text, err := p.decoder.DecodeAll(pressed, nil)
	if err != nil {
		return nil, fmt.Errorf("expand record: %w", err)
	}
	return text, nil
}

// learn makes a dictionary from examples. Some of them are its words, whole and
// evenly spread, because what records share is their shape; the others tell how
// often what follows what. It is nil where there is nothing to learn.
func learn(examples [][]byte) []byte {
	dictionary, err := zstd.BuildDict(zstd.BuildDictOptions{
		ID: dictionaryID, Contents: examples, History: words(examples), Offsets: [3]int{1, 4, 8}, Level: zstd.SpeedFastest,
	})
	if err != nil {
		return nil // too few, or too short
	}
	if _, err := newPress(dictionary); err != nil {
		return nil
	}
	return dictionary
}

// words takes as many examples as fit, at most every second one.
func words(examples [][]byte) (text []byte) {
	size := 0
	for _, e := range examples {
		size += len(e)
	}
	step := max(2, (size+wordsMost-1)/wordsMost)
	for i := 0; i < len(examples); i += step {
		if len(text)+len(examples[i]) <= wordsMost {
			text = append(text, examples[i]...)
		}
	}
	return text
}
