package insurance

import "time"

// clock is a time of day in a zone, at which the days of a policy begin: one
// that starts at half past seven renews at half past seven, whatever clocks
// were put forward or back in between.
type clock struct {
	sinceMidnight time.Duration
	zone          *time.Location
}

// clockOf reads the time of day of an instant.
func clockOf(at time.Time, zone *time.Location) clock {
	local := at.In(zone)
	hour, minute, second := local.Clock()
	return clock{
		sinceMidnight: time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute +
			time.Duration(second)*time.Second + time.Duration(local.Nanosecond()),
		zone: zone,
	}
}

// on is the instant at which clocks show that time on a day: where they show
// it twice, the first, and where they skip it, as much later or earlier as
// time.Date puts it.
func (c clock) on(d Date) time.Time {
	if c.sinceMidnight == 0 {
		return d.Start(c.zone)
	}
	seconds, rest := int(c.sinceMidnight/time.Second), int(c.sinceMidnight%time.Second)
	at := time.Date(d.Year, d.Month, d.Day, 0, 0, seconds, rest, c.zone)
	since, _ := at.ZoneBounds()
	return earlier(at, since).UTC()
}
