/// The usual places of the leads on a page: rows of names from the top.
struct LeadTemplate: Sendable {
    let rows: [[String]]
    /// Cabrera's order has −aVR in the place of aVR.
    let isCabrera: Bool

    /// Logarithm of how usual the layout is.
    let prior: Double

    var columns: Int { rows[0].count }

    static let all: [LeadTemplate] = {
        let limb = LeadName.limb
        let cabrera = ["aVL", "I", "aVR", "II", "aVF", "III"]
        let chest = LeadName.chest
        func byColumns(_ names: [String], rows: Int) -> [[String]] {
            (0 ..< rows).map { row in stride(from: row, to: names.count, by: rows).map { names[$0] } }
        }
        return [
            LeadTemplate(rows: byColumns(limb + chest, rows: 3), isCabrera: false, prior: 0),
            LeadTemplate(rows: byColumns(limb + chest, rows: 6), isCabrera: false, prior: -0.3),
            LeadTemplate(rows: byColumns(limb + chest, rows: 12), isCabrera: false, prior: -0.3),
            LeadTemplate(rows: byColumns(cabrera + chest, rows: 3), isCabrera: true, prior: -1.5),
            LeadTemplate(rows: byColumns(cabrera + chest, rows: 6), isCabrera: true, prior: -1.5),
            LeadTemplate(rows: byColumns(cabrera + chest, rows: 12), isCabrera: true, prior: -1.5),
            LeadTemplate(rows: byColumns(limb, rows: 3), isCabrera: false, prior: -2),
            LeadTemplate(rows: byColumns(limb, rows: 6), isCabrera: false, prior: -1),
            LeadTemplate(rows: byColumns(chest, rows: 3), isCabrera: false, prior: -2),
            LeadTemplate(rows: byColumns(chest, rows: 6), isCabrera: false, prior: -2),
            LeadTemplate(rows: byColumns(["I", "II", "III"], rows: 3), isCabrera: false, prior: -1.5),
        ]
    }()
}
