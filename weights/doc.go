// Package weights stores named float32 tensors with metadata as safetensors
// files, the format of every model that Blemish writes. Any public safetensors
// library opens them.
package weights
