package store

import "fmt"

// Sequence is the first number of a bucket and day that was not taken yet; ok
// is false if none was.
func (v *View) Sequence(bucket, day int64) (next int64, ok bool, err error) {
	err = v.row(`SELECT next FROM sequence WHERE bucket = $1 AND day = $2`, bucket, day).Scan(&next)
	return found(next, err)
}

// BeginSequence takes the first count numbers, from 0, of a bucket and day of
// which none was taken.
func (c *Changes) BeginSequence(bucket, day, count int64) {
	c.insert(sequenceGuard(bucket, day), `INSERT INTO sequence (bucket, day, next) VALUES ($1, $2, $3)
		ON CONFLICT DO NOTHING`, bucket, day, count)
}

// TakeSequence takes count numbers from next, if that is still where a bucket
// and day stand.
func (c *Changes) TakeSequence(bucket, day, next, count int64) {
	c.update(sequenceGuard(bucket, day), `UPDATE sequence SET next = next + $1
		WHERE bucket = $2 AND day = $3 AND next = $4`, count, bucket, day, next)
}

func sequenceGuard(bucket, day int64) string { return fmt.Sprintf("sequence/%d/%d", bucket, day) }
