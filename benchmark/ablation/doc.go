// Package ablation has the ablations of the IMRNet paper: the same data set with one choice
// of the network after another, as tables, plots and a page.
//
// A Study names the variants, Settings makes a detector of each, and Compare benchmarks
// them. Spread is Figure 6: how the features of sound scans spread before and after the
// network has learnt a class.
package ablation
