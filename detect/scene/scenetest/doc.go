// Package scenetest makes scans whose surface is known exactly, for the tests of what scans
// are held against.
package scenetest
