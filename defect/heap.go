package defect

// heapItem is a vertex with the key that it is ordered by.
type heapItem struct {
	key    float64
	vertex int32
}

// heap is a binary heap, smallest key first, ties by vertex.
type heap []heapItem

func (a heapItem) before(b heapItem) bool {
	return a.key < b.key || a.key == b.key && a.vertex < b.vertex
}

func (h *heap) push(it heapItem) {
	*h = append(*h, it)
	s := *h
	for i := len(s) - 1; i > 0; {
		up := (i - 1) / 2
		if !s[i].before(s[up]) {
			break
		}
		s[i], s[up] = s[up], s[i]
		i = up
	}
}

func (h *heap) pop() heapItem {
	s := *h
	top := s[0]
	last := len(s) - 1
	s[0] = s[last]
	s = s[:last]
	for i := 0; ; {
		k := 2*i + 1
		if k >= last {
			break
		}
		if k+1 < last && s[k+1].before(s[k]) {
			k++
		}
		if !s[k].before(s[i]) {
			break
		}
		s[i], s[k] = s[k], s[i]
		i = k
	}
	*h = s
	return top
}
