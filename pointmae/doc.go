// Package pointmae is the masked point autoencoder of Pang et al., "Masked
// autoencoders for point cloud self-supervised learning" (ECCV 2022), the backbone
// of IMRNet (section 4.2 there): patches of points become tokens, an encoder sees the
// visible ones, a decoder fills in the masked ones, and a linear head turns each into
// points relative to its centre. Tensors carry the names of the published code, so
// its checkpoints fit.
//
// A Trainer trains a Model, a Session runs one.
//
// # Differences
//
// The caller gives centres, patches, masks and targets; the published code draws
// them itself. The loss is the mean over all masked patches of a batch, which is the
// same where every cloud masks equally many.
package pointmae
