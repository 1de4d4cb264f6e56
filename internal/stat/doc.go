// Package stat has order statistics and even samples, each with one rule for all packages.
package stat
