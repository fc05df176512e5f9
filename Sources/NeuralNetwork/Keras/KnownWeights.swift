import Files

/// Published weights that `heartsense weights fetch` downloads.
public struct KnownWeights: Equatable, Sendable {
    /// The name on the command line.
    public let name: String
    public let fileName: String
    public let url: String
    /// The file size in bytes.
    public let bytes: Int
    /// The SHA-256 of the file.
    public let sha256: Digest
    public let license: String
    public let origin: String

    public init(
        name: String, fileName: String, url: String, bytes: Int, sha256: Digest, license: String, origin: String
    ) {
        self.name = name
        self.fileName = fileName
        self.url = url
        self.bytes = bytes
        self.sha256 = sha256
        self.license = license
        self.origin = origin
    }

    /// All known weights.
    ///
    /// `imagenet` is the file that keras.applications downloads for `MobileNetV2(weights="imagenet")`: the network with
    /// its head, which `WeightsFile` ignores. The file without the head (`…_no_top.h5`, 9,406,464 bytes) holds the same
    /// network, but no published SHA-256 of it is known. Keras checks no digest of either file
    /// (`keras/src/applications/mobilenet_v2.py` calls `get_file` without a hash).
    ///
    /// Two independent public projects pin the same digest of this file. One is a food logger that downloads the
    /// original release (github.com/JonathanCMitchell/mobilenet_v2_keras, v1.1), in its code and its model card. The
    /// other is a server that checks the copy in `~/.keras/models` made by TensorFlow 2.16. The size is the one of
    /// Keras' progress bar.
    public static let all = [
        KnownWeights(
            name: "imagenet",
            fileName: "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224.h5",
            url: "https://storage.googleapis.com/tensorflow/keras-applications/mobilenet_v2/"
                + "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224.h5",
            bytes: 14_536_120,
            sha256: digest("3e195a2857356cfc092cbbb460beb2a5bce279015d7792598b8d3d9e451902e3"),
            license: "Apache-2.0",
            origin: "Google's mobilenet_v2_1.0_224, trained on ImageNet, converted for keras.applications")
    ]

    /// Returns the entry of a name.
    ///
    /// - Throws: `WeightsError.unknownName` with the known names.
    public static func named(_ name: String) throws -> KnownWeights {
        guard let known = all.first(where: { $0.name == name }) else {
            throw WeightsError.unknownName(name: name, known: all.map(\.name))
        }
        return known
    }

    private static func digest(_ hexadecimal: String) -> Digest {
        guard let digest = Digest(hexadecimal: hexadecimal) else {
            preconditionFailure("\(hexadecimal) is not a SHA-256")
        }
        return digest
    }
}
