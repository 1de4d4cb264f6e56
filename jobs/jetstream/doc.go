// Package jetstream passes jobs through NATS JetStream: a server within one of the processes
// that share a data folder, or a cluster.
//
// The stream is a work queue with explicit acknowledgement. It takes one message for each
// job, so what waits or runs is not added again. A delivery that nobody keeps is made again
// after a while. A lost connection is told and made again; meanwhile workers go on.
package jetstream
