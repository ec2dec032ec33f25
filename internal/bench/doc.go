// Package bench measures what Covernote does on this machine, and in the same
// run what the machine itself can do: one after the other, round by round, so
// that what disturbs the one disturbs the other. Only their ratio says something
// about Covernote.
//
// It measures what partners get. The program runs as a process of its own and is
// spoken to through its APIs; this package knows nothing of its insides. Echo and
// sink are processes of their own too, so that memory and cores are shared alike.
//
//	bench.go     what is measured and how often
//	program.go   the processes: sandbox, echo, sink
//	load.go      a closed loop over many connections; connection.go is one of them
//	echo.go      the limit of answering requests; sink.go that of taking webhooks
//	pgbench.go   the limit of writing to PostgreSQL
//	measure_*.go the measures
//	report.go    what came of it; table.go, page.go and chart.go show it
package bench
