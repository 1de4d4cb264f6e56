// Package capability measures how small a defect a model would find on the part that it has
// learnt: defects of a designed range of sizes and depths are carved into the user's own sound
// scans, the model judges them as in production, and hits and misses become a probability
// of detection (MIL-HDBK-1823A) and a map of the part.
//
//	study := &capability.Study{Model: model, Scans: scans, Design: capability.Design{Kinds: kinds}}
//	report, err := study.Run(ctx, nil, nil)
//
// Each scan comes with a model that has not learnt from it. The design depends on
// its arguments and the scans alone: the same run again tries the same defects at the same
// places, on any number of workers.
package capability
