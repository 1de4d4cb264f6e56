// Package setting checks the settings that come from outside (flags, recipes, model
// files, manifests) against what they may be, and words what is wrong.
package setting
