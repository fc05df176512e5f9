import CKernels
import LinearAlgebra

extension TrainingStep {
    /// Computes `plan.features` of the whole batch.
    ///
    /// - Parameter images: the images of this process.
    func forward(images: UnsafePointer<UInt8>, inputSize: Int) {
        packKernels()
        makePatches(images, inputSize: inputSize)
        for index in plan.blocks.indices {
            foldExpansion(index)
            let block = plan.blocks[index]
            forEachPiece(sums: pairs(block.channels_expanded), areUsed: usesBatch(3 * index + 1)) {
                piece, first, images, scratch in
                withUnsafePointer(to: block) {
                    training_filter(instructions.kernels, $0, first, images, scratch, plan.sums.piece(piece))
                }
            }
            fold(3 * index + 1, size: block.size_out, scale: block.filtered_scale, shift: block.filtered_shift)
            forEachPiece(sums: pairs(block.channels_out), areUsed: usesBatch(3 * index + 2)) {
                piece, first, images, scratch in
                withUnsafePointer(to: block) {
                    training_project(instructions.kernels, $0, first, images, scratch, plan.sums.piece(piece))
                }
            }
            fold(3 * index + 2, size: block.size_out, scale: block.projected_scale, shift: block.projected_shift)
            let needsSums = index < 16 && usesBatch(3 * index + 3)
            let offset = LayerPacker.panels(Int(block.channels_out)) * 2 * LayerPacker.panel
            forEachPiece(sums: moments(block.channels_out), areUsed: needsSums) { piece, first, images, scratch in
                let sums = plan.sums.piece(piece)
                withUnsafePointer(to: block) {
                    training_join(
                        instructions.kernels, $0, first, images, scratch, needsSums ? sums : nil,
                        needsSums ? sums + offset : nil)
                }
            }
        }
        let head = plan.head
        forEachPiece(sums: pairs(head.channels_out), areUsed: usesBatch(51)) { piece, first, images, _ in
            withUnsafePointer(to: head) {
                training_head_convolve(instructions.kernels, $0, first, images, plan.sums.piece(piece))
            }
        }
        let pixels = Double(pieces.images * Int(head.pixels))
        fold(51, samples: pixels, scale: head.scale, shift: head.shift)
        let stride = Int(head.channel_stride)
        forEachPiece { _, first, images, _ in
            withUnsafePointer(to: head) {
                training_head_pool(
                    instructions.kernels, $0, first, images, plan.features.base + ownImages.lowerBound * stride)
            }
        }
        share.finish(
            share.gather(plan.features.base) { rank in
                let images = share.images(pieces, of: rank)
                return images.lowerBound * stride ..< images.upperBound * stride
            })
    }

    /// Packs the kernels that do not depend on statistics.
    private func packKernels() {
        let first = layout.convolutions[0]
        for place in 0 ..< first.kernel.count {
            plan.firstKernel.base[place] = Float(Double(parameters[first.kernel.lowerBound + place]) / 127.5)
        }
        workers.forEach(plan.blocks.count + 2) { index, _ in
            if index >= plan.blocks.count {
                let (rows, columns) = (plan.head.channels_in, plan.head.channels_out)
                if index == plan.blocks.count {
                    pack(kernel(51), rows, columns, to: plan.head.weights)
                } else {
                    packTransposed(kernel(51), rows, columns, to: plan.head.transposed)
                }
                return
            }
            let block = plan.blocks[plan.blocks.count - 1 - index]
            let convolution = 3 * (plan.blocks.count - 1 - index)
            pack(kernel(convolution + 1), 9, block.channels_expanded, to: block.filter)
            pack(kernel(convolution + 2), block.channels_expanded, block.channels_out, to: block.project)
            packTransposed(
                kernel(convolution + 2), block.channels_expanded, block.channels_out, to: block.project_transposed)
        }
    }

    private func pack(
        _ kernel: UnsafePointer<Float>, _ rows: Int32, _ columns: Int32, to packed: UnsafeMutablePointer<Float>
    ) {
        for panel in 0 ..< LayerPacker.panels(Int(columns)) {
            training_pack(kernel, rows, columns, Int32(panel), nil, packed + panel * Int(rows) * LayerPacker.panel)
        }
    }

    private func packTransposed(
        _ kernel: UnsafePointer<Float>, _ rows: Int32, _ columns: Int32, to packed: UnsafeMutablePointer<Float>
    ) {
        for panel in 0 ..< LayerPacker.panels(Int(rows)) {
            training_pack_transposed(
                kernel, rows, columns, Int32(panel), nil, packed + panel * Int(columns) * LayerPacker.panel)
        }
    }

    /// Creates the first block's input and its moments.
    private func makePatches(_ images: UnsafePointer<UInt8>, inputSize: Int) {
        let block = plan.blocks[0]
        let pixels = Int(block.size) * Int(block.size)
        let source = Shared(images)
        let needsSums = usesBatch(0)
        forEachPiece(sums: moments(block.channels_in), areUsed: needsSums) { piece, first, count, scratch in
            training_patches(
                source.pointer + Int(first) * inputSize * inputSize, Int32(inputSize), count,
                plan.patches.base + Int(first) * pixels * LayerPacker.panel)
            guard needsSums else { return }
            let sums = plan.sums.piece(piece)
            withUnsafePointer(to: block) {
                training_input_sums(
                    instructions.kernels, $0, first, count, scratch, sums, sums + 2 * LayerPacker.panel)
            }
        }
    }

    /// Folds a normalization from the moments in the pieces.
    private func fold(
        _ convolution: Int, samples: Double, scale: UnsafeMutablePointer<Float>?, shift: UnsafeMutablePointer<Float>?
    ) {
        var (mean, variance) = movingMoments(convolution)
        if usesBatch(convolution) {
            let (first, second) = plan.sums.pairs(
                channels: layout.convolutions[convolution].channels, pieces: pieces.count)
            mean = first.map { $0 / samples }
            variance = zip(second, mean).map { max(0, $0 / samples - $1 * $1) }
        }
        let state = normalize(convolution, mean: mean, variance: variance)
        write(state.scale, to: scale)
        write(state.shift, to: shift)
    }

    private func fold(
        _ convolution: Int, size: Int32, scale: UnsafeMutablePointer<Float>?, shift: UnsafeMutablePointer<Float>?
    ) {
        fold(convolution, samples: Double(pieces.images * Int(size) * Int(size)), scale: scale, shift: shift)
    }
}
