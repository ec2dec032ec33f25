package dialect

import (
	"hash/maphash"
	"math"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/covernote/covernote/internal/insurance"
)

// Limits holds each partner to a number of requests per second. It counts
// per node and in machine time, and is safe for concurrent use.
type Limits struct {
	perSecond rate.Limit
	burst     int

	mu       sync.Mutex
	limiters map[string]*rate.Limiter // one per partner account, so few
}

// NewLimits allows each partner perSecond requests on average and burst at
// once, at least one. A perSecond of zero or less means without limit.
func NewLimits(perSecond float64, burst int) *Limits {
	return &Limits{
		perSecond: rate.Limit(perSecond),
		burst:     max(burst, 1),
		limiters:  make(map[string]*rate.Limiter),
	}
}

// Take takes one request out of what partner may send at now. The refusal,
// CodeRateLimited, says in whole seconds when the next may succeed, and costs
// the partner nothing. The partner must have been authenticated: every name
// that is asked about is kept.
func (l *Limits) Take(partner string, now time.Time) *insurance.Error {
	if l.perSecond <= 0 {
		return nil
	}
	reservation := l.limiter(partner).ReserveN(now, 1)
	wait := reservation.DelayFrom(now)
	if wait <= 0 {
		return nil
	}
	reservation.CancelAt(now)
	return tooMany(wait)
}

func (l *Limits) limiter(partner string) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	limiter, known := l.limiters[partner]
	if !known {
		limiter = rate.NewLimiter(l.perSecond, l.burst)
		l.limiters[partner] = limiter
	}
	return limiter
}

// tooMany says in whole seconds, rounded up, how long to wait.
func tooMany(wait time.Duration) *insurance.Error {
	seconds := max(1, int64(math.Ceil(wait.Seconds())))
	return insurance.Refuse(insurance.CodeRateLimited, "%s", strconv.FormatInt(seconds, 10))
}

// How failed authentication slows down the next try.
const (
	freeFailures = 5                // the fifth failure is the first to cost a delay
	firstDelay   = time.Second      // doubled by every further failure
	longestDelay = time.Minute      // and never longer
	forgiveEvery = time.Minute      // one failure less for each that passes without any
	mostFailures = freeFailures + 6 // 64 s, beyond the longest delay: no need to count on
	provenFor    = 24 * time.Hour   // how long a success keeps a neighbour's failures out
	mostTracks   = 1 << 15          // in each of two generations of some 4 MiB
)

// Failures slows down whoever guesses secrets. It counts failed
// authentication per network (an IPv4 /24 or an IPv6 /64), per credential,
// and per credential within a network. From the fifth failure on, the next
// try has to wait 1 s, 2 s, 4 s … 60 s; every quiet minute forgives one.
//
// Nobody is locked out by the name of a credential alone: what is counted for
// it slows down only networks that failed with it themselves, so that the
// right secret from anywhere else is answered as ever. And a network that has
// authenticated with a credential in the last day is not slowed down, with
// that credential, by what its neighbours do.
//
// It counts per node and in machine time, in bounded memory that forgets the
// longest untouched first, and is safe for concurrent use.
type Failures struct {
	seed maphash.Seed

	mu            sync.Mutex
	recent, older map[subject]track
}

// subject is what failures are counted for: a credential (as a hash, since
// its length is the caller's choice), a network, or one within the other.
type subject struct {
	user    uint64
	network netip.Prefix
}

// track is what is remembered of a subject.
type track struct {
	failures int
	last     time.Time // the latest failure
	proven   time.Time // the latest success
}

// NewFailures begins with nobody under suspicion.
func NewFailures() *Failures {
	return &Failures{seed: maphash.MakeSeed(), recent: make(map[subject]track)}
}

// Check tells whether an attempt to authenticate as user from addr has to be
// turned away at now, unseen, and for how long. user is the credential's id
// as claimed and need not exist.
func (f *Failures) Check(user string, addr netip.Addr, now time.Time) (retryAfter time.Duration, limited bool) {
	name, network, pair := f.subjects(user, addr)
	f.mu.Lock()
	defer f.mu.Unlock()

	own := f.look(pair)
	until := own.blockedUntil(now)
	if own.failuresAt(now) > 0 {
		until = later(until, f.look(name).blockedUntil(now))
	}
	if own.proven.IsZero() || now.Sub(own.proven) > provenFor {
		until = later(until, f.look(network).blockedUntil(now))
	}
	retryAfter = until.Sub(now)
	return max(retryAfter, 0), retryAfter > 0
}

// Failed counts an attempt that did not authenticate. An attempt that Check
// turned away is not to be counted.
func (f *Failures) Failed(user string, addr netip.Addr, now time.Time) {
	name, network, pair := f.subjects(user, addr)
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, s := range []subject{name, network, pair} {
		t := f.look(s)
		t.failures, t.last = min(t.failuresAt(now)+1, mostFailures), now
		f.keep(s, t)
	}
}

// Succeeded clears what was counted for user within the network of addr. The
// counts of the network and of user elsewhere stay: one good credential must
// not pay for guessing at others.
func (f *Failures) Succeeded(user string, addr netip.Addr, now time.Time) {
	_, _, pair := f.subjects(user, addr)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.keep(pair, track{proven: now})
}

func (f *Failures) subjects(user string, addr netip.Addr) (name, network, pair subject) {
	hash := maphash.String(f.seed, user)
	around := networkOf(plain(addr))
	return subject{user: hash}, subject{network: around}, subject{user: hash, network: around}
}

// networkOf gives what one customer of a network provider usually holds.
func networkOf(addr netip.Addr) netip.Prefix {
	bits := 64
	if addr.Is4() {
		bits = 24
	}
	network, err := addr.Prefix(bits)
	if err != nil {
		return netip.Prefix{} // addr is no address: all such count as one network
	}
	return network
}

func (f *Failures) look(s subject) track {
	if t, found := f.recent[s]; found {
		return t
	}
	return f.older[s]
}

// keep remembers t. When a generation is full it becomes the older one, and
// what had not been touched since the previous time is forgotten.
func (f *Failures) keep(s subject, t track) {
	if len(f.recent) >= mostTracks {
		f.older, f.recent = f.recent, make(map[subject]track)
	}
	f.recent[s] = t
}

// failuresAt is the failures not yet forgiven.
func (t track) failuresAt(now time.Time) int {
	forgiven := max(0, now.Sub(t.last)/forgiveEvery)
	return int(max(0, time.Duration(t.failures)-forgiven))
}

// blockedUntil is when the delay earned by the failures ends. It may be past.
func (t track) blockedUntil(now time.Time) time.Time {
	excess := t.failuresAt(now) - freeFailures
	if excess < 0 {
		return time.Time{}
	}
	return t.last.Add(min(firstDelay<<excess, longestDelay))
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
