package deviation

import (
	"testing"

	"blemish/detect"
	"blemish/detect/detecttest"
)

func TestContract(t *testing.T) {
	detecttest.Run(t, detecttest.Suite{New: func() detect.Detector { return New(DefaultConfig()) }, Open: Open})
}
