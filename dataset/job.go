package dataset

import (
	"fmt"

	"blemish/defect"
)

// The clouds of a recipe, in the manifest's order, and what their files are called.

// job is one cloud to make. Its random streams hang on class, part, kind and index,
// never on its name or place: the same cloud stands in every layout.
type job struct {
	source int         // which class, an index into the sources
	kind   defect.Kind // "" for sound
	part   string      // "train" or "test"
	index  int
	file   string // below the set's folder, slash-separated
	truth  string // "" for sound clouds
}

// clouds is how many clouds of one class a recipe asks for.
func (o Options) clouds() int { return o.Train + o.Sound + len(o.Kinds)*o.PerKind }

// jobsOf lists the clouds of one class.
func jobsOf(source int, from source, opt Options) ([]job, error) {
	class := from.class
	batches := make([]batch, len(opt.Kinds))
	for i, k := range opt.Kinds {
		batches[i] = batch{k, 0, opt.PerKind}
	}
	if opt.Preset == AnomalyShapeNet {
		var known bool
		if batches, known = presetBatches(class); !known {
			return nil, fmt.Errorf("class %q: the preset %s does not have it", class, opt.Preset)
		}
	}
	var jobs []job
	for i := 0; i < opt.Train; i++ {
		jobs = append(jobs, job{source: source, part: "train", index: i})
	}
	for i := range from.sound(opt) {
		jobs = append(jobs, job{source: source, part: "test", index: i})
	}
	for _, b := range batches {
		for i := 0; i < b.count; i++ {
			jobs = append(jobs, job{source: source, kind: b.kind, part: "test", index: b.first + i})
		}
	}
	for i := range jobs {
		jobs[i].name(class, opt.Layout, i, opt.Train)
	}
	return jobs, nil
}

// name gives a job its files. number counts the class's jobs from 0.
func (j *job) name(class, layout string, number, train int) {
	var stem, truthFolder string
	switch {
	case layout == Real3D && j.part == "train":
		stem = fmt.Sprintf("%d_template", number+1)
	case layout == Real3D:
		stem, truthFolder = fmt.Sprintf("%d_%s", number-train+1, real3dWord(j.kind)), "gt"
	case j.part == "train":
		stem = fmt.Sprintf("%s_template%d", class, j.index)
	default:
		stem, truthFolder = fmt.Sprintf("%s_%s%d", class, shapeNetWord(j.kind), j.index), "GT"
	}
	j.file = slash(class, j.part, stem+".pcd")
	if j.kind != "" {
		j.truth = slash(class, truthFolder, stem+".txt")
	}
}

// shapeNetWord is how Anomaly-ShapeNet spells a kind in file names.
func shapeNetWord(k defect.Kind) string {
	switch k {
	case "":
		return "positive"
	case defect.Crack:
		return "crak"
	}
	return string(k)
}

// real3dWord is how Real3D-AD names a kind; what that set does not have keeps its name.
func real3dWord(k defect.Kind) string {
	switch k {
	case "":
		return "good"
	case defect.Concavity:
		return "sink"
	}
	return string(k)
}
