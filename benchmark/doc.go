// Package benchmark trains and scores every class of a data set with every
// detector and measures the outcome as the field does: object scores of all test
// clouds of a class, point scores pooled over all points of all of them, means
// over classes.
package benchmark
