//go:build !amd64

package bank

func apart(a, b []float32) float32 { return apartGeneric(a, b) }
