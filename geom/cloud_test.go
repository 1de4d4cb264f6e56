package geom

import "testing"

// CloudCompare writes scalars with a prefix; a scalar of the plain name goes first.
func TestScalarOfCloudCompare(t *testing.T) {
	c := &Cloud{Points: make([]Vec3, 1)}
	c.SetScalar("scalar_score", []float32{2})
	if s := c.Scalar("score"); len(s) != 1 || s[0] != 2 {
		t.Errorf("score %v, want that of scalar_score", s)
	}
	c.SetScalar("score", []float32{1})
	if s := c.Scalar("score"); s[0] != 1 {
		t.Errorf("score %v, want its own", s)
	}
}
