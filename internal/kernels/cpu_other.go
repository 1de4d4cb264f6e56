//go:build !amd64

package kernels

// supported is Generic: no kernels are written for this architecture yet.
func supported() Family { return Generic }
