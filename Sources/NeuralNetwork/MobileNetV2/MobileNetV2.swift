import CKernels
import Files
import Imaging
import LinearAlgebra
import Synchronization

/// MobileNetV2 without its classification head, from gray images to features.
///
/// The features are those of Keras for the image repeated in three channels and scaled to gray / 127.5 − 1: 52
/// convolutions with batch normalization and ReLU6, then the mean over the last map. Batch normalization is folded into
/// the kernels in double precision, and the three equal channels into one. All other arithmetic is float32. Weights are
/// packed once, on creation.
///
/// The features of an image depend bit by bit only on the weights, the instruction set and the image. Other images in
/// the same call and the number of workers have no influence.
///
/// ```swift
/// let network = MobileNetV2(.random(alpha: 0.35, seed: 1), inputSize: 96)
/// let image = GrayImage(width: 96, height: 96, pixels: [UInt8](repeating: 255, count: 96 * 96))
/// let features = network.features(of: [image])
/// print(features.rows, "×", features.columns)
/// ```
///
/// - Source: Sandler et al., CVPR 2018; `keras.applications.MobileNetV2`.
public struct MobileNetV2: Sendable {
    /// Width and height of the images.
    public let inputSize: Int
    /// The number of features per image: the channels of `Conv_1`.
    public let featureCount: Int
    /// The digest that identifies the weights.
    public let weightsDigest: Digest
    /// The instruction set of the kernels.
    public let instructions: InstructionSet
    /// The precision of the 1 × 1 convolutions.
    public let precision: Precision

    /// The instruction set and precision as one value for the C kernels.
    let kernels: network_instructions
    let packed: PackedMobileNetV2
    /// The maps of a blank image after the wide blocks; nil computes every pixel.
    let blank: BlankMaps?
    private let arenas = ArenaPool()

    /// Packs the weights.
    ///
    /// - Parameters:
    ///   - inputSize: width and height of the images. Padding follows Keras for even and odd sizes.
    ///   - instructions: nil selects the fastest set of the machine (`InstructionSet.preferred`).
    ///   - precision: `split` uses AMX for the 1 × 1 convolutions and AVX-512 for the rest, regardless of
    ///     `instructions`.
    ///   - skipsPaper: skips convolutions whose input is only paper (255) and padding, and uses their known result. The
    ///     features are bit-identical, and images with much paper take less time.
    /// - Precondition: the shapes of the layers match; `inputSize` is at least 32, as in Keras; the machine supports
    ///   the instruction set and the precision.
    public init(
        _ weights: MobileNetV2Weights, inputSize: Int = 224, instructions: InstructionSet? = nil,
        precision: Precision = .float32, skipsPaper: Bool = true
    ) {
        let instructions = precision == .split ? .avx512 : instructions ?? .preferred
        precondition(instructions.isAvailable, "this machine does not support \(instructions.rawValue)")
        precondition(precision.isAvailable, "this machine does not support \(precision.rawValue) precision")
        self.init(
            weights, inputSize: inputSize, instructions: instructions, precision: precision,
            kernels: precision == .split ? network_split_amx : instructions.kernels, skipsPaper: skipsPaper)
    }

    /// Creates a network in `split` precision that emulates AMX in portable C. It gives equally accurate results on any
    /// machine, but slowly. For tests.
    package init(emulatingTiles weights: MobileNetV2Weights, inputSize: Int = 224, skipsPaper: Bool = true) {
        self.init(
            weights, inputSize: inputSize, instructions: .portable, precision: .split,
            kernels: network_split_emulated, skipsPaper: skipsPaper)
    }

    private init(
        _ weights: MobileNetV2Weights, inputSize: Int, instructions: InstructionSet, precision: Precision,
        kernels: network_instructions, skipsPaper: Bool
    ) {
        precondition(inputSize >= 32, "inputSize must be at least 32, found \(inputSize)")
        self.inputSize = inputSize
        self.precision = precision
        self.kernels = kernels
        self.instructions = instructions
        featureCount = weights.featureCount
        weightsDigest = weights.digest
        packed = PackedMobileNetV2(weights, inputSize: inputSize, precision: precision)
        blank = skipsPaper ? BlankMaps(of: packed, inputSize: inputSize, kernels: kernels) : nil
    }

    /// Returns the features of many images, computed in parallel.
    ///
    /// - Parameters:
    ///   - images: n images of `inputSize` × `inputSize`.
    ///   - progress: called by any worker after each piece of work, with the number of finished images.
    /// - Returns: n × `featureCount`.
    public func features(
        of images: [GrayImage], workers: Workers = .all, progress: (@Sendable (_ done: Int) -> Void)? = nil
    ) -> Matrix<Float> {
        for image in images {
            precondition(
                image.width == inputSize && image.height == inputSize,
                "expected an image of \(inputSize) × \(inputSize), found \(image.width) × \(image.height)")
        }
        let count = images.count
        let featureCount = featureCount
        // Pieces have at most the size of a group. They are small enough that workers finish at about the same time.
        let piece = min(Arena.groupSize, workers.count == 1 ? max(1, count) : max(1, count / (4 * workers.count)))
        let done = Mutex(0)
        let values = [Float](unsafeUninitializedCapacity: count * featureCount) { buffer, initialized in
            let features = Destination(base: buffer.baseAddress)
            workers.forEach((count + piece - 1) / piece) { index, _ in
                let range = index * piece ..< min(count, (index + 1) * piece)
                arenas.withArena(makeArena) { arena in
                    guard let base = features.base else { return }
                    run(
                        count: range.count, arena: arena, features: base + range.lowerBound * featureCount,
                        image: { slot, body in images[range.lowerBound + slot].pixels.withUnsafeBufferPointer(body) })
                }
                guard let progress else { return }
                progress(
                    done.withLock { done in
                        done += range.count
                        return done
                    })
            }
            initialized = count * featureCount
        }
        return Matrix(rows: count, columns: featureCount, values: values)
    }

    /// The output of the workers. Each writes its own rows.
    private struct Destination: @unchecked Sendable {
        let base: UnsafeMutablePointer<Float>?
    }

    /// Creates working memory for one worker at a time.
    public func makeArena() -> Arena { Arena(for: packed, skipsPaper: blank != nil) }

    /// Computes the features of k images without allocating memory.
    ///
    /// - Parameters:
    ///   - pixels: k × `inputSize` × `inputSize` bytes. Several images at a time are faster than one by one.
    ///   - features: k × `featureCount`, overwritten.
    ///   - arena: created by this network, not in use by another thread.
    public func features(
        of pixels: UnsafeBufferPointer<UInt8>, into features: UnsafeMutableBufferPointer<Float>, arena: Arena
    ) {
        let area = inputSize * inputSize
        let count = pixels.count / area
        precondition(pixels.count == count * area, "\(pixels.count) bytes are not a multiple of \(area) pixels")
        precondition(
            features.count == count * featureCount,
            "expected space for \(count * featureCount) features, found \(features.count)")
        guard let base = features.baseAddress else { return }
        for first in stride(from: 0, to: count, by: Arena.groupSize) {
            run(
                count: min(Arena.groupSize, count - first), arena: arena, features: base + first * featureCount,
                image: { slot, body in
                    body(UnsafeBufferPointer(rebasing: pixels[(first + slot) * area ..< (first + slot + 1) * area]))
                })
        }
    }
}
