package pretrain

import (
	"context"
	"errors"

	"blemish/defect"
	"blemish/detect/imrnet"
	"blemish/geom"
	"blemish/pointmae"
	"blemish/seed"
	"blemish/spatial"
	"blemish/task"
)

// heldOutPoints is the size of the scans that the network is measured on.
const heldOutPoints = 20000

// heldOutKinds are the kinds of defects that the network is measured on. Another kind
// here changes every case, and the figures no longer compare with those before.
var heldOutKinds = []defect.Kind{defect.Bulge, defect.Concavity, defect.Hole, defect.Broken, defect.Bending, defect.Crack, defect.Scratch}

// heldOut is a scan with a carved defect that training never sees: its object is drawn
// from streams of its own.
type heldOut struct {
	kind   defect.Kind
	scan   []geom.Vec3
	beside *imrnet.View
	sound  *spatial.Tree
}

// newHeldOut carves so many scans of each kind. Objects on which a kind makes no
// sense are passed over.
func newHeldOut(ctx context.Context, workers task.Workers, cfg imrnet.Config, root uint64, perKind int) ([]heldOut, error) {
	cases := make([]heldOut, perKind*len(heldOutKinds))
	err := task.Each(ctx, workers, len(cases), func(i int) error {
		for try := range 20 {
			err := cases[i].carve(ctx, cfg, root, heldOutKinds[i%len(heldOutKinds)], i+try*len(cases))
			if !errors.Is(err, defect.ErrUnsuitable) {
				return err
			}
		}
		return nil // none of twenty objects takes the kind: it has fewer cases
	})
	return cases, err
}

func (h *heldOut) carve(ctx context.Context, cfg imrnet.Config, root uint64, kind defect.Kind, id int) error {
	stream := func(purpose string) *seed.Rand { return seed.Stream(root, "held out", purpose, id) }
	m, err := build(root, "held out shape", id)
	if err != nil {
		return err
	}
	target, err := defect.NewTarget(ctx, m)
	if err != nil {
		return err
	}
	plan, err := defect.Draw(target, kind, defect.Medium, stream("defect"))
	if err != nil {
		return err
	}
	carved, err := defect.Apply(ctx, target, plan)
	if err != nil {
		return err
	}
	turn := geom.Pose{R: geom.RotationQuat(stream("pose").Quaternion())}
	sound := turn.ApplyAll(target.Sample(2*heldOutPoints, stream("sound")).Points)
	beside := turn.ApplyAll(target.Sample(heldOutPoints, stream("beside")).Points)
	scan := turn.ApplyAll(carved.Sample(heldOutPoints, stream("scan")).Points)
	normalise(sound, beside, scan)
	h.kind, h.scan, h.sound = kind, scan, spatial.NewTree(sound)
	h.beside, err = imrnet.NewView(ctx, 1, cfg, beside, stream("thin"))
	return err
}

// Recovery is how far displaced patches of one kind of defect are put back.
type Recovery struct {
	Kind string
	imrnet.Recovery
}

// recover measures the network on the held-out scans, by kind and then over all.
func recover(ctx context.Context, net *pointmae.Model, cfg imrnet.Config, cases []heldOut, root uint64) ([]Recovery, error) {
	session := pointmae.NewSession(net, 1)
	all := Recovery{Kind: "all"}
	var sums []Recovery
	for _, kind := range heldOutKinds {
		one := Recovery{Kind: string(kind)}
		for _, h := range cases {
			if h.kind != kind {
				continue
			}
			r, err := imrnet.Recover(ctx, session, cfg, h.scan, h.beside, h.sound, root)
			if err != nil {
				return nil, err
			}
			one.Add(r)
		}
		all.Add(one.Recovery)
		sums = append(sums, one)
	}
	return append(sums, all), nil
}
