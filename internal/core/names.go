package core

import (
	"encoding/binary"
	"hash"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// A package is called by a code such as "P97RG-NPLHL-INS": ten letters of an
// alphabet of 28 that hold 48 bits, a bucket of parts, the day it was made and
// a number of that day, permuted under a key. So a code cannot be guessed, is
// never given twice, and says where the package lies.

const (
	bucketBits = 10
	dayBits    = 14
	numberBits = 24
	// codeAlphabet leaves out what is mistaken for something else.
	codeAlphabet = "346789ABCDEFGHJKLMNPQRTUVWXY"
	codeSuffix   = "-INS"
	codeRounds   = 6
)

// firstDay is the day that days of packages are counted from.
var firstDay = time.Date(2020, time.January, 1, 0, 0, 0, 0, time.UTC)

// place says where a package lies.
type place struct{ bucket, day, number int64 }

// ofDay is the number of a place among those of all buckets of its day.
func (p place) ofDay() int64 { return p.bucket<<numberBits | p.number }

// bucketOf is the bucket of a part.
func bucketOf(part string) int64 { return int64(hashOf(part, "bucket") % (1 << bucketBits)) }

// dayOf is the number of a day.
func dayOf(at time.Time) int64 {
	return max(0, min(int64(at.Sub(firstDay)/(24*time.Hour)), 1<<dayBits-1))
}

// packageCode is what the package of a place is called.
func (k Keys) packageCode(p place) string {
	code := k.permute(uint64(p.bucket)<<(dayBits+numberBits) | uint64(p.day)<<numberBits | uint64(p.number))
	letters := make([]byte, 10)
	for i := len(letters) - 1; i >= 0; i-- {
		letters[i] = codeAlphabet[code%uint64(len(codeAlphabet))]
		code /= uint64(len(codeAlphabet))
	}
	return string(letters[:5]) + "-" + string(letters[5:]) + codeSuffix
}

// readCode reads a package code in any case, and the UUID of a quote as the
// code of its package. It tells where the package would lie.
func (k Keys) readCode(name string) (code string, p place, ok bool) {
	permuted, ok := k.permutedOf(name)
	if !ok {
		return "", p, false
	}
	plain := k.restore(permuted)
	p = place{
		bucket: int64(plain >> (dayBits + numberBits)), day: int64(plain >> numberBits & (1<<dayBits - 1)),
		number: int64(plain & (1<<numberBits - 1)),
	}
	return k.packageCode(p), p, true
}

func (k Keys) permutedOf(name string) (uint64, bool) {
	if id, err := uuid.Parse(name); err == nil && len(name) == 36 {
		return binary.BigEndian.Uint64(append([]byte{0, 0}, id[:6]...)), true
	}
	letters, found := strings.CutSuffix(strings.ToUpper(name), codeSuffix)
	if !found || len(letters) != 11 || letters[5] != '-' {
		return 0, false
	}
	var value uint64
	for _, letter := range []byte(letters[:5] + letters[6:]) {
		digit := strings.IndexByte(codeAlphabet, letter)
		if digit < 0 {
			return 0, false
		}
		value = value*uint64(len(codeAlphabet)) + uint64(digit)
	}
	return value, value < 1<<48
}

// permute is a Feistel network over 48 bits, and restore its inverse.
func (k Keys) permute(plain uint64) uint64 {
	left, right := plain>>24, plain&(1<<24-1)
	for round := range codeRounds {
		left, right = right, left^k.mix(round, right)
	}
	return left<<24 | right
}

func (k Keys) restore(permuted uint64) uint64 {
	left, right := permuted>>24, permuted&(1<<24-1)
	for round := codeRounds - 1; round >= 0; round-- {
		left, right = right^k.mix(round, left), left
	}
	return left<<24 | right
}

func (k Keys) mix(round int, half uint64) uint64 {
	sum := k.derive("code", string([]byte{byte(round), byte(half >> 16), byte(half >> 8), byte(half)}))
	return uint64(sum[0])<<16 | uint64(sum[1])<<8 | uint64(sum[2])
}

// derive makes bytes that nobody without the key can.
func (k Keys) derive(what string, of ...string) []byte {
	names := k.names
	if k.none() {
		names = unkeyed
	}
	mac, _ := names.Get().(hash.Hash)
	defer names.Put(mac)
	mac.Reset()
	mac.Write([]byte(what))
	for _, part := range of {
		mac.Write([]byte{0})
		mac.Write([]byte(part))
	}
	return mac.Sum(nil)
}

// quoteID is the UUID of a quote, in whose first six bytes the code of its
// package lies.
func (k Keys) quoteID(code, position string) string {
	permuted, _ := k.permutedOf(code)
	id := uuid.UUID(append(binary.BigEndian.AppendUint64(nil, permuted)[2:], k.derive("quote", code, position)[:10]...))
	return version4(id)
}

// derivedUUID is the UUID of what a name says.
func (k Keys) derivedUUID(what string, of ...string) string {
	return version4(uuid.UUID(k.derive(what, of...)[:16]))
}

func version4(id uuid.UUID) string {
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return id.String()
}

// tag is groups of five letters and digits that nobody without the key can
// make, with a suffix.
func (k Keys) tag(groups int, suffix, what string, of ...string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	var text strings.Builder
	for i, b := range k.derive(what, of...)[:groups*5] {
		if i > 0 && i%5 == 0 {
			text.WriteByte('-')
		}
		text.WriteByte(alphabet[int(b)%len(alphabet)])
	}
	return text.String() + suffix
}

// renewalID is what a renewal is called outside.
func (k Keys) renewalID(policyID string, number int) string {
	return k.tag(2, "-REN", "renewal", policyID, strconv.Itoa(number))
}

// certificateToken opens the certificate page of a package.
func (k Keys) certificateToken(part, code string) string {
	return k.tag(4, "", "certificate", part, code)
}
