package store

// Repetition is a repetition key with what it was used for and the answer
// that was given.
type Repetition struct {
	Part        string
	Family      string
	Key         string
	Fingerprint []byte
	Answer      []byte
	UsedAt      int64
	ExpiresAt   int64
}

// Repetition reads a key's use, expired ones included; ok is false if there is
// none.
func (v *View) Repetition(part, family, key string) (r Repetition, ok bool, err error) {
	err = v.row(`SELECT part, family, key, fingerprint, answer, used_at, expires_at FROM repetition
		WHERE part = $1 AND family = $2 AND key = $3`, part, family, key).
		Scan(&r.Part, &r.Family, &r.Key, &r.Fingerprint, &r.Answer, &r.UsedAt, &r.ExpiresAt)
	return found(r, err)
}

// AddRepetition records the first use of a key, or the first since it expired.
func (c *Changes) AddRepetition(r Repetition) {
	c.exec(`DELETE FROM repetition WHERE part = $1 AND family = $2 AND key = $3 AND expires_at <= $4`,
		r.Part, r.Family, r.Key, r.UsedAt)
	c.insert("repetition/"+r.Part+"/"+r.Family+"/"+r.Key, `INSERT INTO repetition
		(part, family, key, fingerprint, answer, used_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
		r.Part, r.Family, r.Key, r.Fingerprint, r.Answer, r.UsedAt, r.ExpiresAt)
}
