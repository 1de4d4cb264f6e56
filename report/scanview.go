package report

// What the page needs of one scan.

import (
	"fmt"

	"blemish/detect"
	"blemish/detect/scene"
	"blemish/geom"
	"blemish/inspection"
)

// ScanView is one scan for the viewer and the pictures.
type ScanView struct {
	Name     string         // the file as the document names it
	Cloud    *geom.Cloud    // as it was scored; normals light it where they are there
	Result   *detect.Result // of Cloud
	Truth    []float32      // label a point, 0 is sound; nil where unknown
	Kind     string         // kind of defect, where known
	Detector string
	Class    string
	Unit     string // of lengths, "mm"; may be empty
	Group    string // heading under which the scan is listed; empty for none
	// Reference is the sound surface in its own frame, drawn beside the scan;
	// may be nil. Views that share the pointer share the bytes.
	Reference *geom.Cloud
	// Sections are cuts through part and scan.
	Sections []*inspection.Profile
}

// Judged reports whether a point was held against the sound surface. Where a result does
// not tell, all were.
func (v *ScanView) Judged(i int) bool {
	set := v.Result.Seen.Set
	return set == nil || set[i] == scene.Comparable
}

// NotSeen is the surface that the scan does not show; nil where it is too little to tell.
func (v *ScanView) NotSeen() []geom.Vec3 {
	if v.Result.Seen.NotSeenShare < leastTold {
		return nil
	}
	return v.Result.Seen.NotSeen
}

// check sees to it that every list has one value a point.
func (v *ScanView) check() error {
	n := v.Cloud.Len()
	if len(v.Result.Point) != n {
		return fmt.Errorf("%d scores for %d points", len(v.Result.Point), n)
	}
	if v.Truth != nil && len(v.Truth) != n {
		return fmt.Errorf("%d labels for %d points", len(v.Truth), n)
	}
	if v.Result.Signed != nil && len(v.Result.Signed) != n {
		return fmt.Errorf("%d signed distances for %d points", len(v.Result.Signed), n)
	}
	if set := v.Result.Seen.Set; set != nil && len(set) != n {
		return fmt.Errorf("%d sets for %d points", len(set), n)
	}
	for _, name := range sortedKeys(v.Result.Terms) {
		if len(v.Result.Terms[name]) != n {
			return fmt.Errorf("%d values of %s for %d points", len(v.Result.Terms[name]), name, n)
		}
	}
	return nil
}
