package dataset

import (
	"slices"
	"strings"

	"blemish/defect"
)

// The published Anomaly-ShapeNet as a recipe: its classes and how many clouds of
// which kind each has.

const (
	presetTrain  = 4  // template clouds, a class
	presetSound  = 15 // positive test clouds, a class
	presetCommon = 7  // bulges and concavities, a class each
)

// rare is how many clouds of the kinds that not every class has.
type rare struct{ bending, broken, crack, hole, scratch int }

// presetTable is the listing of the published files (Anomaly-ShapeNet v2; Li et al.,
// CVPR 2024): 40 classes, 160 clouds to learn from, 600 sound and 712 defective ones.
var presetTable = []struct {
	classes string
	rare    rare
}{
	{"ashtray0 bag0 bottle0 cup0 cup1 eraser0 headset1 helmet1 jar0 microphone0 vase1 vase2 vase5 vase7", rare{}},
	{"headset0", rare{bending: 1}},
	{"vase0", rare{scratch: 2}},
	{"bowl0 bowl1 bowl2 bowl3 bowl4", rare{scratch: 4}},
	{"cap0 tap1", rare{broken: 2, hole: 2}},
	{"bottle1", rare{broken: 2, crack: 1, hole: 2}},
	{"bowl5", rare{broken: 2, hole: 2, scratch: 1}},
	{"cap3 cap4 cap5", rare{bending: 1, broken: 2, hole: 2}},
	{"bottle3", rare{crack: 2, hole: 2, scratch: 3}},
	{"bucket0 bucket1", rare{broken: 2, crack: 2, hole: 2, scratch: 1}},
	{"helmet3 tap0 vase3 vase4 vase8 vase9", rare{broken: 2, crack: 2, hole: 2, scratch: 2}},
	{"helmet0", rare{bending: 2, broken: 2, crack: 2, hole: 2, scratch: 1}},
	{"helmet2 shelf0", rare{bending: 1, broken: 2, crack: 2, hole: 2, scratch: 2}},
}

// presetClasses lists the classes in alphabetical order.
func presetClasses() []string {
	var all []string
	for _, row := range presetTable {
		all = append(all, strings.Fields(row.classes)...)
	}
	slices.Sort(all)
	return all
}

// presetKinds lists the kinds that the published set has. They are named here, so that a
// new kind does not change the preset.
func presetKinds() []defect.Kind {
	return []defect.Kind{defect.Bulge, defect.Concavity, defect.Hole, defect.Broken, defect.Bending, defect.Crack, defect.Scratch}
}

// batch is some clouds of one kind with consecutive numbers in their names.
type batch struct {
	kind         defect.Kind
	first, count int
}

// presetBatches is what the published set has of a class; false for a class that it
// does not have. Holes, broken ones and cracks are numbered on from one another:
// hole0, hole1, broken2, broken3, crak4, crak5.
func presetBatches(class string) ([]batch, bool) {
	for _, row := range presetTable {
		if !slices.Contains(strings.Fields(row.classes), class) {
			continue
		}
		r := row.rare
		return []batch{
			{defect.Bulge, 0, presetCommon}, {defect.Concavity, 0, presetCommon},
			{defect.Hole, 0, r.hole}, {defect.Broken, r.hole, r.broken}, {defect.Crack, r.hole + r.broken, r.crack},
			{defect.Scratch, 0, r.scratch}, {defect.Bending, 0, r.bending},
		}, true
	}
	return nil, false
}
