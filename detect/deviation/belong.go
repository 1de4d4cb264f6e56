package deviation

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"blemish/geom"
	"blemish/internal/stat"
	"blemish/register"
)

// Whether sound scans are of one part and in one unit.

// units looks for scans in another unit than most. The scan of the middle size is in the
// unit that most are in, if most are in one.
func (v *vetting) units(ctx context.Context, clouds [][]geom.Vec3) error {
	order := make([]int, len(clouds))
	for i, c := range clouds {
		order[i] = i
		v.Scans[i].Size = register.Size(c)
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case v.Scans[a].Size < v.Scans[b].Size:
			return -1
		case v.Scans[a].Size > v.Scans[b].Size:
			return 1
		}
		return 0
	})
	middle := order[len(order)/2]
	var ref *register.Reference
	hints := make([]string, len(clouds))
	var odd []int
	for i, c := range clouds {
		if i == middle {
			continue
		}
		hint, sure := register.CompareUnits(c, clouds[middle])
		if ratio := v.Scans[middle].Size / v.Scans[i].Size; !sure && (ratio > doubtful || ratio < 1/doubtful) {
			var err error
			if ref == nil {
				if ref, err = register.NewReference(ctx, clouds[middle], v.options()); err != nil {
					return err
				}
			}
			if hint, sure, err = ref.CompareUnits(ctx, c, v.options()); err != nil {
				return err
			}
		}
		if sure {
			odd, hints[i] = append(odd, i), hint.Text
		}
	}
	if len(odd) == 0 {
		return nil
	}
	if 2*len(odd) >= len(clouds) {
		i := odd[0]
		return fmt.Errorf("%s and %s are not in one unit, and it cannot be told which is wrong: %s",
			v.name(i), v.name(middle), beside(hints[i], "the first", "the second"))
	}
	var said []string
	for _, i := range odd {
		said = append(said, beside(hints[i], v.name(i), "the others"))
	}
	return fmt.Errorf("%s", strings.Join(said, "; "))
}

// doubtful is the ratio of sizes from which it is tried out whether a scan is in another
// unit, where the number of its points leaves that open.
const doubtful = 6

// beside makes a hint that speaks of the scan and the reference speak of others.
func beside(hint, scan, reference string) string {
	hint = strings.Replace(hint, "the scan", scan, 1)
	return strings.Replace(hint, "the reference", reference, 1)
}

const (
	// lies is the overlap with the others from which a scan is one of the part: defects and
	// gaps leave more.
	lies = 0.6
	// alike is the overlap from which a scan needs no second look, and behind is by how much
	// less than usual among the others it may be.
	alike, behind = 0.93, 0.1
	// hangs and holds are the overlap and the share explained from which what else a scan
	// shows is not of the part, or not shown by the others.
	hangs, holds = 0.2, 0.5
)

// fit is what a scan is beside the others.
type fit struct {
	overlap, explained float64
	mirrored           bool
}

// belongs says that a scan is of the part, whatever else it shows.
func (f fit) belongs() bool {
	return !f.mirrored && (f.overlap >= lies || f.overlap >= hangs && f.explained >= holds)
}

