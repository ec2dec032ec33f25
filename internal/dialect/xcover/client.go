package xcover

import (
	"net/http"
	"time"
)

// Sign makes the headers with which a client signs a request at a moment. Only
// the date is signed, so that they open every request of the client, and until
// its partner sets a window for the date, they do so at any time.
func Sign(apiKey, secret string, at time.Time) http.Header {
	authorization, date := signOutgoing(apiKey, secret, "hmac-sha512", at)
	return http.Header{"Authorization": {authorization}, "Date": {date}, "X-Api-Key": {apiKey}}
}
