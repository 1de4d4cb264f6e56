// Package auto is deviation with an eye for what surrounds a point, and room for companions:
// other detectors that speak of the same points, on one placing of the scan and one look at it.
//
// The verdict is deviation's: object score, threshold, regions and reasons are its own. What it
// reads below 1, where sound scans read the same, is refined (refine.go): a point is suspect as
// far as the points around it are, and as far as companions say so, each held against what it
// said of sound scans at that place when they were held out (voice.go). All is learnt from
// sound scans alone. A companion that the budget has no room for is left out, and counts the
// less in a scan the more of it the companion finds odd.
//
// The package stands above the detectors that it joins, and imports them.
package auto
