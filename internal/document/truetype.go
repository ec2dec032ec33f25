package document

import (
	"bytes"
	"encoding/binary"
	"maps"
	"slices"
)

// trueType are the tables of a TrueType file.
type trueType map[string][]byte

// tablesOf finds the tables of a file that was parsed without an error.
func tablesOf(file []byte) trueType {
	tables := make(trueType)
	for i := range int(binary.BigEndian.Uint16(file[4:])) {
		entry := file[12+16*i:]
		from, size := binary.BigEndian.Uint32(entry[8:]), binary.BigEndian.Uint32(entry[12:])
		tables[string(entry[:4])] = file[from : from+size]
	}
	return tables
}

// outline is the entry of a glyph in glyf.
func (t trueType) outline(glyph uint16) []byte {
	at := func(i int) uint32 {
		if binary.BigEndian.Uint16(t["head"][50:]) == 0 {
			return 2 * uint32(binary.BigEndian.Uint16(t["loca"][2*i:]))
		}
		return binary.BigEndian.Uint32(t["loca"][4*i:])
	}
	return t["glyf"][at(int(glyph)):at(int(glyph)+1)]
}

// metric is the entry of a glyph in hmtx: its advance and its left side bearing.
// The last glyphs share one advance.
func (t trueType) metric(glyph uint16) []byte {
	i, whole, hmtx := int(glyph), int(binary.BigEndian.Uint16(t["hhea"][34:])), t["hmtx"]
	if i < whole {
		return hmtx[4*i : 4*i+4]
	}
	bearing := 4*whole + 2*(i-whole)
	return slices.Concat(hmtx[4*whole-4:4*whole-2], hmtx[bearing:bearing+2])
}

// components are the places within an outline at which it names the glyphs that
// it is composed of.
func components(outline []byte) (places []int) {
	const more = 1 << 5
	if len(outline) == 0 || int16(binary.BigEndian.Uint16(outline)) >= 0 {
		return nil
	}
	for at, flags := 10, uint16(more); flags&more != 0; {
		flags = binary.BigEndian.Uint16(outline[at:])
		places = append(places, at+2)
		at += 6
		for _, option := range componentOptions {
			if flags&option.flag != 0 {
				at += option.size
			}
		}
	}
	return places
}

// componentOptions are what makes a component longer by some bytes: a place in
// words, and a scale, one for each axis, or a matrix.
var componentOptions = []struct {
	flag uint16
	size int
}{{1, 2}, {1 << 3, 2}, {1 << 6, 4}, {1 << 7, 8}}

// subset is a file of the tables that a PDF needs (ISO 32000-1 §9.9), with the
// glyphs in the order given, and behind them those that they are composed of.
func (t trueType) subset(glyphs []uint16) []byte {
	glyphs = slices.Clone(glyphs)
	var glyf, loca, hmtx []byte
	renamed := make(map[uint16]uint16)
	for i, glyph := range glyphs {
		renamed[glyph] = uint16(i)
	}
	for i := 0; i < len(glyphs); i++ { // it grows meanwhile
		outline := bytes.Clone(t.outline(glyphs[i]))
		for _, place := range components(outline) {
			old := binary.BigEndian.Uint16(outline[place:])
			if _, known := renamed[old]; !known {
				renamed[old] = uint16(len(glyphs))
				glyphs = append(glyphs, old)
			}
			binary.BigEndian.PutUint16(outline[place:], renamed[old])
		}
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
		glyf = aligned(append(glyf, outline...))
		hmtx = append(hmtx, t.metric(glyphs[i])...)
	}
	loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
	count := uint16(len(glyphs))
	part := trueType{
		"head": changed(t["head"], 50, 1), // the long form of loca
		"hhea": changed(t["hhea"], 34, count), "maxp": changed(t["maxp"], 4, count),
		"glyf": glyf, "loca": loca, "hmtx": hmtx,
	}
	for _, instructions := range []string{"cvt ", "fpgm", "prep"} {
		part[instructions] = t[instructions]
	}
	return part.file()
}

// changed is a table with another number at a place.
func changed(table []byte, at int, number uint16) []byte {
	table = bytes.Clone(table)
	binary.BigEndian.PutUint16(table[at:], number)
	return table
}

// aligned fills up to a multiple of four bytes.
func aligned(b []byte) []byte { return append(b, make([]byte, -len(b)&3)...) }

// file puts tables one after the other behind a directory.
func (t trueType) file() []byte {
	search := 1 // the greatest power of two that is no more than there are tables
	shift := 0
	for search*2 <= len(t) {
		search, shift = search*2, shift+1
	}
	file := []byte{0, 1, 0, 0}
	for _, n := range []int{len(t), search * 16, shift, (len(t) - search) * 16} {
		file = binary.BigEndian.AppendUint16(file, uint16(n))
	}
	var body []byte
	for _, tag := range slices.Sorted(maps.Keys(t)) {
		table := t[tag]
		file = append(file, tag...)
		for _, n := range []int{int(checksum(table)), 12 + 16*len(t) + len(body), len(table)} {
			file = binary.BigEndian.AppendUint32(file, uint32(n))
		}
		body = aligned(append(body, table...))
	}
	return append(file, body...)
}

func checksum(table []byte) (sum uint32) {
	for word := range slices.Chunk(table, 4) {
		var whole [4]byte
		copy(whole[:], word)
		sum += binary.BigEndian.Uint32(whole[:])
	}
	return sum
}
