import Foundation
import Inference

extension Prediction {
    /// An answer as the table `results` keeps it: the JSON that was sent, whose numbers read back as the same bits.
    package init(stored answer: String) throws {
        self = try JSONDecoder().decode(Prediction.self, from: Data(answer.utf8))
    }
}
