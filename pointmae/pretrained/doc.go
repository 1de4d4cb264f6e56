// Package pretrained has the weights of a masked autoencoder that come with the program, and
// reads those of files.
package pretrained
