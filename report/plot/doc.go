// Package plot draws the plots of reports and studies: ROC curves and distributions of
// scores as SVG that a page takes in, curves, bars and histograms as PNG.
//
// It stands apart from package report because it links fonts and a plotting library, which
// a program that only scores scans has no use for.
package plot
