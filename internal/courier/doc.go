// Package courier brings notices to partners: it posts them, signed, to
// receivers it does not trust, and knows when to try again and when to stop.
package courier
