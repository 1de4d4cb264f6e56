package format

// offKeyword splits the first word of an OFF file.
func offKeyword(word []byte) (prefix string, rest []byte, ok bool) { return "", nil, false }

const stlHeader, stlFacet = 80, 50
