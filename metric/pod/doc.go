// Package pod says from hits and misses how small a defect may be that is still found: the
// probability of detection (POD) as a function of size, after MIL-HDBK-1823A.
//
//	trials := []pod.Trial{{Size: 0.5, Hit: false}, {Size: 2, Hit: true}}
//	fit, err := pod.FitLogit(trials)
//	if err != nil {
//		return err // "3 misses, at least 5 are needed": no figure may be given
//	}
//	fmt.Println(fit.A50, fit.A90, fit.A9095)
//
// Sizes are lengths above 0 in any unit; the fit is in their logarithm, so that the results
// come out in the same unit and scale with it.
package pod
