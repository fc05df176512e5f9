/// Counts of classified beats by the rules of ANSI/AAMI EC57, for one record or several together.
///
/// Each class has a sensitivity Se = TP / (TP + FN) and a positive predictivity +P = TP / (TP + FP).
///
/// - TP: beats of the class that were classified as it.
/// - FN: beats of the class that were classified as another class.
/// - FP: beats of other classes that were classified as it, with two exceptions. Fusion beats (F) and unclassifiable
///   beats (Q) classified as ventricular (V) are not counted. Neither are unclassifiable beats classified as
///   supraventricular (S).
///
/// EC57 defines these measures for V and S only. The other classes are counted without exceptions, as is usual in the
/// literature. The standard also counts beats that a detector missed or added, which cannot occur with images of beats.
///
/// - Source: ANSI/AAMI EC57:1998 (R2008), 4.3; de Chazal, O'Dwyer & Reilly, IEEE Trans. Biomed. Eng. 51 (2004).
public struct EC57: Equatable, Sendable {
    public struct Counts: Equatable, Sendable {
        public var truePositives = 0
        public var falseNegatives = 0
        public var falsePositives = 0

        public init(truePositives: Int = 0, falseNegatives: Int = 0, falsePositives: Int = 0) {
            self.truePositives = truePositives
            self.falseNegatives = falseNegatives
            self.falsePositives = falsePositives
        }

        /// Se; nil if the class has no beat.
        public var sensitivity: Double? { Self.share(truePositives, falseNegatives) }

        /// +P; nil if no beat was classified as the class.
        public var positivePredictivity: Double? { Self.share(truePositives, falsePositives) }

        private static func share(_ hits: Int, _ misses: Int) -> Double? {
            hits + misses == 0 ? nil : Double(hits) / Double(hits + misses)
        }
    }

    /// L class codes.
    public let codes: [String]
    /// L counts, in the order of `codes`.
    public private(set) var counts: [Counts]
    public private(set) var beats = 0
    /// L × L beats by true class and predicted class.
    private var confusion: [[Int]]

    /// - Parameters:
    ///   - codes: L class codes; `V`, `S`, `F` and `Q` are the AAMI classes.
    ///   - truth: the true class of each beat, as an index of `codes`.
    ///   - decision: the predicted class of each beat.
    public init(codes: [String], truth: [Int], decision: [Int]) {
        precondition(truth.count == decision.count, "\(decision.count) decisions for \(truth.count) beats")
        self.codes = codes
        counts = codes.map { _ in Counts() }
        confusion = codes.map { _ in codes.map { _ in 0 } }
        for (reference, called) in zip(truth, decision) {
            beats += 1
            confusion[reference][called] += 1
            if reference == called {
                counts[reference].truePositives += 1
                continue
            }
            counts[reference].falseNegatives += 1
            switch (codes[reference], codes[called]) {
            case ("F", "V"), ("Q", "V"), ("Q", "S"): break
            default: counts[called].falsePositives += 1
            }
        }
    }

    /// Adds up the beats of all records: the gross statistics of EC57.
    ///
    /// - Precondition: `records` is not empty, and all records have the same classes.
    public static func gross(_ records: [EC57]) -> EC57 {
        var sum = records[0]
        for record in records.dropFirst() {
            sum.beats += record.beats
            for index in sum.counts.indices {
                for called in sum.counts.indices { sum.confusion[index][called] += record.confusion[index][called] }
                sum.counts[index].truePositives += record.counts[index].truePositives
                sum.counts[index].falseNegatives += record.counts[index].falseNegatives
                sum.counts[index].falsePositives += record.counts[index].falsePositives
            }
        }
        return sum
    }

    /// Cohen's kappa over all classes; unclassifiable beats (Q) are left out.
    ///
    /// Nil without beats, or if all beats are of one class and were classified as it.
    public var kappa: Double? {
        let rows = codes.indices.filter { codes[$0] != "Q" }
        let total = Double(rows.reduce(0) { $0 + confusion[$1].reduce(0, +) })
        guard total > 0 else { return nil }
        let agreed = Double(rows.reduce(0) { $0 + confusion[$1][$1] }) / total
        let expected = rows.reduce(0.0) { sum, row in
            let called = rows.reduce(0) { $0 + confusion[$1][row] }
            return sum + Double(confusion[row].reduce(0, +)) * Double(called) / (total * total)
        }
        return expected < 1 ? (agreed - expected) / (1 - expected) : nil
    }

    /// The j index and kappa in one number: jκ = ½κ + ⅛(Se_S + Se_V + P+_S + P+_V).
    ///
    /// A predictivity that is undefined, because no beat was classified as the class, counts as 0.
    ///
    /// - Returns: at most 1; nil without beats of S or V.
    /// - Source: Mar, Zaunseder, Martínez, Llamedo & Poll, IEEE Trans. Biomed. Eng. 58 (2011), eq. 12.
    public var jKappa: Double? {
        let classes = ["S", "V"].compactMap { codes.firstIndex(of: $0) }.map { counts[$0] }
        return Self.jKappa(
            kappa, classes.map(\.sensitivity), classes.map { $0.positivePredictivity ?? 0 })
    }

    /// Returns jκ of sensitivities and predictivities of S and V; nil if a value is missing.
    public static func jKappa(_ kappa: Double?, _ sensitivities: [Double?], _ predictivities: [Double?]) -> Double? {
        let measures = (sensitivities + predictivities).compactMap { $0 }
        guard let kappa, measures.count == 4 else { return nil }
        return kappa / 2 + measures.reduce(0, +) / 8
    }
}