// fits looks for scans that are not of the part, or cannot be joined to the others. It
// corrects poses that a second look finds better.
func (v *vetting) fits(ctx context.Context, clouds [][]geom.Vec3, g *register.Grouping) (again bool, err error) {
	usual := stat.Median(slices.Clone(g.Overlaps))
	var sound, odd []int
	for k := range clouds {
		if g.Joined[k] && g.Overlaps[k] >= min(alike, usual-behind) && g.Overlaps[k] >= hangs {
			sound = append(sound, k)
		} else {
			odd = append(odd, k)
		}
	}
	if len(odd) == 0 {
		return false, nil
	}
	if len(sound) == 0 {
		// Of two scans the anchor is joined, whatever the other is.
		sound, odd = []int{g.Anchor}, slices.DeleteFunc(odd, func(k int) bool { return k == g.Anchor })
	}
	var union []geom.Vec3
	for _, k := range sound {
		union = append(union, g.Poses[k].ApplyAll(clouds[k])...)
	}
	ref, err := register.NewReference(ctx, union, v.options())
	if err != nil {
		return false, err
	}
	var strange []int
	for _, k := range odd {
		r, err := ref.Align(ctx, clouds[k], v.options())
		if err != nil {
			return false, err
		}
		f := fit{r.Overlap, r.Explained, r.Mirrored}
		if r.Overlap > g.Overlaps[k] || !g.Joined[k] {
			g.Poses[k], g.Residuals[k], g.Overlaps[k], g.Explained[k] = r.TargetFromSource, r.Residual, r.Overlap, r.Explained
		}
		i := v.Used[k]
		v.Scans[i].Overlap, v.Scans[i].Residual, v.Scans[i].Covered = r.Overlap, r.Residual, r.Covered
		if v.kept[i] || f.belongs() && (g.Joined[k] || r.Overlap >= lies) {
			g.Joined[k] = true
			continue
		}
		strange = append(strange, k)
		v.Scans[i].Why = v.strangeness(f, i)
	}
	if len(strange) == 0 {
		return false, nil
	}
	if v.keepAll {
		for _, k := range strange {
			v.judged(v.Used[k], v.Scans[v.Used[k]].Why)
		}
		return false, nil
	}
	fitting := len(clouds) - len(strange)
	if fitting <= len(strange) {
		return false, v.noMajority(strange)
	}
	whole, err := v.whole(ctx, clouds, g, sound, ref)
	if err != nil {
		return false, err
	}
	var said []string
	var out []int
	for _, k := range strange {
		i := v.Used[k]
		if !whole && fitting >= enough && v.Scans[i].Why != mirrorImage {
			out = append(out, i)
		} else {
			said = append(said, fmt.Sprintf("%s %s", v.name(i), v.Scans[i].Why))
		}
	}
	if len(said) > 0 {
		return false, fmt.Errorf("%s", strings.Join(said, "; "))
	}
	for _, i := range out {
		v.judged(i, v.Scans[i].Why)
	}
	return true, nil
}

// enough is how many scans of sides must be joined for one that cannot be to be left out.
const enough = 3

const mirrorImage = "shows the mirror image of the part"

// strangeness says why a scan does not belong to the others.
func (v *vetting) strangeness(f fit, i int) string {
	if f.mirrored {
		return mirrorImage
	}
	why := fmt.Sprintf("does not fit the others, only %.0f %% of it lies on them: another part, or a side that they hardly show", 100*f.overlap)
	var sizes []float64
	for _, j := range v.Used {
		if j != i {
			sizes = append(sizes, v.Scans[j].Size)
		}
	}
	if ratio := v.Scans[i].Size / stat.Median(sizes); ratio > unlike {
		why += fmt.Sprintf("; it is %s times larger, with much beside the part?", number(ratio))
	} else if ratio < 1/unlike {
		why += fmt.Sprintf("; it is %s times smaller", number(1/ratio))
	}
	return why
}

// unlike is the ratio of sizes from which it is told.
const unlike = 1.3

// noMajority says that the scans are of several parts, and none of most.
func (v *vetting) noMajority(strange []int) error {
	var rest, odd []string
	for k, i := range v.Used {
		if slices.Contains(strange, k) {
			odd = append(odd, v.name(i))
		} else {
			rest = append(rest, v.name(i))
		}
	}
	why := v.Scans[v.Used[strange[0]]].Why
	if len(odd) == 1 && len(rest) == 1 {
		return fmt.Errorf("%s and %s do not fit each other, and of two it cannot be told which one is wrong: the first %s", odd[0], rest[0], why)
	}
	return fmt.Errorf("fewer than half of the sound scans fit one another: %s do; %s", strings.Join(rest, ", "), odd[0]+" "+why)
}

// wholeShare is the share of the part that a scan shows, at least, which shows all of it.
const wholeShare = 0.9

// whole says that most of some scans, whose union ref is, show nearly all of it.
func (v *vetting) whole(ctx context.Context, clouds [][]geom.Vec3, g *register.Grouping, scans []int, ref *register.Reference) (bool, error) {
	opt := v.options()
	opt.Coverage = register.CoveragePartial
	var covered []float64
	for _, k := range scans {
		r, err := ref.Refine(ctx, clouds[k], g.Poses[k], opt)
		if err != nil {
			return false, err
		}
		covered = append(covered, r.Covered)
	}
	return stat.Median(covered) >= wholeShare, nil
}

// number writes v with two digits that count, and without an exponent.
func number(v float64) string {
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 2, 64), 64) // its own output
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}
