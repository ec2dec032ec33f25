package store

import (
	"fmt"
	"sync"
	"time"
)

var zones sync.Map // name → *time.Location

// Zone finds a time zone by its name; reading it from the zone database is
// dear, so that it is done once.
func Zone(name string) (*time.Location, error) {
	if known, ok := zones.Load(name); ok {
		return known.(*time.Location), nil
	}
	location, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("find time zone %q: %w", name, err)
	}
	zones.Store(name, location)
	return location, nil
}
