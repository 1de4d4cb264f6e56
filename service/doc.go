// Package service is Blemish as a server: one process and one data folder behind an HTTP API
// and a page. Scans are uploaded, kept under the hash of their content, judged in order by
// the model of their part, exactly as predict does, and kept in a history.
//
// What was accepted is on the disk and in the queue before the reply goes out; it is judged
// whatever happens to the process, once. routes.go has the table of all routes, openapi.json
// describes them.
package service
