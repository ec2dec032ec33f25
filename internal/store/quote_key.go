package store

import (
	"crypto/sha256"
	"fmt"
	"strings"
)

// QuoteRepetition reads a key's use on one of some days, expired ones included;
// ok is false if there is none.
func (v *View) QuoteRepetition(days []*QuoteDay, part, family, key string) (r Repetition, ok bool, err error) {
	if len(days) == 0 {
		return r, false, nil
	}
	uses := make([]string, len(days))
	for i, day := range days {
		uses[i] = onDay(`SELECT @ AS day, fingerprint, answer, used_at, expires_at FROM quote_key_@
			WHERE part = $1 AND hash = $2`, day.Number)
	}
	var number int64
	r = Repetition{Part: part, Family: family, Key: key}
	err = v.row(strings.Join(uses, ` UNION ALL `)+` ORDER BY used_at DESC LIMIT 1`, part, keyHash(family, key)).
		Scan(&number, &r.Fingerprint, &r.Answer, &r.UsedAt, &r.ExpiresAt)
	if r, ok, err = found(r, err); err != nil || !ok {
		return r, ok, err
	}
	for _, day := range days {
		if day.Number == number {
			r.Answer, err = day.expand(r.Answer)
		}
	}
	return r, err == nil, err
}

// AddQuoteRepetition records the first use of a key on a day. What partners
// call it is not kept.
func (c *Changes) AddQuoteRepetition(day *QuoteDay, r Repetition) {
	c.insert(fmt.Sprintf("quote_key/%d/%s/%s/%s", day.Number, r.Part, r.Family, r.Key), onDay(`INSERT INTO quote_key_@
		(part, hash, fingerprint, answer, used_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`, day.Number),
		r.Part, keyHash(r.Family, r.Key), blob(r.Fingerprint), day.compress("", r.Answer), r.UsedAt, r.ExpiresAt)
}

// keyHash names a key in 16 bytes: no partner finds two of its own that are
// alike, and others' are told apart by their part.
func keyHash(family, key string) []byte {
	sum := sha256.Sum256([]byte(family + "\x00" + key))
	return sum[:16]
}
