package scoring

import (
	"context"
	"slices"

	"blemish/detect/scene"
	"blemish/internal/stat"
	"blemish/spatial"
	"blemish/weights"
)

// What sound scans show as a matter of course: voids of some size, and noise.

// Usual is what is nothing special in a scan.
type Usual struct {
	Void  []float32               // for each site of the part: the largest void there, as scene.Gaps.Expected
	Any   [scene.GapKinds]float32 // for each kind of void: the same anywhere on the part
	Noise float64                 // standard deviation of sound scans' points along the normal
}

// siteNeighbors is how many sites around one say how large its sound voids are.
const siteNeighbors = 8

// ChanceUsual is what is usual where no scan tells more: the voids that chance leaves.
func ChanceUsual(part *scene.Part) *Usual {
	u := &Usual{Void: make([]float32, len(part.Sites))}
	for i := range u.Void {
		u.Void[i] = float32(scene.ChanceVoid(len(part.Sites)))
	}
	return u
}

// LearnUsual learns from sound scans that were held out what is usual, and hands each what
// the others say of it.
func (r *Reference) LearnUsual(ctx context.Context, parts []*Held) error {
	sites := r.Part.Sites
	index, _, err := spatial.NewTree(sites).KNNSelf(ctx, r.Workers, siteNeighbors)
	if err != nil {
		return err
	}
	var noise []float64
	for _, h := range parts {
		noise = append(noise, h.View.Noise)
	}
	usual := float64(float32(stat.Median(noise))) // as a model file keeps it
	v := &voids{parts: parts, near: index, sites: len(sites)}
	for p, h := range parts {
		h.Usual = &Usual{Void: v.without(p), Any: v.anywhere(p), Noise: usual}
	}
	r.Usual = &Usual{Void: v.without(-1), Any: v.anywhere(-1), Noise: usual}
	return nil
}

// voids are those of the sound scans that were held out.
type voids struct {
	parts []*Held
	near  []int32 // the sites around each
	sites int
}

// without is how large a void is nothing special at each site: no larger than chance leaves
// somewhere on the part, or than held-out scans but one showed there, which matters where a
// scanner sees badly.
func (v *voids) without(part int) []float32 {
	var largest float32
	for _, h := range v.parts {
		largest = max(largest, slices.Max(h.View.Gaps.Expected))
	}
	// Regular scans leave smaller voids than chance does.
	floor := min(largest, float32(scene.ChanceVoid(v.sites)))
	out := make([]float32, v.sites)
	width := len(v.near) / v.sites
	for i := range out {
		out[i] = floor
		for _, j := range v.near[i*width : (i+1)*width] {
			for p, h := range v.parts {
				if p != part {
					out[i] = max(out[i], h.View.Gaps.Expected[j])
				}
			}
		}
	}
	return out
}

// anywhere is the largest void of each kind, of held-out scans but one. Enclosed ones are
// told by their sites alone.
func (v *voids) anywhere(part int) (most [scene.GapKinds]float32) {
	for p, h := range v.parts {
		if p == part {
			continue
		}
		for i, kind := range h.View.Gaps.Kind {
			if kind != scene.Enclosed {
				most[kind] = max(most[kind], h.View.Gaps.Expected[i])
			}
		}
	}
	return most
}

// save adds what is usual to a model file: "void" (sites), "void.usual" (kinds of voids) and
// "noise" (1).
func (u *Usual) save(f *weights.File) {
	f.Add("void", u.Void, len(u.Void))
	f.Add("noise", []float32{float32(u.Noise)}, 1)
	f.Add("void.usual", slices.Clone(u.Any[:]), len(u.Any))
}

// OpenUsual reads what is usual from a model file, for a part of so many sites.
func OpenUsual(f *weights.File, sites int) (*Usual, error) {
	u := &Usual{}
	var err error
	if u.Void, err = f.Get("void", sites); err != nil {
		return nil, err
	}
	noise, err := f.Get("noise", 1)
	if err != nil {
		return nil, err
	}
	u.Noise = float64(noise[0])
	anywhere, err := f.Get("void.usual", len(u.Any))
	if err != nil {
		return nil, err
	}
	copy(u.Any[:], anywhere)
	return u, nil
}
