// Package render draws clouds and meshes into images without a display or a
// graphics card: a picture of every scan in a report, contact sheets of data sets.
//
//	img, err := render.Cloud(ctx, scan, render.Options{
//		Values: scan.Scalar("score"), Lo: 0, Hi: 1, Map: render.Heat, Bar: true,
//		Title: "vase0_bulge3",
//	})
//	…
//	err = render.WritePNG(w, img)
//
// Triangles are filled into a z-buffer with normals that break at creases. Points
// are drawn as small discs that lie in the surface and are as large as the points
// around them are apart, blended where they overlap (surface splatting: Zwicker,
// Pfister, van Baar and Gross, 2001), so that a cloud looks like the solid thing
// that was scanned while a dent or a hole of a few points still shows. Light is
// diffuse with a rim, darkened in corners by ambient occlusion measured in the
// depth buffer (after McGuire, Mara and Luebke, "Scalable Ambient Obscurance",
// 2012); every pixel is the mean of four.
//
// Pictures depend on the input alone: the same bytes on any number of workers.
// Points and vertices that are not finite are left out.
package render
