// Package format reads and writes clouds and meshes, from PCD and PLY to tables of
// numbers as text. docs/formats.md lists the formats, and says what each reader takes
// and each writer gives, byte by byte where there was a choice.
//
//	cloud, info, err := format.ReadCloud("scan.ply")
//	if err != nil {
//		return err // "scan.ply:12: vertex 3 has 2 values; the header asks for 3"
//	}
//	for _, w := range info.Warnings {
//		fmt.Println("scan.ply:", w) // "dropped 12 of 20000 points: not finite"
//	}
//	err = format.WriteCloud("scan.pcd", cloud, format.WriteOptions{})
//
// What a file is, is told from its content; its name decides only where the
// content leaves a choice. Columns beside the coordinates become scalars under
// their own names, and normals. Points that are not finite are dropped, counted
// and told. Polygons become triangles that lie within them. A file that ends before
// what its header promised is an error, never a shorter cloud, and a promise is never
// allocated before its bytes are there.
//
// Coordinates that lie far from 0, such as survey coordinates, are read in
// float64; a round origin is subtracted before they become float32, stands in
// Cloud.Origin and is added back by the writers.
//
// Which formats there are is asked of an Ability, such as WritableCloud.Extensions.
//
// Every file is written whole or not at all, by WriteAtomic.
package format
