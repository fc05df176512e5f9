import Classifiers
import LinearAlgebra

extension Training {
    /// Fits the check for pictures that are no ECG, unless it is switched off or there are too few rows.
    func pictureCheck(
        _ table: FeatureTable, _ partition: TrainingPartition
    ) -> (fit: PictureCheck.Fit?, warnings: [String]) {
        guard let falseAlarms = configuration.doubt.falseAlarms else { return (nil, []) }
        func traces(_ rows: [Int]) -> Matrix<Float>? { table.traces?.selecting(rows: rows) }
        let held: PictureCheck.Held =
            partition.validation.isEmpty
            ? .crossFit(folds: partition.folds)
            : .validation(
                features: table.features.selecting(rows: partition.validation),
                traces: traces(partition.validation), folds: partition.folds)
        let fit = PictureCheck.fit(
            features: table.features.selecting(rows: partition.train), traces: traces(partition.train), held: held,
            falseAlarms: falseAlarms, seed: configuration.seed)
        guard let fit else {
            return (
                nil,
                [
                    "\(partition.tuningRows.count) rows are too few to know what pictures are no ECG "
                        + "(\(PictureCheck.leastRows) are needed): the model answers for any picture"
                ]
            )
        }
        return (fit, fit.warnings)
    }

    /// The doubts about the rows that are scored at the end, in the order of `scored`: of rows that the vote was tuned
    /// on, by bounds that have not seen them.
    func doubts(
        _ fit: Ensemble.Fit, _ check: PictureCheck.Fit?, _ table: FeatureTable, _ partition: TrainingPartition,
        by model: TrainedModel
    ) -> Doubts {
        guard partition.test.isEmpty else {
            return Doubts(
                of: table.features.selecting(rows: partition.test),
                traces: table.traces?.selecting(rows: partition.test), by: model)
        }
        return Doubts(
            findings: check?.findings ?? Array(repeating: [], count: partition.tuningRows.count),
            conformal: fit.tuningConformal)
    }
}
