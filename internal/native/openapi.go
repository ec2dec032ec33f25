package native

import (
	"bytes"
	_ "embed"
	"net/http"
	"time"
)

// DescriptionPath is where Describe belongs.
const DescriptionPath = "/v1/openapi.json"

// description is the API in OpenAPI 3.1.
//
//go:embed openapi.json
var description []byte

// Describe answers with the description of the API, to anybody.
func Describe(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(description))
}
