package cpmf

import "math"

// A fixed bank of filters for pictures: derivatives of Gaussians up to the second (Koenderink
// and van Doorn, "Representation of local geometry in the visual system", 1987) at three
// scales.

// filterScales are the standard deviations of the Gaussians, in pixels.
var filterScales = [...]float64{1.5, 3, 6}

// derivatives are the orders along x and y of the filters at each scale. Together they tell
// edges, ridges and bumps, and which way they run, whatever the shade of the face.
var derivatives = [...][2]int{{1, 0}, {0, 1}, {2, 0}, {1, 1}, {0, 2}}

// filters looks at a picture of grey values with all filters.
func filters(grey *featureMap) []*featureMap {
	m := &featureMap{channels: len(filterScales) * len(derivatives), width: grey.width, height: grey.height}
	for _, sigma := range filterScales {
		for _, d := range derivatives {
			// Derivatives of a scale count in units of it, so that all weigh alike.
			unit := math.Pow(sigma, float64(d[0]+d[1]))
			m.data = append(m.data, filtered(grey, gaussian(sigma, d[0]), gaussian(sigma, d[1]), unit)...)
		}
	}
	return []*featureMap{m}
}

// gaussian is the kernel of a derivative of a Gaussian, from -4σ to 4σ, as it is correlated
// with a picture: the Gaussian sums to 1.
func gaussian(sigma float64, order int) []float64 {
	reach := int(4*sigma + 0.5)
	kernel := make([]float64, 2*reach+1)
	var sum float64
	for i := range kernel {
		x := float64(i - reach)
		kernel[i] = math.Exp(-x * x / (2 * sigma * sigma))
		sum += kernel[i]
	}
	for i := range kernel {
		x := float64(i - reach)
		kernel[i] /= sum
		switch order {
		case 1:
			kernel[i] *= x / (sigma * sigma)
		case 2:
			kernel[i] *= (x*x - sigma*sigma) / (sigma * sigma * sigma * sigma)
		}
	}
	return kernel
}

// filtered correlates a picture with a kernel along x and one along y; beyond the border it
// goes on as at the border.
func filtered(grey *featureMap, along, down []float64, unit float64) []float32 {
	w, h := grey.width, grey.height
	rows, out := make([]float64, w*h), make([]float32, w*h)
	reach := len(along) / 2
	for y := range h {
		for x := range w {
			var sum float64
			for i, k := range along {
				sum += float64(k * float64(grey.data[y*w+min(max(x+i-reach, 0), w-1)]))
			}
			rows[y*w+x] = sum
		}
	}
	reach = len(down) / 2
	for y := range h {
		for x := range w {
			var sum float64
			for i, k := range down {
				sum += float64(k * rows[min(max(y+i-reach, 0), h-1)*w+x])
			}
			out[y*w+x] = float32(sum * unit)
		}
	}
	return out
}
