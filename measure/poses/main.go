// Command poses says how often and how fast package register finds the
// true pose of a scan: of clouds sampled from meshes and from the built-in shapes,
// and of the clouds with known poses under shared/clouds.
//
//	poses -set meshes,shapes,clouds -poses 2 -results poses.jsonl
//	poses -table poses.jsonl >tables.md
//	poses -results poses.jsonl -picture failures.png
//
// Every scan adds a line to the results; those that are there are not done again, so
// a run can be stopped, split with -shard, and widened with more poses. With -beside
// the same scans go to another program as well, see beside.go.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"

	"blemish/register"
	"blemish/task"
)

func main() {
	var s settings
	data := flag.String("data", "../shared", "the folder that holds clouds and meshes")
	sets := flag.String("set", "meshes,shapes,clouds", "what to scan")
	flag.StringVar(&s.only, "only", "", "only objects whose set/name contains this")
	kinds := flag.String("kinds", "", "meshes, shapes: only these kinds of scan (default: all)")
	flag.IntVar(&s.poses, "poses", 20, "scans of each object: clean, noisy, of one side, of two")
	flag.IntVar(&s.defects, "defects", -1, "scans of it with each kind of defect; below 0: as many as -poses")
	flag.IntVar(&s.skip, "skip", 0, "leave out so many of them at first")
	shard := flag.String("shard", "", "i/n: do part i (1…n) of the objects")
	seedFlag := flag.Uint64("seed", 1, "root of the random streams")
	workers := flag.Int("workers", 0, "cores to use; 0 is all")
	results := flag.String("results", "", "lines are added to this file")
	beside := flag.String("beside", "", "a command that aligns the same scans")
	flag.StringVar(&s.picture, "picture", "", "instead of measuring, do again what the results call not right, and draw it to this PNG file")
	table := flag.Bool("table", false, "print tables of the named files of results")
	times := flag.String("times", "", "-table: take all times from this file of results, of a run on an idle machine")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	s.opt = register.Options{Seed: *seedFlag, Workers: task.Workers(*workers)}
	if *kinds != "" {
		s.kinds = strings.Split(*kinds, ",")
	}
	if s.defects < 0 {
		s.defects = s.poses
	}
	s.part, s.parts = 1, 1
	if *shard != "" {
		if n, err := fmt.Sscanf(*shard, "%d/%d", &s.part, &s.parts); n != 2 || err != nil || s.part < 1 || s.part > s.parts {
			fail(fmt.Errorf("-shard %q: want i/n with 1 ≤ i ≤ n", *shard))
		}
	}
	if *table {
		fail(printTables(os.Stdout, flag.Args(), *times))
		return
	}
	m, err := newMeasurement(ctx, s, *results, *beside)
	fail(err)
	for _, set := range strings.Split(*sets, ",") {
		switch set {
		case "meshes":
			err = m.meshes(*data)
		case "shapes":
			err = m.shapes()
		case "clouds":
			err = m.clouds(*data)
		default:
			err = fmt.Errorf("no set %q: meshes, shapes or clouds", set)
		}
		fail(err)
	}
	fail(m.close())
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
