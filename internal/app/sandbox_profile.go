package app

import (
	"net/http"
	"net/http/pprof"
)

// profile says where the sandbox's time and memory go, in the form that `go tool
// pprof` reads: cpu for as many seconds as the parameter says, or a profile of
// runtime/pprof by its name, such as heap.
func profile(w http.ResponseWriter, r *http.Request) {
	if kind := r.PathValue("kind"); kind != "cpu" {
		pprof.Handler(kind).ServeHTTP(w, r)
		return
	}
	pprof.Profile(w, r)
}
