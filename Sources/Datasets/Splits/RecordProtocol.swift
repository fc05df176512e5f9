/// A published division of a database by record names.
public struct RecordProtocol: Equatable, Sendable {
    public let name: String
    public let train: [String]
    public let test: [String]
    /// Notes that results of this protocol carry.
    public let notes: [String]

    public init(name: String, train: [String], test: [String], notes: [String] = []) {
        self.name = name
        self.train = train
        self.test = test
        self.notes = notes
    }

    /// The inter-patient division of the MIT-BIH Arrhythmia Database: DS1 for training, DS2 for testing. The four
    /// records with paced beats (102, 104, 107, 217) are excluded.
    ///
    /// - Source: de Chazal, O'Dwyer & Reilly, IEEE Trans. Biomed. Eng. 51 (2004).
    public static let mitbih = RecordProtocol(
        name: "mitbih-ds1-ds2",
        train: [
            "101", "106", "108", "109", "112", "114", "115", "116", "118", "119", "122", "124", "201", "203", "205",
            "207", "208", "209", "215", "220", "223", "230",
        ],
        test: [
            "100", "103", "105", "111", "113", "117", "121", "123", "200", "202", "210", "212", "213", "214", "219",
            "221", "222", "228", "231", "232", "233", "234",
        ],
        notes: ["MIT-BIH records 201 (DS1) and 202 (DS2) are of the same man: the published division keeps both"])
}
