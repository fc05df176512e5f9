import CKernels
import Files
import Imaging
import LinearAlgebra
import Synchronization

/// MobileNetV2 without its classification head, from grey pictures to features.
///
/// What Keras computes for the picture repeated in three channels, scaled to grey / 127.5 − 1: 52 convolutions with
/// their batch normalisation and ReLU6, then the mean over the last map. Batch normalisation is folded into the
/// kernels in double precision, the three equal channels into one; everything else is float32. Weights are packed
/// once, when a network is made.
///
/// The features of an image depend on the weights, the instruction set and the image, and on nothing else: neither on
/// the images that it is computed together with nor on the number of workers, to the last bit.
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
    /// Width and height of the pictures.
    public let inputSize: Int
    /// Features of a picture: the channels of `Conv_1`.
    public let featureCount: Int
    /// What the weights are known by.
    public let weightsDigest: Digest
    /// What the kernels run on.
    public let instructions: InstructionSet
    /// How the 1 × 1 convolutions are computed.
    public let precision: Precision

    /// What the kernels are told of both.
    let kernels: network_instructions
    let packed: PackedMobileNetV2
    /// What a blank picture gives behind the wide blocks; nil computes every pixel.
    let blank: BlankMaps?
    private let arenas = ArenaPool()

    /// Packs the weights.
    ///
    /// - Parameters:
    ///   - inputSize: width and height of the pictures. Padding follows Keras, for even and odd sizes.
    ///   - instructions: nil takes the fastest that the machine has (`InstructionSet.preferred`).
    ///   - precision: `split` takes AMX for the 1 × 1 convolutions and AVX-512 for the rest, whatever `instructions`.
    ///   - skipsPaper: takes the known answer wherever a convolution sees nothing but paper (255) and padding. It
    ///     changes no bit of a feature, only the time that pictures with much paper take.
    /// - Precondition: the shapes of the layers fit each other; `inputSize` is at least 32, as Keras asks; the machine
    ///   has the instruction set and the precision.
    public init(
        _ weights: MobileNetV2Weights, inputSize: Int = 224, instructions: InstructionSet? = nil,
        precision: Precision = .float32, skipsPaper: Bool = true
    ) {
        let instructions = precision == .split ? .avx512 : instructions ?? .preferred
        precondition(instructions.isAvailable, "this machine has no \(instructions.rawValue)")
        precondition(precision.isAvailable, "this machine has no \(precision.rawValue) precision")
        self.init(
            weights, inputSize: inputSize, instructions: instructions, precision: precision,
            kernels: precision == .split ? network_split_amx : instructions.kernels, skipsPaper: skipsPaper)
    }

    /// `split` with tiles in plain C in place of AMX, and portable vectors: as exact, slow, and for tests on any
    /// machine.
    package init(emulatingTiles weights: MobileNetV2Weights, inputSize: Int = 224, skipsPaper: Bool = true) {
        self.init(
            weights, inputSize: inputSize, instructions: .portable, precision: .split,
            kernels: network_split_emulated, skipsPaper: skipsPaper)
    }

    private init(
        _ weights: MobileNetV2Weights, inputSize: Int, instructions: InstructionSet, precision: Precision,
        kernels: network_instructions, skipsPaper: Bool
    ) {
        precondition(inputSize >= 32, "pictures of \(inputSize) × \(inputSize); a MobileNetV2 reads 32 × 32 and more")
        self.inputSize = inputSize
        self.precision = precision
        self.kernels = kernels
        self.instructions = instructions
        featureCount = weights.featureCount
        weightsDigest = weights.digest
        packed = PackedMobileNetV2(weights, inputSize: inputSize, precision: precision)
        blank = skipsPaper ? BlankMaps(of: packed, inputSize: inputSize, kernels: kernels) : nil
    }

    /// The features of many pictures, shared out among workers.
    ///
    /// - Parameters:
    ///   - images: n pictures of `inputSize` × `inputSize`.
    ///   - progress: called after each piece of work with the number of pictures done so far, by any of the workers.
    /// - Returns: n × `featureCount`.
    public func features(
        of images: [GrayImage], workers: Workers = .all, progress: (@Sendable (_ done: Int) -> Void)? = nil
    ) -> Matrix<Float> {
        for image in images {
            precondition(
                image.width == inputSize && image.height == inputSize,
                "a picture of \(image.width) × \(image.height) for a network that reads \(inputSize) × \(inputSize)")
        }
        let count = images.count
        let featureCount = featureCount
        // Pieces of a whole group, but enough of them that no worker waits long for another in the end.
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

    /// Where workers put their rows, each its own.
    private struct Destination: @unchecked Sendable {
        let base: UnsafeMutablePointer<Float>?
    }

    /// Working memory for one worker at a time.
    public func makeArena() -> Arena { Arena(for: packed, leavesOutPaper: blank != nil) }

    /// The features of k pictures, for a worker that has just made them; allocates nothing.
    ///
    /// - Parameters:
    ///   - pixels: k × `inputSize` × `inputSize` bytes; several pictures at a time are faster than one by one.
    ///   - features: k × `featureCount`, overwritten.
    ///   - arena: made by this network, in use by no other thread.
    public func features(
        of pixels: UnsafeBufferPointer<UInt8>, into features: UnsafeMutableBufferPointer<Float>, arena: Arena
    ) {
        let area = inputSize * inputSize
        let count = pixels.count / area
        precondition(pixels.count == count * area, "\(pixels.count) bytes are no pictures of \(area) pixels")
        precondition(features.count == count * featureCount, "room for \(features.count) features")
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
