package cpmf

import "math"

// Feature maps of a picture.

// featureMap is some channels over a picture, each a plane of rows.
type featureMap struct {
	channels, width, height int
	data                    []float32 // channel by channel
}

func (m *featureMap) plane(c int) []float32 {
	n := m.width * m.height
	return m.data[c*n : (c+1)*n]
}

// sample adds to sum what all channels have at a place, x and y as shares of the picture:
// between the middles of pixels by what the four around have, outside them as at the border.
func (m *featureMap) sample(x, y float64, sum []float64) {
	col, fx := between(x*float64(m.width)-0.5, m.width)
	row, fy := between(y*float64(m.height)-0.5, m.height)
	right, below := min(col+1, m.width-1), min(row+1, m.height-1)
	for c := range m.channels {
		p := m.plane(c)
		top := float64(p[row*m.width+col])*(1-fx) + float64(float64(p[row*m.width+right])*fx)
		low := float64(p[below*m.width+col])*(1-fx) + float64(float64(p[below*m.width+right])*fx)
		sum[c] += float64(top*(1-fy)) + float64(low*fy)
	}
}

// between is the pixel left of a place, and how far it is from there to the next.
func between(v float64, n int) (at int, share float64) {
	v = min(max(v, 0), float64(n-1))
	at = int(math.Floor(v))
	return at, v - float64(at)
}
