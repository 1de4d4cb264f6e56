// Package detecttest is the contract that every detector passes. A detector's own
// test calls it:
//
//	func TestContract(t *testing.T) {
//		detecttest.Run(t, detecttest.Suite{New: func() detect.Detector { return New(DefaultConfig()) }, Open: Open})
//	}
package detecttest
