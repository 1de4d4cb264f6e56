// Package watch judges the scans that appear in a folder, one after another, for as long as it
// is let.
//
// A file is judged once it is whole: its size and time have not changed for a while, and its
// reader accepts its end. Then three things happen in this order: a folder with the report
// appears in one step, the history gets its entry, and the file is moved or marked. Each step
// may be done twice, and a kill between two of them means that the next start does the second
// again. So nothing is lost, and nothing counts twice.
package watch
