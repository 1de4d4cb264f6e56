// Package jobstest is the suite that every broker of jobs passes.
package jobstest
