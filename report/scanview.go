package report

// What the page needs of one scan.

import (
	"blemish/detect"
	"blemish/geom"
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
	Group    string // heading under which the scan is listed; empty for none
	// Reference is the sound surface in its own frame, drawn beside the scan;
	// may be nil. Views that share the pointer share the bytes.
	Reference *geom.Cloud
}
