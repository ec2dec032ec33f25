package courier

import (
	"crypto/sha256"
	"encoding/binary"
	"strconv"
	"time"
)

// schedule is how long to wait after each failed attempt: eight repetitions
// within four days, beginning before anyone has noticed and ending after a
// long week-end.
var schedule = []time.Duration{
	time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour,
	6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 48 * time.Hour,
}

// jitter is the part of a wait, one in so many, that it may be shorter or
// longer, so that what failed together is not tried again together.
const jitter = 10

// Next gives how long to wait after the attempt-th attempt, counted from one,
// at a delivery has failed, and false when it is time to give up. The wait
// depends on its arguments only: after a restart, or on another node, it is
// the same.
func Next(deliveryID string, attempt int) (time.Duration, bool) {
	if attempt < 1 || attempt > len(schedule) {
		return 0, false
	}
	wait := schedule[attempt-1]
	spread := wait / jitter
	return wait - spread + time.Duration(chance(deliveryID, attempt)%uint64(2*spread+1)), true
}

// chance is a number that looks drawn at random but follows from its arguments.
func chance(deliveryID string, attempt int) uint64 {
	sum := sha256.Sum256([]byte(deliveryID + "/" + strconv.Itoa(attempt)))
	return binary.BigEndian.Uint64(sum[:])
}
