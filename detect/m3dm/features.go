package m3dm

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"blemish/detect/memory"
	"blemish/geom"
	"blemish/pointmae"
	"blemish/spatial"
	"blemish/task"
)

// Features of the encoder: groups of points become tokens, and each token's features are what
// some of the encoder's blocks make of it.

// network is a trained encoder; it may be used by several goroutines at once.
type network struct {
	cfg Config
	net *pointmae.Model

	mu       sync.Mutex
	sessions []*pointmae.Session // idle ones; a session serves one scan at a time
}

func newNetwork(cfg Config, net *pointmae.Model) (*network, error) {
	if last, most := cfg.Blocks[len(cfg.Blocks)-1], net.Config().Encoder; last > most {
		return nil, fmt.Errorf("blocks are %v; the weights have %d blocks: others, such as those of a published checkpoint, have more", cfg.Blocks, most)
	}
	return &network{cfg: cfg, net: net}, nil
}

// dim is the number of values of a feature.
func (n *network) dim() int { return n.net.Config().Width * len(n.cfg.Blocks) }

func (n *network) session(workers task.Workers) *pointmae.Session {
	n.mu.Lock()
	defer n.mu.Unlock()
	if k := len(n.sessions); k > 0 {
		s := n.sessions[k-1]
		n.sessions = n.sessions[:k-1]
		return s
	}
	return pointmae.NewSession(n.net, workers)
}

func (n *network) release(s *pointmae.Session) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.sessions = append(n.sessions, s)
}

// describe makes the features of a scan.
func (n *network) describe(ctx context.Context, cloud *memory.Cloud) (*memory.Features, error) {
	if len(cloud.Points) < n.cfg.GroupSize {
		return nil, memory.TooFew(len(cloud.Points), n.cfg.GroupSize, "a group")
	}
	centres, err := cloud.Centres(ctx, n.cfg.Groups)
	if err != nil {
		return nil, err
	}
	index, _, err := spatial.NewTree(cloud.Points).KNNBatch(ctx, cloud.Workers, centres, n.cfg.GroupSize)
	if err != nil {
		return nil, err
	}
	regions, err := n.regions(ctx, cloud, centres)
	if err != nil {
		return nil, err
	}
	scale := 1.0
	if n.cfg.Scale > 0 {
		if !(cloud.Size > 0) {
			return nil, fmt.Errorf("the size of the part is not known")
		}
		scale = 2 * n.cfg.Scale / cloud.Size
	}
	clouds := make([]pointmae.Cloud, len(regions))
	for r, own := range regions {
		clouds[r] = n.input(cloud.Points, centres, index, own, scale)
	}
	s := n.session(cloud.Workers)
	defer n.release(s)
	features, err := s.EncoderFeatures(ctx, clouds, n.cfg.Blocks...)
	if err != nil {
		return nil, err
	}
	f := &memory.Features{At: centres, Rows: make([]float32, len(centres)*n.dim())}
	width := n.net.Config().Width
	for r, own := range regions {
		for b, rows := range features[r] {
			for row, i := range own {
				copy(f.Rows[int(i)*n.dim()+b*width:][:width], rows[row*width:])
			}
		}
	}
	return f, nil
}

// regions divides the groups into parts that the network sees at a time.
func (n *network) regions(ctx context.Context, cloud *memory.Cloud, centres []geom.Vec3) ([][]int32, error) {
	count := 1
	if n.cfg.Region > 0 {
		count = (len(centres) + n.cfg.Region - 1) / n.cfg.Region
	}
	seeds, err := spatial.FarthestPoints(ctx, cloud.Workers, centres, count, 0)
	if err != nil {
		return nil, err
	}
	middles := make([]geom.Vec3, len(seeds))
	for k, i := range seeds {
		middles[k] = centres[i]
	}
	tree, regions := spatial.NewTree(middles), make([][]int32, len(seeds))
	for i, c := range centres {
		r := tree.Nearest(c).Index
		regions[r] = append(regions[r], int32(i))
	}
	return slices.DeleteFunc(regions, func(own []int32) bool { return len(own) == 0 }), nil
}

// input is what the network sees of some groups: from their middle where they are a part of
// the scan.
func (n *network) input(points, centres []geom.Vec3, index, own []int32, scale float64) pointmae.Cloud {
	var middle geom.Vec
	if n.cfg.Region > 0 {
		for _, i := range own {
			middle = middle.Add(centres[i].D())
		}
		middle = middle.Scale(1 / float64(len(own)))
	}
	var c pointmae.Cloud
	size := n.cfg.GroupSize
	for _, i := range own {
		at := centres[i].D()
		c.Centres = append(c.Centres, at.Sub(middle).Scale(scale).F())
		for _, j := range index[int(i)*size : (int(i)+1)*size] {
			c.Patches = append(c.Patches, points[j].D().Sub(at).Scale(scale).F())
		}
	}
	return c
}
