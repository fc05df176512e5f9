import CKernels
import LinearAlgebra

extension TrainingStep {
    /// Computes the gradient of all layers below the features from `plan.featureSlopes`.
    ///
    /// - Parameter gradient: the whole layout. Values below the lowest trained layer may stay unchanged.
    func backward(gradient: UnsafeMutablePointer<Float>) {
        guard let lowest = layout.convolutions.indices.first(where: isTrained) else { return }
        // Convolution 51 counts as block 17.
        let lowestBlock = lowest / 3
        defer {
            finishTransfers(most: 0)
            plan.kernels.gather(summedKernels, gradient: gradient)
        }
        backwardHead(needsInputSlope: lowestBlock < 17, gradient: gradient)
        for index in stride(from: 16, through: lowestBlock, by: -1) {
            // `plan.sums` then holds the products of `output_slope` with `projected`.
            backwardProjection(index, gradient: gradient)
            guard index > lowestBlock || lowest % 3 < 2 else { return }
            backwardFilter(index, needsInputSlope: index > lowestBlock, gradient: gradient)
        }
    }

    /// Backpropagates through mean, ReLU6, normalization and `Conv_1`.
    private func backwardHead(needsInputSlope: Bool, gradient: UnsafeMutablePointer<Float>) {
        var head = plan.head
        head.input_slope = needsInputSlope ? plan.blocks[16].output_slope : training_map()
        let ready = head
        let slopes = plan.featureSlopes.base + ownImages.lowerBound * Int(head.channel_stride)
        let shared = Shared(UnsafePointer(slopes))
        forEachPiece(sums: pairs(head.channels_out)) { piece, first, images, _ in
            withUnsafePointer(to: ready) {
                training_head_products(
                    instructions.kernels, $0, first, images, shared.pointer, plan.sums.piece(piece))
            }
        }
        finish(51, samples: Int(head.pixels), (head.by_slope, head.by_map, head.constant), gradient: gradient)
        forEachPiece(sums: pairs(head.channels_in), areUsed: needsInputSlope) { piece, first, images, scratch in
            withUnsafePointer(to: ready) {
                training_head_backward(
                    instructions.kernels, $0, first, images, shared.pointer, scratch, partial(piece),
                    plan.sums.piece(piece))
            }
        }
        unpack(
            51, rows: Int(head.channels_in), storedRows: LayerPacker.panels(Int(head.channels_in)) * LayerPacker.panel,
            gradient: gradient)
    }

    private func backwardProjection(_ index: Int, gradient: UnsafeMutablePointer<Float>) {
        let block = plan.blocks[index]
        let size = Int(block.size_out)
        finish(
            3 * index + 2, samples: size * size,
            (block.projected_by_slope, block.projected_by_map, block.projected_constant), gradient: gradient)
        forEachPiece(sums: pairs(block.channels_expanded)) { piece, first, images, scratch in
            withUnsafePointer(to: block) {
                training_project_backward(
                    instructions.kernels, $0, first, images, scratch, partial(piece), plan.sums.piece(piece))
            }
        }
        let rows = Int(block.channels_expanded)
        unpack(
            3 * index + 2, rows: rows, storedRows: LayerPacker.panels(rows) * LayerPacker.panel, gradient: gradient)
        finish(
            3 * index + 1, samples: size * size,
            (block.filtered_by_slope, block.filtered_by_map, block.filtered_constant), gradient: gradient)
    }

    private func backwardFilter(_ index: Int, needsInputSlope: Bool, gradient: UnsafeMutablePointer<Float>) {
        var block = plan.blocks[index]
        block.input_slope = needsInputSlope ? plan.blocks[index - 1].output_slope : training_map()
        let ready = block
        let filterFloats = LayerPacker.panels(Int(block.channels_expanded)) * 9 * LayerPacker.panel
        let sums = LayerPacker.panels(Int(block.channels_expanded)) * LayerPacker.panel
        forEachPiece(sums: sums) { piece, first, images, scratch in
            withUnsafePointer(to: ready) {
                training_filter_backward(
                    instructions.kernels, $0, first, images, scratch, partial(piece), partial(piece) + filterFloats,
                    plan.sums.piece(piece))
            }
        }
        unpack(3 * index + 1, rows: 9, storedRows: 9, gradient: gradient)
        let hasCorrection = finishExpansion(index, offset: filterFloats, gradient: gradient)
        guard needsInputSlope else { return }
        if !hasCorrection { block.correction = nil }
        let corrected = block
        forEachPiece(sums: pairs(block.channels_in)) { piece, first, images, _ in
            withUnsafePointer(to: corrected) {
                training_correct(instructions.kernels, $0, first, images, plan.sums.piece(piece))
            }
        }
    }

    /// Computes the gradients of a normalization and the coefficients of its backward pass, from the products in the
    /// pieces.
    ///
    /// - Parameter samples: the number of pixels of one image.
    private func finish(
        _ convolution: Int, samples: Int,
        _ targets: (UnsafeMutablePointer<Float>?, UnsafeMutablePointer<Float>?, UnsafeMutablePointer<Float>?),
        gradient: UnsafeMutablePointer<Float>
    ) {
        let layer = layout.convolutions[convolution]
        guard let state = states[convolution] else { return }
        let (sums, products) = plan.sums.pairs(channels: layer.channels, pieces: pieces.count)
        let (gamma, beta) = state.gradients(sums: sums, products: products)
        let (bySlope, byMap, constant) = state.backward(gamma: gamma, beta: beta, count: samples * pieces.images)
        write(bySlope, to: targets.0)
        write(byMap, to: targets.1)
        write(constant, to: targets.2)
        write(gamma, to: gradient + layer.gamma.lowerBound)
        write(beta, to: gradient + layer.beta.lowerBound)
    }

    /// Adds up the partial gradients of a kernel.
    private func unpack(_ convolution: Int, rows: Int, storedRows: Int, gradient: UnsafeMutablePointer<Float>) {
        let layer = layout.convolutions[convolution]
        let target = Shared(gradient + layer.kernel.lowerBound)
        let count = Int32(pieces.count)
        let operations = rows * layer.channels * pieces.count
        sumKernel(convolution, storedRows: storedRows, operations: operations, isUrgent: false) {
            training_unpack(
                $0, count, $1, Int32(rows), Int32(storedRows), Int32(layer.channels), Int32($2), 1, target.pointer)
        }
    }
}
