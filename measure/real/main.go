// Command real says how package register copes with scans as scanners make
// them: in another unit, against a CAD model, of one side, on a table, of another
// part. It uses the real scans of shared/clouds/real, and views made of the meshes of
// shared/meshes.
//
//	measure/real/run.sh >docs/measurements/real-poses.md
//	measure/real/run.sh -only sides,clutter
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"blemish/register"
)

// run is what every section works with.
type run struct {
	ctx   context.Context
	data  string
	every int // of the meshes each so many-th is used
	opt   register.Options
}

var sections = []struct {
	name string
	do   func(*run) error
}{{"units", (*run).units}, {"cad", (*run).cad}, {"sides", (*run).sides}, {"views", (*run).views}, {"clutter", (*run).clutter}, {"others", (*run).others}}

func main() {
	r := &run{}
	flag.StringVar(&r.data, "data", "../shared", "the folder that holds clouds, meshes and reports")
	flag.IntVar(&r.every, "every", 1, "use each so many-th mesh")
	only := flag.String("only", "", "sections, by comma: units, cad, sides, views, clutter, others (default: all)")
	flag.Uint64Var(&r.opt.Seed, "seed", 1, "root of the random streams")
	flag.IntVar((*int)(&r.opt.Workers), "workers", 0, "cores to use; 0 is all")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	r.ctx = ctx
	fmt.Print(head)
	for _, s := range sections {
		if *only != "" && !strings.Contains(","+*only+",", ","+s.name+",") {
			continue
		}
		if err := s.do(r); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", s.name, err)
			os.Exit(1)
		}
	}
}

const head = `# Poses of scans as scanners make them

Made by ` + "`measure/real/run.sh`" + `: real scans of ` + "`../shared/clouds/real`" + ` and views made of the meshes of
` + "`../shared/meshes`" + `, each in a random pose. Nothing was chosen on the real ones. Seconds are of processor time, both
workers together. Meshes are scaled to a diagonal of 100; a pose is **right** where corresponding points are on average
within 1 of their true places, and **cannot be told** where the scan lies on the surface as closely as in the true pose
(within 5 %): a symmetry, or what would tell has not been seen.
`

// processorTime is the seconds of processor time that this process has used.
func processorTime() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return float64(u.Utime.Sec+u.Stime.Sec) + 1e-6*float64(u.Utime.Usec+u.Stime.Usec)
}
