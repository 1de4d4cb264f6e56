// Package cpmf is a detector that remembers complementary features of points: histograms of
// their neighbourhoods, and what an image network sees where they fall in pictures from several
// sides (Cao et al., "Complementary pseudo multimodal feature for point cloud anomaly
// detection", Pattern Recognition 2024).
//
// The published network is a ResNet-18 trained on photographs, whose weights a user supplies;
// without them a fixed bank of filters looks at the pictures.
package cpmf
