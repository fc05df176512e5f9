/// Beats of one record, or of several together, counted as ANSI/AAMI EC57 compares a classifier with a reference.
///
/// Of each class: the sensitivity Se = TP / (TP + FN) and the positive predictivity +P = TP / (TP + FP).
///
/// - TP: beats of the class that were called so. FN: beats of the class that were called anything else.
/// - FP: beats of other classes that were called so, with the two exceptions of EC57: a fusion beat (F) or an
///   unclassifiable one (Q) that was called ventricular (V) is no false positive of V, and an unclassifiable one (Q)
///   that was called supraventricular (S) is none of S.
///
/// EC57 defines these measures for V and S; those of the other classes are counted without exceptions, as the field
/// reports them. The standard also counts beats that a detector missed or invented; pictures of beats have neither.
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

        /// Se; nil without a beat of the class.
        public var sensitivity: Double? { Self.share(truePositives, falseNegatives) }

        /// +P; nil where nothing was called so.
        public var positivePredictivity: Double? { Self.share(truePositives, falsePositives) }

        private static func share(_ hits: Int, _ misses: Int) -> Double? {
            hits + misses == 0 ? nil : Double(hits) / Double(hits + misses)
        }
    }

    /// One for each class.
    public private(set) var counts: [Counts]
    public private(set) var beats = 0

    /// - Parameters:
    ///   - codes: of the classes; `V`, `S`, `F` and `Q` are the AAMI classes.
    ///   - truth: the class of each beat.
    ///   - decision: what each was called.
    public init(codes: [String], truth: [Int], decision: [Int]) {
        precondition(truth.count == decision.count, "\(decision.count) answers for \(truth.count) beats")
        counts = codes.map { _ in Counts() }
        for (reference, called) in zip(truth, decision) {
            beats += 1
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

    /// The beats of all records together, each with the same weight: EC57's gross statistics.
    ///
    /// - Precondition: there is a record, and all are of the same classes.
    public static func gross(_ records: [EC57]) -> EC57 {
        var sum = records[0]
        for record in records.dropFirst() {
            sum.beats += record.beats
            for index in sum.counts.indices {
                sum.counts[index].truePositives += record.counts[index].truePositives
                sum.counts[index].falseNegatives += record.counts[index].falseNegatives
                sum.counts[index].falsePositives += record.counts[index].falsePositives
            }
        }
        return sum
    }
}
