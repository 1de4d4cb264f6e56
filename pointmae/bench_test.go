package pointmae

import (
	"context"
	"fmt"
	"testing"

	"blemish/task"
)

// reducedConfig is the model that is trained from scratch in a minute.
var reducedConfig = Config{Width: 96, Encoder: 3, Decoder: 2, Heads: 6, GroupSize: 32, Embed: [3]int{32, 64, 128}, PosHidden: 32}

// benchmarks names model, input points a patch and clouds a batch.
var benchmarks = []struct {
	name   string
	config func() Config
	k      int
	clouds []int
}{
	{"reduced32", func() Config { return reducedConfig }, 32, []int{1, 2}},
	{"reduced64", func() Config { c := reducedConfig; c.GroupSize = 64; return c }, 64, []int{1, 2}},
	{"full", func() Config { c := DefaultConfig(); c.GroupSize, c.DropPath = 64, 0; return c }, 64, []int{1, 2}},
}

func BenchmarkTrain(b *testing.B) {
	for _, x := range benchmarks {
		for _, clouds := range x.clouds {
			for _, workers := range []task.Workers{1, 2} {
				b.Run(fmt.Sprintf("%s/clouds=%d/workers=%d", x.name, clouds, workers), func(b *testing.B) {
					batch := randomClouds(clouds, 256, x.k, x.k)
					tr := NewTrainer(newModel(b, x.config()), TrainOptions{Workers: workers, WeightDecay: 0.05})
					for b.Loop() {
						if _, err := tr.Step(context.Background(), batch, 1e-4); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		}
	}
}

func BenchmarkInfer(b *testing.B) {
	for _, x := range benchmarks {
		for _, clouds := range x.clouds {
			for _, workers := range []task.Workers{1, 2} {
				b.Run(fmt.Sprintf("%s/clouds=%d/workers=%d", x.name, clouds, workers), func(b *testing.B) {
					batch := randomClouds(clouds, 256, x.k, x.k)
					s := NewSession(newModel(b, x.config()), workers)
					for b.Loop() {
						if _, err := s.Reconstruct(context.Background(), batch); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		}
	}
}
