package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"blemish/defect"
	"blemish/format"
	"blemish/geom"
	"blemish/seed"
)

// Samples for peer.py, which holds our labels against CloudCompare's distances.

// crossed are the objects of the comparison: vessels, scans, machine parts, closed
// and open ones.
var crossed = []string{
	"vase/greek_vase.obj", "vase/flower_vase_01.off", "vase/wine_jug.ply", "cup/goblet_01.obj", "cup/porcelain_cup_gso.ply", "mug/ycb_mug.ply",
	"mug/mug.obj", "bowl/ycb_bowl.obj", "bowl/bowl_01.obj", "bottle/wine_bottle.obj", "bottle/plastic_bottle.obj", "bucket/bucket.obj",
	"jar/glass_jar.obj", "cap/brown_fedora_gso.ply", "headset/eeg_headset_main.ply", "tap/water_faucet.ply", "classic/utah_teapot.stl",
	"classic/nefertiti.ply", "classic/spot.obj", "scanned/gso_boot.stl", "scanned/goat_head.obj", "scanned/ycb_power_drill.obj",
	"scanned/gso_flashlight.ply", "mech/spanner.obj", "mech/camera_arm_base.obj", "mech/wingnut.obj", "built-in helmet", "built-in tap",
}

// truth writes, for each object, the sound mesh, the points of one defective cloud a
// kind one after the other, and beside them kind, label and depth of each point.
func truth(ctx context.Context, data, only, out string, root uint64) error {
	for _, name := range crossed {
		if !strings.Contains(name, only) {
			continue
		}
		m, err := object(data, name)
		if err != nil {
			return err
		}
		t, err := defect.NewTarget(ctx, m)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		stem := filepath.Join(out, strings.NewReplacer("/", "-", " ", "-", ".", "-").Replace(name))
		sound := &geom.Mesh{Vertices: t.Mesh().Vertices, Faces: t.Mesh().Faces}
		if err := format.WriteMesh(stem+".mesh.ply", sound, format.WriteOptions{Encoding: "binary"}); err != nil {
			return err
		}
		all := &geom.Cloud{}
		f, err := os.Create(stem + ".truth.csv")
		if err != nil {
			return err
		}
		w := bufio.NewWriter(f)
		fmt.Fprintf(w, "%g\n", t.Diagonal())
		for _, kind := range defect.Kinds() {
			r := seed.Stream(root, "truth", name, string(kind))
			_, cloud, err := one(ctx, t, kind, r)
			if errors.Is(err, defect.ErrUnsuitable) {
				continue
			} else if err != nil {
				return err
			}
			for i, p := range cloud.Points {
				all.Points = append(all.Points, p)
				fmt.Fprintf(w, "%s,%g,%g\n", kind, cloud.Scalar("label")[i], cloud.Scalar("depth")[i])
			}
		}
		if err := errors.Join(w.Flush(), f.Close()); err != nil {
			return err
		}
		if err := format.WriteCloud(stem+".cloud.ply", all, format.WriteOptions{Encoding: "binary"}); err != nil {
			return err
		}
	}
	return nil
}
