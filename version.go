package blemish

// Version is the version of the library and the program.
const Version = "0.1.0"
