import CKernels
import LinearAlgebra

// The batch normalization after an expansion, without storing the expanded map.
//
// Let x be the thin input of a block, W its expansion and z = Wᵀx. Over the N pixels of a batch:
//
//     mean(z) = Wᵀ mean(x)        variance(z_c) = w_cᵀ Cov(x) w_c
//
// The moments of x suffice to fold the normalization into W. In the backward pass, let g be the gradient after the
// normalization (s = γ r, r = 1 / √(variance + ε)), R = Σ x gᵀ and G = Σ g:
//
//     ∂β = G        ∂γ = r (Σ_k W_k R_k − mean(z) G)
//     ∂W = s (R − mean(x) Gᵀ − ∂γ r Cov(x) W)
//     ∂x = W (s g) − M (x − mean(x)) − W (s G / N)        M = W diag(s r ∂γ / N) Wᵀ
//
// The gradient with respect to x is linear in g. The correction by the normalization is known only after the whole
// batch, and can be subtracted later, because M is thin. With frozen statistics only the first terms remain.
extension TrainingStep {
    /// Folds the normalization and kernel of a block's expansion, from the sums over the block's input in the pieces.
    func foldExpansion(_ index: Int) {
        let block = plan.blocks[index]
        let channels = Int(block.channels_expanded)
        let panels = LayerPacker.panels(channels)
        let panel = LayerPacker.panel
        let kernel = Shared(expansionKernel(index))
        var (means, variances) = movingMoments(3 * index)
        if usesBatch(3 * index) {
            let input = plan.sums.covariance(
                channels: Int(block.channels_in), offset: LayerPacker.panels(Int(block.channels_in)) * 2 * panel,
                pieces: pieces.count, samples: pieces.images * Int(block.size) * Int(block.size))
            inputMeans[index] = input.mean
            let moments = PanelSums(pieces: 2, distance: panels * panel)
            let operations = Int(block.channels_in) * Int(block.channels_in) * channels
            forEachSharedPlace(
                panels, operations: operations, results: [(moments.piece(0), panel), (moments.piece(1), panel)]
            ) { place, worker in
                training_expanded_moments(
                    instructions.kernels, kernel.pointer, block.channels_in, block.channels_expanded, Int32(place),
                    input.mean, input.covariance, plan.weighted[index].piece(place), plan.wide[worker].base,
                    moments.piece(0) + place * panel, moments.piece(1) + place * panel)
            }
            means = (0 ..< channels).map { moments.piece(0)[$0] }
            variances = (0 ..< channels).map { max(0, moments.piece(1)[$0]) }
        }
        let state = normalize(3 * index, mean: means, variance: variances)
        write(state.shift, to: block.expand_bias)
        let factors = state.scale.map { Float($0) }
        let thinPanels = LayerPacker.panels(Int(block.channels_in))
        forEachPlace(panels + thinPanels, operations: 2 * Int(block.channels_in) * channels) { place, _ in
            if place < panels {
                training_pack(
                    kernel.pointer, block.channels_in, block.channels_expanded, Int32(place), factors,
                    block.expand + place * Int(block.channels_in) * panel)
            } else {
                training_pack_transposed(
                    kernel.pointer, block.channels_in, block.channels_expanded, Int32(place - panels), factors,
                    block.expand_transposed + (place - panels) * channels * panel)
            }
        }
    }

    /// Computes the gradients of a block's expansion and its normalization from the results of
    /// `training_filter_backward` in the pieces: first the sums, then after `offset` floats the kernel's gradients.
    ///
    /// - Returns: false if there is no correction of the gradient with respect to the block's input.
    func finishExpansion(_ index: Int, offset: Int, gradient: UnsafeMutablePointer<Float>) -> Bool {
        let layer = layout.convolutions[3 * index]
        let block = plan.blocks[index]
        let panel = LayerPacker.panel
        guard let state = states[3 * index] else { return false }
        let sums = plan.sums.singles(channels: layer.channels, pieces: pieces.count)
        let kernel = Shared(expansionKernel(index))
        let byKernel = Shared(gradient + layer.kernel.lowerBound)
        let gammas = PanelSums(pieces: 1, distance: layer.channels)
        let mean = state.usesBatch ? inputMeans[index] : nil
        let additions = 2 * Int(block.channels_in) * layer.channels * pieces.count
        let storedRows = LayerPacker.panels(Int(block.channels_in)) * panel
        sumKernel(3 * index, offset: offset, storedRows: storedRows, operations: additions, isUrgent: true) {
            [self] partials, distance, place in
            withOptionalPointer(mean) { mean in
                training_expanded_backward(
                    partials, Int32(pieces.count), distance, kernel.pointer, block.channels_in,
                    block.channels_expanded, Int32(place), sums, mean,
                    mean == nil ? nil : plan.weighted[index].piece(place), state.mean, state.inverse, state.scale,
                    index == 0 ? 1 / 127.5 : 1, byKernel.pointer, gammas.base)
            }
        }
        share.finish(
            share.gather(gammas.base) { rank in
                let panels = share.range(LayerPacker.panels(layer.channels), of: rank)
                return min(panels.lowerBound * panel, layer.channels)
                    ..< min(panels.upperBound * panel, layer.channels)
            })
        for channel in 0 ..< layer.channels {
            gradient[layer.gamma.lowerBound + channel] = Float(gammas.base[channel])
            gradient[layer.beta.lowerBound + channel] = Float(sums[channel])
        }
        guard let mean, index > 0 else { return false }
        let samples = Double(pieces.images * Int(block.size) * Int(block.size))
        let factors = (0 ..< layer.channels).map { state.inverse[$0] * gammas.base[$0] / samples }
        let slopes = sums.map { $0 / samples }
        let products = Int(block.channels_in) * Int(block.channels_in) * layer.channels
        guard let correction = block.correction, let correctionBias = block.correction_bias else { return false }
        forEachSharedPlace(
            LayerPacker.panels(Int(block.channels_in)), operations: products,
            results: [(correction, Int(block.channels_in) * panel), (correctionBias, panel)]
        ) { place, worker in
            training_correction(
                instructions.kernels, kernel.pointer, block.expand_transposed + place * layer.channels * panel,
                block.channels_in, block.channels_expanded, factors, slopes, mean, plan.wide[worker].base,
                block.correction + place * Int(block.channels_in) * panel, block.correction_bias + place * panel)
        }
        return true
    }

    private func withOptionalPointer(_ values: [Double]?, _ body: (UnsafePointer<Double>?) -> Void) {
        if let values { values.withUnsafeBufferPointer { body($0.baseAddress) } } else { body(nil) }
    }
}
