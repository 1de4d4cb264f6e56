// Command defects draws the contact sheets of the defects and measures them:
// how often a pair of object and kind succeeds, how large and deep the defects are,
// and whether the truth agrees with another program's distances.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
)

func main() {
	data := flag.String("data", "../shared", "the folder that holds meshes/")
	out := flag.String("o", ".", "folder for what is made")
	root := flag.Uint64("seed", 1, "root seed")
	only := flag.String("only", "", "only kinds, or meshes, whose name is part of this (sheets), or has this as a part")
	flag.Parse()
	ctx := context.Background()
	var err error
	switch flag.Arg(0) {
	case "sheets":
		err = sheets(ctx, *data, *out, *only, *root)
	case "table":
		err = table(ctx, *data, *only, *root, os.Stdout)
	case "truth":
		err = truth(ctx, *data, *only, *out, *root)
	case "speed":
		err = speed(ctx, *data, *root, os.Stdout)
	default:
		err = fmt.Errorf("%q: say what to do: sheets, table, truth or speed", flag.Arg(0))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "defects:", err)
		os.Exit(1)
	}
}
