// Package nn holds the layers of a masked point autoencoder with hand-written
// forward and backward passes: linear layers, layer and batch normalisation,
// multi-head attention, transformer blocks with stochastic depth, the PointNet-style
// patch embedding and the position MLP of Point-MAE, the Chamfer loss, AdamW, and a
// cosine schedule. It has no graph: a layer says what it keeps and how its gradient
// goes back.
//
// A layer holds parameters and may be shared; a Pass holds the memory of one user
// of it at work. Begin takes that memory from an arena, Forward and Backward run it,
// Gradients asks for the gradients of the weights, which are computed at the end of
// a step, each as one product over the whole batch.
//
// Parameters have PyTorch's names, shapes and meaning. Every gradient is checked
// against finite differences here and against PyTorch's own in package pointmae.
//
// Axes: rows are tokens or points; C1, C2, C3 the widths of the patch embedding.
package nn
