// Package deviation is the detector that needs no network: a defect is what is off
// the surface that the sound scans span together, by more than sound scans are.
//
// Three terms make the score of a point:
//
//   - the signed distance to the surface, measured to discs at the points of all
//     sound scans and not to the points, alone and averaged over neighbouring points
//     (reading.go, on package detect/scene's Surface);
//   - the tolerance of the place, learnt by holding each sound scan against the
//     others, so that an edge or a thin wall is judged by its own measure
//     (scoring.Tolerance);
//   - missing surface: voids that chance does not leave, added to the score of the points
//     around them (package detect/scoring, which all detectors share).
//
// Scans may come in any pose: package register brings them to the sound ones.
package deviation
