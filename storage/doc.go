// Package storage keeps named pieces of data, and files by the hash of their content, in a
// folder that several machines share, or in a bucket of S3-compatible storage.
//
// Nothing that is stored ever changes. Of several writers of one name the first one that has
// written it whole wins, and readers see it whole or not at all.
package storage
