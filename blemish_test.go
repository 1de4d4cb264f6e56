package blemish_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"path/filepath"
	"testing"

	"blemish"
	"blemish/defect"
	"blemish/detect"
	"blemish/geom"
	"blemish/seed"
	"blemish/shape"
)

// scans are sound samplings of a built-in tap and one with a bulge.
func scans() (sound []*geom.Cloud, bulged *geom.Cloud, err error) {
	ctx := context.Background()
	mesh, err := shape.Build("tap0", seed.Stream(1, "tap"))
	if err != nil {
		return nil, nil, err
	}
	target, err := defect.NewTarget(ctx, mesh)
	if err != nil {
		return nil, nil, err
	}
	for i := range 4 {
		sound = append(sound, target.Sample(1500, seed.Stream(1, "sound", i)))
	}
	plan, err := defect.Draw(target, defect.Bulge, defect.Easy, seed.Stream(1, "bulge"))
	if err != nil {
		return nil, nil, err
	}
	carved, err := defect.Apply(ctx, target, plan)
	if err != nil {
		return nil, nil, err
	}
	return sound, carved.Sample(1500, seed.Stream(1, "scan")), nil
}

func Example() {
	ctx := context.Background()
	sound, scan, err := scans()
	if err != nil {
		log.Fatal(err)
	}
	model, err := blemish.Train(ctx, sound, detect.FitOptions{Class: "tap", Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	result, err := model.Score(ctx, scan)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.Verdict, result.Regions[0].Kind)
	// Output: defective excess
}

// A defective scan among the sound ones is left out, so that its defect is found in others.
func TestTrainLeavesAWrongScanOut(t *testing.T) {
	ctx := context.Background()
	sound, bulged, err := scans()
	if err != nil {
		t.Fatal(err)
	}
	model, err := blemish.Train(ctx, append(sound, bulged), detect.FitOptions{Class: "tap", Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	result, err := model.Score(ctx, bulged)
	if err != nil || result.Verdict != detect.Defective {
		t.Errorf("a scan that was among the sound ones: %v, %v", result.Verdict, err)
	}
}

func TestModelsGoThroughFiles(t *testing.T) {
	ctx := context.Background()
	sound, scan, err := scans()
	if err != nil {
		t.Fatal(err)
	}
	model, err := blemish.Train(ctx, sound[:2], detect.FitOptions{Class: "tap", Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "tap.model")
	if err := blemish.SaveModel(path, model); err != nil {
		t.Fatal(err)
	}
	opened, err := blemish.OpenModel(ctx, path, blemish.Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	before, err := model.Score(ctx, scan)
	if err != nil {
		t.Fatal(err)
	}
	after, err := opened.Score(ctx, scan)
	if err != nil || before.Object != after.Object {
		t.Fatalf("scores %v before and %v after the file, error %v", before.Object, after.Object, err)
	}
	stopped, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := blemish.OpenModel(stopped, path, blemish.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("opened in a context that has ended: %v", err)
	}
	if _, err := blemish.OpenModel(ctx, path+"x", blemish.Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
}
