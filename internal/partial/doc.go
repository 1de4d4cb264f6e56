// Package partial keeps what is being made in a folder beside its place, DIR.partial
// beside DIR, until it is whole: a kill at any moment leaves a folder that the same
// command goes on with.
package partial
