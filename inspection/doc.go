// Package inspection is what a shop asks of the judging of a part beyond sound and defective:
// a tolerance for the part, zones where nothing counts or where a tolerance of its own does, a
// datum that scans are aligned to, cuts by planes, and the spread of deviations.
//
//	plan, err := inspection.Read("plan.yaml")
//	…
//	adjustment, err := plan.Adjustment(ctx, model, readCloud)
//	if err == nil {
//		err = model.Adjust(adjustment)
//	}
//
// Places and lengths of a plan are in the part's frame and in the scans' unit. The part's
// frame is that of the CAD model, or the one that sound scans were brought to.
package inspection
