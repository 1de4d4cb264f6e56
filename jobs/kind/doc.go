// Package kind has the kinds of jobs: judge a scan, learn a model, make a shard of a data
// set, benchmark a detector on a class. Each file has what makes the job, the handler that
// does it, and what puts results together.
//
// The same job gives the same bytes on any machine: what took how long is left out.
package kind
