// Command synth measures the making of data sets, for measure/synth/run.sh: histograms of a
// manifest, and the processor time that a cloud takes against its points.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	manifest := flag.String("manifest", "", "histograms of this manifest")
	times := flag.Bool("times", false, "time clouds of 8,000 to 500,000 points")
	rounds := flag.Int("rounds", 3, "with -times: rounds, of which the fastest counts")
	out := flag.String("o", "", "PNG to write")
	flag.Parse()
	var err error
	switch {
	case *manifest != "":
		err = histograms(*manifest, *out)
	case *times:
		err = timeClouds(*rounds, *out)
	default:
		err = fmt.Errorf("give -manifest or -times")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "synth:", err)
		os.Exit(1)
	}
}
