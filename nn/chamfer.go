package nn

import "blemish/tensor"

// Chamfer is the distance of IMRNet's Eq. 12 and Point-MAE's loss between the k
// points of pred and the points of target, rows of 3: the mean squared distance to
// the nearest point of the other set, in both directions. It sets grad to factor
// times the gradient by pred, unless grad is nil. Neither set may be empty.
func Chamfer(w *tensor.Worker, grad, pred, target []float32, factor float32) float64 {
	k, t := len(pred)/3, len(target)/3
	dist := w.Buffer(2, k+t)
	arg := w.Indices(k + t)
	tensor.NearestPoints(dist[:k], arg[:k], pred, target)
	tensor.NearestPoints(dist[k:], arg[k:], target, pred)
	var forth, back float64
	for _, d := range dist[:k] {
		forth += float64(d)
	}
	for _, d := range dist[k:] {
		back += float64(d)
	}
	if grad != nil {
		clear(grad)
		for i, j := range arg[:k] {
			pull(grad, pred, target, i, int(j), 2*factor/float32(k))
		}
		for j, i := range arg[k:] {
			pull(grad, pred, target, int(i), j, 2*factor/float32(t))
		}
	}
	return forth/float64(k) + back/float64(t)
}

// pull adds f·(pred[i] − target[j]) to grad[i].
func pull(grad, pred, target []float32, i, j int, f float32) {
	g, a, b := grad[3*i:3*i+3], pred[3*i:3*i+3], target[3*j:3*j+3]
	g[0] += f * (a[0] - b[0])
	g[1] += f * (a[1] - b[1])
	g[2] += f * (a[2] - b[2])
}
