// Package dataset reads and builds folders of clouds with truth.
//
// Three layouts are read: that of Anomaly-ShapeNet, that of Real3D-AD, and plain
// folders (see Open). Build carves defects into meshes or built-in objects and
// writes a published layout with a manifest that holds every plan.
//
//	set, err := dataset.Open("data", "auto")
//	for _, class := range set.Classes {
//		for _, item := range class.Train {
//			cloud, _, err := set.Load(item)
//			…
//		}
//	}
package dataset
