import CKernels
import LinearAlgebra

// The batch normalisation behind an expansion, without the expanded map.
//
// With x the thin input of a block, W its expansion and z = Wᵀx, over the N pixels of a batch:
//
//     mean(z) = Wᵀ mean(x)        variance(z_c) = w_cᵀ Cov(x) w_c
//
// so the moments of x are enough to fold the normalisation into W. Backward, let g be the slope behind the
// normalisation (s = γ r, r = 1 / √(variance + ε)), R = Σ x gᵀ and G = Σ g:
//
//     ∂β = G        ∂γ = r (Σ_k W_k R_k − mean(z) G)
//     ∂W = s (R − mean(x) Gᵀ − ∂γ r Cov(x) W)
//     ∂x = W (s g) − M (x − mean(x)) − W (s G / N)        M = W diag(s r ∂γ / N) Wᵀ
//
// The slope by the input is linear in g, so what the normalisation takes back, which is known only when the whole
// batch has been through, can be taken from it later: M is thin. With frozen statistics all but the first terms fall
// away.
extension TrainingStep {
    /// Normalisation and kernel of a block's expansion in one, from the sums over the block's input that the pieces
    /// have left.
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
            workers.forEach(panels) { place, worker in
                training_expanded_moments(
                    instructions.kernels, kernel.pointer, block.channels_in, block.channels_expanded, Int32(place),
                    input.mean, input.covariance, plan.weighted[index].piece(place), plan.wide[worker].base,
                    moments.piece(0) + place * panel, moments.piece(1) + place * panel)
            }
            means = (0 ..< channels).map { moments.piece(0)[$0] }
            variances = (0 ..< channels).map { max(0, moments.piece(1)[$0]) }
        }
        let state = normalise(3 * index, mean: means, variance: variances)
        write(state.shift, to: block.expand_bias)
        let factors = state.scale.map { Float($0) }
        let thinPanels = LayerPacker.panels(Int(block.channels_in))
        workers.forEach(panels + thinPanels) { place, _ in
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

    /// The gradients of a block's expansion and of its normalisation, from what `training_filter_backward` has left
    /// in the pieces: the sums first, the kernel's gradients behind `offset` floats.
    ///
    /// - Returns: false where nothing is to be taken back from the slope by the block's input.
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
        workers.forEach(LayerPacker.panels(layer.channels)) { place, _ in
            withOptionalPointer(mean) { mean in
                training_expanded_backward(
                    plan.partial(0) + offset, Int32(pieces.count), plan.partialDistance, kernel.pointer,
                    block.channels_in, block.channels_expanded, Int32(place), sums, mean,
                    mean == nil ? nil : plan.weighted[index].piece(place), state.mean, state.inverse, state.scale,
                    index == 0 ? 1 / 127.5 : 1, byKernel.pointer, gammas.base)
            }
        }
        for channel in 0 ..< layer.channels {
            gradient[layer.gamma.lowerBound + channel] = Float(gammas.base[channel])
            gradient[layer.beta.lowerBound + channel] = Float(sums[channel])
        }
        guard let mean, index > 0 else { return false }
        let samples = Double(pieces.images * Int(block.size) * Int(block.size))
        let factors = (0 ..< layer.channels).map { state.inverse[$0] * gammas.base[$0] / samples }
        let slopes = sums.map { $0 / samples }
        workers.forEach(LayerPacker.panels(Int(block.channels_in))) { place, worker in
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
