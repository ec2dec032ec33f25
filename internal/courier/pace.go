package courier

import (
	"cmp"
	"math"
	"time"

	"golang.org/x/time/rate"

	"github.com/covernote/covernote/internal/core"
)

// atOnce is how many notices an endpoint gets at the same time.
func (c *Courier) atOnce(p core.Pace) int { return cmp.Or(p.AtOnce, c.Pace.AtOnce, defaultAtOnce) }

// allow tells how many of the notices that wait for an endpoint may go now, and how
// long it has to be left alone after them. Rates are kept by the machine's clock.
func (c *Courier) allow(endpoint string, p core.Pace, waiting int) (now int, wait time.Duration) {
	perMinute := cmp.Or(p.PerMinute, c.Pace.PerMinute)
	if perMinute == 0 {
		return waiting, 0
	}
	limiter := c.limiter(endpoint, perMinute)
	now = min(waiting, int(max(limiter.Tokens(), 0)))
	limiter.AllowN(time.Now(), now)
	if lacking := 1 - limiter.Tokens(); lacking > 0 {
		wait = time.Duration(math.Ceil(lacking / float64(limiter.Limit()) * float64(time.Second)))
	}
	return now, wait
}

// limiter keeps the rate of an endpoint. As many may go at once as in a second.
func (c *Courier) limiter(endpoint string, perMinute int) *rate.Limiter {
	perSecond := float64(perMinute) / time.Minute.Seconds()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.limiters == nil {
		c.limiters = make(map[string]*rate.Limiter)
	}
	if c.limiters[endpoint] == nil || c.limiters[endpoint].Limit() != rate.Limit(perSecond) {
		c.limiters[endpoint] = rate.NewLimiter(rate.Limit(perSecond), int(math.Ceil(perSecond)))
	}
	return c.limiters[endpoint]
}
