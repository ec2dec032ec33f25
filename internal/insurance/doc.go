// Package insurance holds the words and the rules of the trade: money and
// dates, products and their rating, quotes, policies and the ways they end.
//
// Everything here is a pure function from values to values. The package does
// no I/O, reads no clock and knows no wire format: the moment a rule needs is
// always an argument, and what a partner calls a thing is the business of its
// dialect.
//
// A sale reads like this:
//
//	Proposal ── Check ──▶ Problems?            what the customer wishes
//	   │
//	Product.Conclude ──▶ Terms                 kind, term, inception, expiry
//	   │
//	Product.Quote ──▶ Premium + Working        every step and rounding recorded
//	   │
//	Bind ──▶ Policy + ledger line              cover is effective
//	   │
//	Policy.Advance, Policy.End                 one path through the transitions
//
// A refusal is always an *Error with a Code from a closed list, so that every
// dialect can say it in its own words.
package insurance
