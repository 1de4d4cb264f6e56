package cpmf

import (
	"fmt"
	"math"

	"blemish/tensor"
	"blemish/weights"
)

// ResNet-18 (He et al., "Deep residual learning for image recognition", CVPR 2016) up to its
// third stage, under torchvision's names, for inference.

// resnet is the network; it does not change once made.
type resnet struct {
	stem   *convolution
	stages [][]*residual
	saved  []weights.Tensor // all that it was made of
}

// convolution is a layer without padding tricks: odd kernels, padded by half of their size, a
// batch normalisation folded in.
type convolution struct {
	in, out, size, stride int
	weight                []float32 // (out, in·size·size)
	bias                  []float32
}

// residual is a basic block.
type residual struct {
	first, second, skip *convolution // skip: nil where the input is added as it is
}

// widths are the channels of the stages that are used.
var widths = [...]int{64, 128, 256}

// resnetDim is the number of values that a place has in all stages.
const resnetDim = 64 + 128 + 256

// openResnet makes the network of a file's tensors with that prefix.
func openResnet(f *weights.File, prefix string) (*resnet, error) {
	l := &resnetLoader{file: f, prefix: prefix}
	n := &resnet{stem: l.convolution("conv1", "bn1", 3, 64, 7, 2)}
	in := 64
	for s, width := range widths {
		var blocks []*residual
		for b := range 2 {
			name := fmt.Sprintf("layer%d.%d.", s+1, b)
			stride := 1
			if b == 0 && s > 0 {
				stride = 2
			}
			block := &residual{
				first:  l.convolution(name+"conv1", name+"bn1", in, width, 3, stride),
				second: l.convolution(name+"conv2", name+"bn2", width, width, 3, 1),
			}
			if stride != 1 || in != width {
				block.skip = l.convolution(name+"downsample.0", name+"downsample.1", in, width, 1, stride)
			}
			blocks = append(blocks, block)
			in = width
		}
		n.stages = append(n.stages, blocks)
	}
	n.saved = l.used
	return n, l.err
}

// resnetLoader reads layers until one fails.
type resnetLoader struct {
	file   *weights.File
	prefix string
	used   []weights.Tensor
	err    error
}

func (l *resnetLoader) get(name string, shape ...int) []float32 {
	if l.err != nil {
		return nil
	}
	data, err := l.file.Get(l.prefix+name, shape...)
	if err != nil {
		l.err = err
		return nil
	}
	for i, v := range data {
		if v-v != 0 {
			l.err = fmt.Errorf("tensor %q: value %d is %v", l.prefix+name, i, v)
			return nil
		}
	}
	l.used = append(l.used, weights.Tensor{Name: name, Shape: shape, Data: data})
	return data
}

// convolution reads a layer and the normalisation after it.
func (l *resnetLoader) convolution(name, norm string, in, out, size, stride int) *convolution {
	raw := l.get(name+".weight", out, in, size, size)
	gain, shift := l.get(norm+".weight", out), l.get(norm+".bias", out)
	mean, variance := l.get(norm+".running_mean", out), l.get(norm+".running_var", out)
	if l.err != nil {
		return nil
	}
	c := &convolution{in, out, size, stride, make([]float32, len(raw)), make([]float32, out)}
	each := in * size * size
	for o := range out {
		if variance[o] < 0 {
			l.err = fmt.Errorf("tensor %q: variance %d is %v", l.prefix+norm+".running_var", o, variance[o])
			return nil
		}
		scale := float64(gain[o]) / math.Sqrt(float64(variance[o])+1e-5)
		for i := range each {
			c.weight[o*each+i] = float32(float64(raw[o*each+i]) * scale)
		}
		c.bias[o] = float32(float64(shift[o]) - float64(float64(mean[o])*scale))
	}
	return c
}

// put adds the tensors to a model file.
func (n *resnet) put(f *weights.File, prefix string) {
	for _, t := range n.saved {
		f.Add(prefix+t.Name, t.Data, t.Shape...)
	}
}

// The mean and the standard deviation of the photographs that the network knows.
var photoMean, photoSpread = [3]float64{0.485, 0.456, 0.406}, [3]float64{0.229, 0.224, 0.225}

// look returns what each stage makes of a picture of grey values from 0 to 1.
func (n *resnet) look(grey *featureMap, s *tensor.Scratch) []*featureMap {
	x := &featureMap{channels: 3, width: grey.width, height: grey.height}
	for c := range 3 {
		for _, v := range grey.data {
			x.data = append(x.data, float32((float64(v)-photoMean[c])/photoSpread[c]))
		}
	}
	x = n.stem.apply(x, s)
	rectify(x.data)
	x = pooled(x)
	var out []*featureMap
	for _, stage := range n.stages {
		for _, block := range stage {
			x = block.apply(x, s)
		}
		out = append(out, x)
	}
	return out
}

func (b *residual) apply(x *featureMap, s *tensor.Scratch) *featureMap {
	y := b.first.apply(x, s)
	rectify(y.data)
	y = b.second.apply(y, s)
	if b.skip != nil {
		x = b.skip.apply(x, s)
	}
	for i, v := range x.data {
		y.data[i] += v
	}
	rectify(y.data)
	return y
}

func rectify(v []float32) {
	for i, x := range v {
		v[i] = max(0, x)
	}
}

// apply convolves: every place becomes a column of all that the kernel covers there.
func (c *convolution) apply(x *featureMap, s *tensor.Scratch) *featureMap {
	pad := c.size / 2
	y := &featureMap{channels: c.out, width: (x.width+2*pad-c.size)/c.stride + 1, height: (x.height+2*pad-c.size)/c.stride + 1}
	places := y.width * y.height
	columns := make([]float32, c.in*c.size*c.size*places)
	at := 0
	for in := range c.in {
		plane := x.plane(in)
		for dy := range c.size {
			for dx := range c.size {
				for row := range y.height {
					from := row*c.stride + dy - pad
					if from < 0 || from >= x.height {
						at += y.width
						continue
					}
					for col := range y.width {
						if k := col*c.stride + dx - pad; k >= 0 && k < x.width {
							columns[at] = plane[from*x.width+k]
						}
						at++
					}
				}
			}
		}
	}
	y.data = make([]float32, c.out*places)
	for o, b := range c.bias {
		for i := range places {
			y.data[o*places+i] = b
		}
	}
	each := c.in * c.size * c.size
	s.Mul(c.out, places, each, tensor.Rows(c.weight, each), tensor.Rows(columns, places), tensor.Rows(y.data, places), true)
	return y
}

// pooled takes the largest of three by three at every second place.
func pooled(x *featureMap) *featureMap {
	y := &featureMap{channels: x.channels, width: (x.width-1)/2 + 1, height: (x.height-1)/2 + 1}
	for c := range x.channels {
		p := x.plane(c)
		for row := range y.height {
			for col := range y.width {
				most := float32(math.Inf(-1))
				for r := max(0, 2*row-1); r <= min(x.height-1, 2*row+1); r++ {
					for k := max(0, 2*col-1); k <= min(x.width-1, 2*col+1); k++ {
						most = max(most, p[r*x.width+k])
					}
				}
				y.data = append(y.data, most)
			}
		}
	}
	return y
}
