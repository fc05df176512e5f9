import Foundation
import TestSupport

/// The file `oracles/multilabel/splits.json`, from scikit-learn 1.3.2 and an iterative stratification in numpy.
struct SplitOracle {
    /// One of four classes for each of 97 samples.
    let classes: [Int]
    /// `StratifiedKFold` of the classes, in 3 and 5 folds.
    let threeFolds: [Int]
    let fiveFolds: [Int]
    /// Iterative stratification of set B.
    let halves: [Int]
    let fifths: [Int]
    let threeParts: [Int]

    init() throws {
        struct File: Decodable {
            let y: [Int]
            let stratified: [String: [Int]]
            let iterative: [String: Values]

            enum CodingKeys: String, CodingKey {
                case y, iterative
                case stratified = "stratified_kfold"
            }
        }
        /// Some entries are tables of counts, which these tests do not use.
        struct Values: Decodable {
            let list: [Int]
            init(from decoder: Decoder) throws {
                list = (try? decoder.singleValueContainer().decode([Int].self)) ?? []
            }
        }
        let file = try JSONDecoder().decode(File.self, from: SharedMaterial.data("oracles/multilabel/splits.json"))
        classes = file.y
        threeFolds = file.stratified["skf3_fold"] ?? []
        fiveFolds = file.stratified["skf5_fold"] ?? []
        halves = file.iterative["det_fold_K2"]?.list ?? []
        fifths = file.iterative["det_fold_K5"]?.list ?? []
        threeParts = file.iterative["det_fold_70_15_15"]?.list ?? []
    }
}
