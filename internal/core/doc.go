// Package core turns intentions into change lists. It is the only way in: the
// dialects, the console, the clock and the command line all call the same
// methods, and no rule of the business is kept anywhere else but here and in
// package insurance.
//
// A method reads one snapshot and the clock once, asks insurance for the
// decision, and commits one change list that holds everything the decision
// caused: guards, rows, the event, its notices, the stored answer and the
// audit entry. If a guard is lost to somebody faster it begins again, at most
// eight times. What it returns is durable.
package core
