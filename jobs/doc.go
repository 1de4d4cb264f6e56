// Package jobs has work done by any number of processes on any number of machines.
//
// A [Job] is a kind, what the kind needs to know, and input files by their content; its ID is
// the hash of all that, so the same work is the same job. A [Queue] takes jobs and answers for
// them; [Worker] does them. Inputs, results and the jobs themselves lie in a [storage.Store];
// a [Broker] only passes IDs around, in one process (local.go) or through NATS JetStream
// (package jobs/jetstream).
//
// A worker that is killed costs another attempt. The result of a job is written under its ID,
// and the first whole one stays: there is never a second.
package jobs
