// Package dialecttest replays recorded exchanges against a running program:
// what a partner sends, what it is answered, and what it is told. Adding a
// file to a dialect's testdata adds a test.
//
// A file is a txtar archive. Its comment says where the exchange is known
// from and what the partner is like, one setting a line; everything else in
// it is for the reader:
//
//	An order is acknowledged and its contract told.
//	Source: the published page.
//	Notified: no                            (default yes)
//	Pushed: yes                             (default no)
//	Switch: error_http_status = always_200  (any number of them)
//	Networks: 192.0.2.0/24                  (default all)
//	Live: yes                               (default no: a sandbox answers)
//
// Its files are steps, in order. Only the part of a name after the last slash
// counts:
//
//	-- order/request --
//	POST /services/integrator/partner/v1/order
//	Content-Type: application/json
//
//	{"…": "…"}
//	-- order/response --
//	200
//	Content-Type: application/json; charset=utf-8
//
//	{"status":{"id":200,"text":"OK"},"message":"*","count":1}
//	-- order/notice --
//	Content-Type: application/json; charset=utf-8
//
//	{"certificate_number":"{{number: I[0-9]{29}}}"}
//
// A request is sent as the partner; a header "As: other" sends it with
// another of the house's credentials, "As: nobody" with none, and "Peer:
// 203.0.113.7" from another address. A notice is awaited at the partner's own
// endpoint, with "To: push" at that for whole inquiries, with "To: mail" at a
// policyholder's address, and with "To: other" at another partner's. A clock moves the house's clock, by
// a duration such as P30D:
//
//	-- a_month/clock --
//	P30D
//
// A desk lets the broker of an inquiry work until it stands where it is
// wanted:
//
//	-- calculate/desk --
//	1000001 calculated
//
// A Building is a house of which everything is in the test's own process; whoever
// replays against another makes a House of it. Parts that many exchanges have in
// common are values/*.json beside them, and the forms of what the house gives a
// name patterns.json.
//
// Of an answer, status and body must be as written, and headers as far as
// they are named ("-" as a value: absent). JSON may be laid out freely in the
// file: it is compared byte for byte once it is compact, so that another order
// of keys, another spelling of a number, a missing key or one too many fails.
// "*" stands for any string or number, for any value of a header, and for any
// body that is not empty; "**" for any value with all that is in it. The body
// expected of a ZIP is the list of its entries, a line each.
//
// {{today}} is the day of the house's clock; {{today-28}} and {{today+36M-1}}
// are reckoned from it in days, months (M) and years (Y). Every other name in
// braces is a value of the house or one that was captured: a string that
// consists of a name not known yet captures what stands in its place, with a
// pattern behind a colon only if it matches: a regular expression or the name
// of one, such as uuid or instant. With a pattern, a name captures anew.
//
// EveryCode, EveryField and EveryRefusal look for gaps in a dialect's tables.
package dialecttest
