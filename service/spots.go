package service

import (
	"bytes"
	"math"
	"net/http"
	"slices"

	"blemish/history"
	"blemish/report"
)

// Places of the part where scans have regions: those that lie over each other in the part's
// frame are one.

// spot is a place of the part, and the defects found there.
type spot struct {
	Number  int              `json:"number"` // 1 has the most defects
	Center  [3]report.Number `json:"center"` // in the part's frame
	Radius  report.Number    `json:"radius"` // of a disk with the area of its largest region
	Defects int              `json:"defects"`
	Scans   int              `json:"scans"` // defective scans with a defect here
	Area    report.Number    `json:"area"`  // summed over the defects
	Depth   report.Number    `json:"depth"` // the deepest; null where none has one
	Kinds   map[string]int   `json:"kinds"`
}

// spotMembers is a place with the regions of each entry, by its index.
type spotMembers struct {
	spot
	members map[int][]history.Region
}

// findSpots gathers the regions of entries. The largest regions come first, and each further
// one belongs to the nearest place that it touches: whose centre is closer than the sum of
// the radii of disks with their areas. The scale is that of the regions; no length is given.
func findSpots(entries []history.Entry) []spotMembers {
	type found struct {
		entry  int
		region history.Region
	}
	var all []found
	for i := range entries {
		for _, r := range entries[i].Regions {
			if r.Center[0].Known() && r.Center[1].Known() && r.Center[2].Known() && r.Area.Known() {
				all = append(all, found{i, r})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b found) int { // stable: ties in the order of time
		switch {
		case a.region.Area > b.region.Area:
			return -1
		case a.region.Area < b.region.Area:
			return 1
		}
		return 0
	})
	var spots []spotMembers
	for _, f := range all {
		radius := math.Sqrt(float64(f.region.Area) / math.Pi)
		best, least := -1, math.Inf(1)
		for i := range spots {
			d := apart(spots[i].Center, f.region.Center)
			if d < radius+float64(spots[i].Radius) && d < least {
				best, least = i, d
			}
		}
		if best < 0 {
			best = len(spots)
			spots = append(spots, spotMembers{spot{Center: f.region.Center, Radius: report.Number(radius), Depth: report.None(), Kinds: map[string]int{}}, map[int][]history.Region{}})
		}
		p := &spots[best]
		if !f.region.Below {
			if !slices.ContainsFunc(p.members[f.entry], func(r history.Region) bool { return !r.Below }) {
				p.Scans++
			}
			p.Defects++
			p.Area += f.region.Area
			p.Depth = deeper(p.Depth, f.region.Depth)
			p.Kinds[f.region.Kind]++
		}
		p.members[f.entry] = append(p.members[f.entry], f.region)
	}
	slices.SortStableFunc(spots, func(a, b spotMembers) int { return b.Defects - a.Defects })
	for i := range spots {
		spots[i].Number = i + 1
	}
	return spots
}

func apart(a, b [3]report.Number) float64 {
	var sum float64
	for i := range a {
		d := float64(a[i] - b[i])
		sum += float64(d * d)
	}
	return math.Sqrt(sum)
}

// mostSurface is how many points of the part's surface a page draws.
const mostSurface = 4000

// defectsRoute answers with the defects of many scans, summed on the part, and the surface of
// a sound scan to draw them on.
func (s *Service) defectsRoute(w http.ResponseWriter, r *http.Request) error {
	part, entries, model, err := s.entriesOf(r)
	if err != nil {
		return err
	}
	spots := []spot{}
	for _, p := range findSpots(entries) {
		if p.Defects > 0 {
			spots = append(spots, p.spot)
		}
	}
	surface, err := s.surface(r, entries)
	if err != nil {
		return err
	}
	defective := 0
	for i := range entries {
		if entries[i].Verdict == history.ReallyDefective {
			defective++
		}
	}
	return answerCompact(w, struct {
		Part      string         `json:"part"`
		Model     *history.Model `json:"model"`
		Unit      string         `json:"unit"`
		Scans     int            `json:"scans"`
		Defective int            `json:"defective"`
		Places    []spot         `json:"places"`
		Surface   [][3]float32   `json:"surface"` // points in the part's frame; empty without a scan to take them from
	}{part, model, model.Unit, len(entries), defective, spots, surface})
}

// surface is the part as its newest sound scan shows it, or else its newest scan.
func (s *Service) surface(r *http.Request, entries []history.Entry) ([][3]float32, error) {
	for _, sound := range []bool{true, false} {
		for i := len(entries) - 1; i >= 0; i-- {
			if isSound(&entries[i]) != sound {
				continue
			}
			e, err := s.store.Get(r.Context(), entries[i].ID)
			if err != nil {
				return nil, storeProblem(err)
			}
			doc, err := report.ReadPredict(bytes.NewReader(e.Result), e.Name)
			if err != nil || len(doc.Scans) != 1 || doc.Scans[0].Pose == nil {
				continue
			}
			cloud, err := s.readScan(e.Scan, e.Name)
			if err != nil {
				continue // another station's, or gone
			}
			step := (cloud.Len()-1)/mostSurface + 1
			points := [][3]float32{}
			for k := 0; k < cloud.Len(); k += step {
				p := cloud.Points[k].D()
				at := history.Moved(doc.Scans[0].Pose, [3]report.Number{report.Number(p.X + cloud.Origin[0]), report.Number(p.Y + cloud.Origin[1]), report.Number(p.Z + cloud.Origin[2])})
				points = append(points, [3]float32{float32(at[0]), float32(at[1]), float32(at[2])})
			}
			return points, nil
		}
	}
	return [][3]float32{}, nil
}
