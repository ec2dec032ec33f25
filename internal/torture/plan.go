package torture

import (
	"hash/fnv"
	"math/rand/v2"

	"github.com/covernote/covernote/internal/torture/faults"
)

// stroke is one harm on its way: what is done how often, under how much load.
type stroke struct {
	fault faults.Fault
	times int
	// deeds are begun before it, and after so many acknowledgements it strikes.
	deeds, acknowledged int
	seed                uint64
}

// chapter is a stretch of strokes on a server that begins anew. Setting and seed
// say all about it.
type chapter struct {
	setting faults.Setting
	number  int
	seed    uint64
	strokes []stroke
}

// mostStrokes bounds a chapter, so that what broke is found soon after.
const mostStrokes = 40

// derive gives a seed for something of its own.
func derive(seed uint64, name string, number int) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name)) // never fails
	return rand.New(rand.NewPCG(seed^h.Sum64(), uint64(number))).Uint64()
}

// plan gives the chapters of a run. The same options give the same plan.
func plan(o options) []chapter {
	var chapters []chapter
	settings := o.settings()
	for _, setting := range settings {
		seed := derive(o.Seed, setting.Name(), 0)
		chance := rand.New(rand.NewPCG(seed, 0))
		var strokes []stroke
		for _, fault := range o.faults() {
			if fault.Fits(setting) {
				strokes = append(strokes, cut(fault, o.times(fault, setting, settings), chance)...)
			}
		}
		chance.Shuffle(len(strokes), func(i, j int) { strokes[i], strokes[j] = strokes[j], strokes[i] })
		for n := 1; len(strokes) > 0; n++ {
			count := min(mostStrokes, len(strokes))
			chapters = append(chapters, chapter{setting, n, derive(seed, "chapter", n), strokes[:count]})
			strokes = strokes[count:]
		}
	}
	return chapters
}

// cut divides what is done so often into strokes.
func cut(fault faults.Fault, times int, chance *rand.Rand) []stroke {
	var strokes []stroke
	for times > 0 {
		n := min(times, fault.Each)
		times -= n
		deeds := 20 + chance.IntN(40)
		strokes = append(strokes, stroke{fault, n, deeds, 1 + chance.IntN(deeds/2), chance.Uint64()})
	}
	return strokes
}
