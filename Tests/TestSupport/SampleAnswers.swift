import Foundation
import Inference

/// Sample predictions in JSON.
public enum SampleAnswers {
    /// - Parameters:
    ///   - reasons: the names of the reasons for uncertainty.
    ///   - decided: the decided codes among N and V.
    ///   - saliency: the JSON of V's saliency.
    public static func prediction(
        file: String = "a.png", reasons: [String] = [], decided: [String] = ["V"], saliency: String? = nil
    ) throws -> Prediction {
        func label(_ code: String, _ condition: String, _ score: Double, _ saliency: String?) -> String {
            """
            {"code": "\(code)", "condition": "\(condition)", "score": \(score), "decided": \(decided.contains(code)),
             "explanation": "About \(condition).", "link": "https://example.org/\(code)",
             "votes": {"ml-svm": \(score), "mlaram": 0.5}\(saliency.map { ", \"saliency\": \($0)" } ?? "")}
            """
        }
        let name = String(decoding: try JSONEncoder().encode(file), as: UTF8.self)
        let json = """
            {"id": "0123", "file": \(name), "decision": \(decided), "uncertain": \(!reasons.isEmpty),
             "reasons": \(reasons), "labels": [\(label("N", "Normal", 0.0004, nil)),
             \(label("V", "Ventricular arrhythmia", 0.934, saliency))],
             "model": {"name": "m", "sha256": "", "label_space": "s 1", "preprocessing": "neutral"},
             "notice": "Not a medical device."}
            """
        return try JSONDecoder().decode(Prediction.self, from: Data(json.utf8))
    }
}
