package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"blemish/defect"
)

// Which pairs of object and kind make sense. The list is judged by eye, from pictures
// of the objects, whatever comes of drawing: what is not in it counts as sensible.

// senseless is a rule and the objects that fall under it.
type senseless struct {
	kinds   []defect.Kind
	rule    string
	objects []string
}

var rules = []senseless{
	{
		[]defect.Kind{defect.Bending},
		"a compact, massive body has nothing to bend: no part of it that could stand for a limb, a neck, a handle, a plate or a wall",
		[]string{
			"built-in eraser0", "eraser/soap.ply", "eraser/sponge.obj", "mech/adis16480.ply", "mech/angle_block.stl", "mech/tensioner_roller.stl",
			"nasty/negative_indices.obj", "nasty/two_solids_mixed_case.stl", "scanned/ycb_dice.off", "nasty/hundred_cubes.obj",
		},
	},
	{
		[]defect.Kind{defect.Bulge, defect.Concavity, defect.Hole, defect.Crack, defect.Scratch},
		"an object in a hundred pieces has no surface in one piece that is larger than the least region, 1 % of it all",
		[]string{"nasty/hundred_cubes.obj"},
	},
	{
		[]defect.Kind{defect.Crack, defect.Scratch},
		"a hundred loose triangles in a heap have no surface that a line of the least area could follow",
		[]string{"nasty/soup.stl"},
	},
}

// sensible reports whether a kind makes sense on an object.
func sensible(object, kind string) bool {
	for _, r := range rules {
		if slices.Contains(r.kinds, defect.Kind(kind)) && slices.Contains(r.objects, object) {
			return false
		}
	}
	return true
}

// printRules lists the rules with their objects.
func printRules(w io.Writer) {
	fmt.Fprintf(w, "\n### Pairs that make no sense\n\nJudged by eye from pictures of the objects, whatever came of drawing; all other pairs count as sensible.\n\n| kinds | rule | objects |\n|---|---|---|\n")
	for _, r := range rules {
		names := make([]string, len(r.kinds))
		for i, k := range r.kinds {
			names[i] = string(k)
		}
		fmt.Fprintf(w, "| %s | %s | %s |\n", strings.Join(names, ", "), r.rule, strings.Join(r.objects, ", "))
	}
}
