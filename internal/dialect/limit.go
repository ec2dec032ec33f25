package dialect

import (
	"fmt"
	"hash/maphash"
	"math"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

// SwitchRateLimit is the switch of a partner who may send more or less than
// others: "<requests>/<seconds>", such as "100/60". It counts for every API.
const SwitchRateLimit = "rate-limit"

// CheckSwitch refuses a partner's switch that neither its dialect nor this
// package knows, or a value that it does not have.
func CheckSwitch(d Dialect, name, value string) error {
	if name != SwitchRateLimit {
		return d.CheckSwitch(name, value)
	}
	if _, ok := parsePace(value); value != "" && !ok {
		return fmt.Errorf("switch %s is <requests>/<seconds>, such as 100/60", SwitchRateLimit)
	}
	return nil
}

// Limits holds each partner to a number of requests per second. It counts
// per node and in machine time, and is safe for concurrent use.
type Limits struct {
	pace pace

	mu       sync.Mutex
	limiters map[string]limiter // one per partner account, so few
}

// limiter counts the requests of a partner at its pace.
type limiter struct {
	pace pace
	*rate.Limiter
}

// pace is how fast requests may come, on average, and how many at once.
type pace struct {
	perSecond rate.Limit
	burst     int
}

// mostRequests and longestPeriod bound what a switch can say.
const (
	mostRequests  = 1_000_000
	longestPeriod = 86_400
)

// parsePace reads the value of SwitchRateLimit.
func parsePace(text string) (p pace, ok bool) {
	requests, seconds, _ := strings.Cut(text, "/")
	n, err := strconv.ParseUint(requests, 10, 32)
	if err != nil || n < 1 || n > mostRequests {
		return pace{}, false
	}
	s, err := strconv.ParseUint(seconds, 10, 32)
	if err != nil || s < 1 || s > longestPeriod {
		return pace{}, false
	}
	return pace{perSecond: rate.Limit(float64(n) / float64(s)), burst: int(n)}, true
}

// NewLimits allows each partner perSecond requests on average and burst at
// once, at least one. A perSecond of zero or less means without limit, but for
// partners with a SwitchRateLimit.
func NewLimits(perSecond float64, burst int) *Limits {
	return &Limits{
		pace:     pace{perSecond: rate.Limit(perSecond), burst: max(burst, 1)},
		limiters: make(map[string]limiter),
	}
}

// Allowance is how much a partner may ask for. The zero value is without limit.
type Allowance struct {
	// Limit is how many requests may come at once after a rest.
	Limit int
	// Remaining is how many may come now.
	Remaining int
	// Reset is when Limit may come again, if none comes before; machine time.
	Reset time.Time
}

// Unlimited tells whether there is no limit.
func (a Allowance) Unlimited() bool { return a.Limit == 0 }

// Take takes one request out of what partner may send at now, and says what is
// left. The refusal, CodeRateLimited, says in whole seconds when the next may
// succeed, and costs the partner nothing. The partner must have been
// authenticated: every one that is asked about is kept.
func (l *Limits) Take(partner core.Partner, now time.Time) (Allowance, *insurance.Error) {
	limiter, limited := l.limiter(partner)
	if !limited {
		return Allowance{}, nil
	}
	reservation := limiter.ReserveN(now, 1)
	wait := reservation.DelayFrom(now)
	if wait <= 0 {
		return limiter.left(now), nil
	}
	reservation.CancelAt(now)
	return limiter.left(now), tooMany(wait)
}

// Left says what partner may send at now, and takes nothing.
func (l *Limits) Left(partner core.Partner, now time.Time) Allowance {
	limiter, limited := l.limiter(partner)
	if !limited {
		return Allowance{}
	}
	return limiter.left(now)
}

// limiter is the partner's at its present pace. One whose switch has changed
// begins anew.
func (l *Limits) limiter(partner core.Partner) (found limiter, limited bool) {
	wanted, own := parsePace(partner.Switch(SwitchRateLimit, ""))
	if !own {
		wanted = l.pace
	}
	if wanted.perSecond <= 0 {
		return limiter{}, false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	found, known := l.limiters[partner.Part]
	if !known || found.pace != wanted {
		found = limiter{wanted, rate.NewLimiter(wanted.perSecond, wanted.burst)}
		l.limiters[partner.Part] = found
	}
	return found, true
}

func (l limiter) left(now time.Time) Allowance {
	tokens := max(l.TokensAt(now), 0)
	missing := (float64(l.pace.burst) - tokens) / float64(l.pace.perSecond)
	return Allowance{
		Limit: l.pace.burst, Remaining: int(tokens),
		Reset: now.Add(time.Duration(missing * float64(time.Second))),
	}
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
