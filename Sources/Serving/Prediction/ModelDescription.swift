import Datasets
import Inference

/// The response of `GET /v2/models/{m}`: the metadata of the Open Inference Protocol, with the labels, the fingerprint
/// and the limits.
struct ModelDescription: Encodable, Sendable {
    struct Tensor: Encodable, Sendable {
        let name: String
        let datatype: String
        /// The shape; −1 stands for the number of pictures.
        let shape: [Int]
    }

    struct Label: Encodable, Sendable {
        let code: String
        let condition: String
        let explanation: String
        let link: String
    }

    let name: String
    let versions: [String]
    let platform = "heartsense"
    let inputs: [Tensor]
    let outputs: [Tensor]
    let labels: [Label]
    let labelSpace: String
    let preprocessing: String
    let warnings: [String]
    let limits: UploadLimits
    let notice = Prediction.notice

    enum CodingKeys: String, CodingKey {
        case name, versions, platform, inputs, outputs, labels
        case labelSpace = "label_space"
        case preprocessing, warnings, limits, notice
    }

    /// - Parameter versions: All versions of the model, the default first.
    init(_ model: TrainedModel, versions: [String], limits: UploadLimits) {
        name = model.name
        self.versions = versions
        inputs = [Tensor(name: InferenceRequest.input, datatype: "BYTES", shape: [-1])]
        outputs = InferenceResponse.outputs.map {
            Tensor(name: $0.name, datatype: $0.datatype, shape: $0.perLabel ? [-1, model.labelSpace.count] : [-1])
        }
        labels = model.labelSpace.labels.map {
            Label(code: $0.code, condition: $0.condition.rawValue, explanation: $0.explanation, link: $0.link)
        }
        labelSpace = model.labelSpace.fingerprint
        preprocessing = model.preprocessing.description
        warnings = model.provenance.warnings
        self.limits = limits
    }
}
