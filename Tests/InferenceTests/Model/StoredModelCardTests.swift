import Files
import Foundation
import TestSupport
import Testing

@testable import Inference

struct StoredModelCardTests {
    static let card = """
        # Model card: c

        > **Warning.** The pictures leak labels.

        | | |
        |---|---|
        | model | sha256 `abc` |
        | data | set, sha256 `def` |
        | patients or records | 1 013 |

        ## Labels

        | code | condition | stands for |
        |---|---|---|
        | N | Normal | sinus |

        ## Results (out-of-fold, 1082 samples)

        Each row was scored by other folds.

        | metric | value | 95 % interval | naive baseline |
        |---|---|---|---|
        | f1_macro | 0.744 | 0.720–0.767 | 0.105 |
        | ece | 0.031 | – | 0.028 |

        | label | precision | recall | F1 | support |
        |---|---|---|---|---|
        | N | 0.847 | 0.872 | 0.859 | 500 |

        **Patients by sex**

        | patients | n |
        | :-- | --: |
        | female | 583 |
        """

    @Test func `a card has its facts, warnings, figures and tables`() {
        let card = StoredModelCard(parsing: Self.card)
        #expect(card.facts["patients or records"] == "1 013" && card.facts["model"] == "sha256 `abc`")
        #expect(card.warnings == ["The pictures leak labels"])
        #expect(card.part == "out-of-fold, 1082 samples")
        #expect(card.paragraphs == ["Each row was scored by other folds."])
        #expect(card.table(of: "metric")?.rows.first == ["f1_macro", "0.744", "0.720–0.767", "0.105"])
        #expect(card.tables.map(\.caption) == [nil, nil, "Patients by sex"])
    }

    @Test func `the card is found next to the model, and that of another model is not used`() throws {
        let path = try ShippedModels().path(of: "twelve-lead.h5")
        let card = try #require(StoredModelCard(besideModel: path))
        #expect(card.belongs(to: try ModelFile.read(path)))
        #expect(card.part?.contains("out-of-fold") == true)
        #expect(!StoredModelCard(parsing: Self.card).belongs(to: try ModelFile.read(path)))
        let scratch = try Scratch()
        try AtomicFile.write(Data(Self.card.utf8), to: scratch("model-card.md"))
        #expect(StoredModelCard(besideModel: scratch("model.h5")) != nil)
        #expect(StoredModelCard(besideModel: scratch("other.h5")) == nil)
    }
}
