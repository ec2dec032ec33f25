package core

import (
	"time"

	"github.com/covernote/covernote/internal/insurance"
)

// LogFilter selects a page of a partner's event log, in the order of the log.
type LogFilter struct {
	// After is the position behind which the page begins; 0 begins the log.
	After int64
	// Since and Until bound when it happened, the first included and the last
	// not; zero is open.
	Since, Until time.Time
	// Types are empty for all.
	Types []EventType
	// Subject is the certificate number, or the id, of what it happened to; empty
	// for all.
	Subject string
	// Limit is 100 if nothing is said.
	Limit    int
	Problems []insurance.Problem
}

// LogPage is a page of the event log.
type LogPage struct {
	Events []Event
	// Next is where the next page begins. It is told also where there is none
	// yet, for whoever asks again later.
	Next int64
	// More tells whether there is more already.
	More bool
}

// ReplayWish asks for events to be told again, whether they were delivered or
// not: to each endpoint that is told such events, or to one.
type ReplayWish struct {
	// ID names a replay that was begun before, to go on with; empty begins one.
	ID string
	// Since and Until bound when it happened, as in LogFilter.
	Since, Until time.Time
	Types        []EventType
	// Endpoint is the name of one of the partner's; empty is all.
	Endpoint string
	// Actor is who wishes it, as the audit log names it; empty is the partner.
	Actor    string
	Problems []insurance.Problem
}

// Replay is how far a replay has come. Each event of it is told once more, and
// however often it was interrupted.
type Replay struct {
	ID string
	// Position is that of the last event it has dealt with, End that of the last
	// it will deal with.
	Position, End int64
	// Events and Notices count what was dealt with, and what is told again.
	Events, Notices int64
	Done            bool
}
