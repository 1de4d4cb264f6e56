package register

import (
	"container/heap"
	"math"

	"blemish/geom"
	"blemish/spatial"
)

// Normals that agree with their neighbours.

// orientAlong flips normals so that neighbours agree, along a minimum spanning tree
// of the neighbour graph that prefers nearly parallel normals (Hoppe et al.,
// "Surface reconstruction from unorganized points", 1992). Each connected part
// begins at its point farthest from the centroid of all, whose normal is made to
// point away from it. One sign for all may be wrong of an open part.
func orientAlong(tree *spatial.Tree, normals []geom.Vec3, neighbors int) {
	points := tree.Points()
	var mean geom.Vec
	for _, p := range points {
		mean = mean.Add(p.D())
	}
	mean = mean.Scale(1 / float64(len(points)))
	done := make([]bool, len(points))
	var room []spatial.Neighbor
	for {
		start, far := -1, -1.0
		for i, p := range points {
			if d := p.D().Sub(mean).Norm2(); !done[i] && d > far {
				start, far = i, d
			}
		}
		if start < 0 {
			return
		}
		if points[start].D().Sub(mean).Dot(normals[start].D()) < 0 {
			normals[start] = normals[start].D().Scale(-1).F()
		}
		queue := &links{{to: int32(start)}}
		for queue.Len() > 0 {
			l := heap.Pop(queue).(link)
			if done[l.to] {
				continue
			}
			done[l.to] = true
			n := normals[l.to].D()
			if l.flip {
				n = n.Scale(-1)
				normals[l.to] = n.F()
			}
			room = tree.KNN(points[l.to], neighbors+1, room)
			for _, k := range room {
				if !done[k.Index] {
					d := n.Dot(normals[k.Index].D())
					heap.Push(queue, link{cost: 1 - math.Abs(d), to: k.Index, flip: d < 0})
				}
			}
		}
	}
}

// link is a step of the tree, to a point whose normal is to be flipped or not.
type link struct {
	cost float64
	to   int32
	flip bool
}

type links []link

func (l links) Len() int { return len(l) }
func (l links) Less(i, j int) bool {
	if l[i].cost != l[j].cost {
		return l[i].cost < l[j].cost
	}
	return l[i].to < l[j].to
}
func (l links) Swap(i, j int) { l[i], l[j] = l[j], l[i] }
func (l *links) Push(x any)   { *l = append(*l, x.(link)) }
func (l *links) Pop() any {
	old := *l
	x := old[len(old)-1]
	*l = old[:len(old)-1]
	return x
}
