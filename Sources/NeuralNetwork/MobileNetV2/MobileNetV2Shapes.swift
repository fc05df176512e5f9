import Foundation
import HDF5

/// The layer shapes of MobileNetV2.
///
/// - Source: Sandler et al., CVPR 2018, table 2, with the rounding of keras.applications.
enum MobileNetV2Shapes {
    /// The factor by which a block expands its input channels.
    static let expansion = 6

    /// The output channels of blocks 0…16 at alpha 1.
    static let blockChannels = [16, 24, 24, 32, 32, 32, 64, 64, 64, 64, 96, 96, 96, 160, 160, 160, 320]

    /// Whether a block has equal numbers of input and output channels at every width, so that it can add its input to
    /// its output.
    private static func isResidual(block: Int) -> Bool {
        block > 0 && blockChannels[block] == blockChannels[block - 1]
    }

    /// Returns the shapes of the 52 kernels at a width.
    static func kernels(alpha: Double, inputChannels: Int = 3) -> [[Int]] {
        var channels = rounded(32 * alpha)
        var shapes = [[3, 3, inputChannels, channels]]
        for (block, full) in blockChannels.enumerated() {
            let out = rounded(Double(Int(Double(full) * alpha)))
            let inside = block == 0 ? channels : channels * expansion
            if block > 0 { shapes.append([1, 1, channels, inside]) }
            shapes += [[3, 3, inside, 1], [1, 1, inside, out]]
            channels = out
        }
        return shapes + [[1, 1, channels, alpha > 1 ? rounded(1280 * alpha) : 1280]]
    }

    /// Returns the width multiplier of given shapes, up to 4. It prefers published widths, then multiples of 0.05, then
    /// of 0.01. Returns nil if the shapes match none.
    static func alpha(of shapes: [[Int]]) -> Double? {
        let published = [1.0, 0.35, 0.5, 0.75, 1.3, 1.4]
        let others = (1 ... 80).map { Double($0) / 20 } + (1 ... 400).map { Double($0) / 100 }
        return (published + others).first { Array(kernels(alpha: $0).dropFirst()) == Array(shapes.dropFirst()) }
    }

    /// Checks that the layers match each other at the widths of the file.
    static func check(_ layers: [MatchedLayer], path: String) throws {
        let expected = try kernels(following: layers.map(\.kernel.shape)) { index, shape in
            WeightsError.shape(
                path: path, dataset: layers[index].kernel.path, expected: shape, found: layers[index].kernel.shape)
        }
        for (layer, shape) in zip(layers, expected) {
            let channels = shape[3] == 1 && layer.name.hasSuffix("depthwise") ? shape[2] : shape[3]
            for dataset in [layer.gamma, layer.beta, layer.mean, layer.variance] where dataset.shape != [channels] {
                throw WeightsError.shape(
                    path: path, dataset: dataset.path, expected: [channels], found: dataset.shape)
            }
        }
    }

    /// Checks that kernels of these shapes match each other.
    ///
    /// - Parameter failure: creates the error for the kernel at `index` from its expected shape.
    static func check(_ shapes: [[Int]], orThrow failure: (_ index: Int, _ shape: [Int]) -> WeightsError) throws {
        _ = try kernels(following: shapes, failure)
    }

    /// Returns the expected shapes for the channels that the kernels themselves have.
    ///
    /// - Parameter failure: creates the error for the kernel at `index` from its expected shape.
    private static func kernels(
        following found: [[Int]], _ failure: (_ index: Int, _ shape: [Int]) -> WeightsError
    ) throws -> [[Int]] {
        var checked: [[Int]] = []
        /// Checks the next kernel. With `out` nil, any number of output channels is accepted.
        func next(_ size: Int, _ channels: Int?, _ out: Int?) throws -> Int {
            let shape = found[checked.count]
            let isKernel = shape.count == 4
            let wanted = [
                size, size, channels ?? (isKernel && shape[2] == 1 ? 1 : 3), out ?? (isKernel ? shape[3] : 1),
            ]
            guard shape == wanted, wanted[3] > 0 else { throw failure(checked.count, wanted) }
            checked.append(shape)
            return shape[3]
        }
        var channels = try next(3, nil, nil)
        for block in 0 ..< blockChannels.count {
            let inside = block == 0 ? channels : try next(1, channels, channels * expansion)
            _ = try next(3, inside, 1)
            channels = try next(1, inside, isResidual(block: block) ? channels : nil)
        }
        _ = try next(1, channels, nil)
        return checked
    }

    /// Returns the nearest multiple of 8, at least 8 and at least 90 % of the value.
    private static func rounded(_ value: Double) -> Int {
        let nearest = max(8, Int(value + 4) / 8 * 8)
        return Double(nearest) < 0.9 * value ? nearest + 8 : nearest
    }
}
