import LinearAlgebra

/// The appearance of a recording on paper: grid, scales, calibration pulse and texts.
package struct PageStyle: Sendable, Equatable {
    /// The printed grid, with thin lines every millimeter and strong lines every five.
    package enum Grid: String, Sendable, CaseIterable, Codable {
        case red, green, gray
        /// Points instead of thin lines.
        case dotted
        case none
    }

    /// The place of the 1 mV pulse in each row.
    package enum Calibration: String, Sendable, CaseIterable, Codable {
        case left, right, none
    }

    /// The marks between the leads of a row.
    package enum Separators: String, Sendable, CaseIterable, Codable {
        case none
        /// Short lines above and below the trace.
        case ticks
        /// Dashed lines over the height of the row.
        case lines
    }

    package var grid = Grid.red
    package var calibration = Calibration.left
    package var separators = Separators.ticks
    /// Millimeters per second.
    package var speed = 25.0
    /// Millimeters per millivolt.
    package var limbGain = 10.0
    /// Millimeters per millivolt in V1 to V6.
    package var chestGain = 10.0
    /// Limb leads in the order aVL, I, −aVR, II, aVF, III.
    package var isCabrera = false
    package var hasLeadNames = true
    /// Whether the names of strips are printed to their left instead of above them.
    package var hasStripNamesAtLeft = false
    /// Whether speed and gain are printed below the traces.
    package var hasFooter = true
    /// Lines of text above the traces, at most three.
    package var header: [String] = []
    package var ink = RGBColor(20, 20, 20)
    /// Millimeters.
    package var lineWidth = 0.3

    package init() {}

    /// Speeds in millimeters per second that paper recorders have.
    package static let speeds = [25.0, 50.0]
    /// Gains in millimeters per millivolt that paper recorders have.
    package static let gains = [5.0, 10.0, 20.0]

    /// The colors of thin and strong grid lines.
    var gridColors: (minor: RGBColor, major: RGBColor) {
        switch grid {
        case .red: (RGBColor(250, 205, 205), RGBColor(236, 150, 150))
        case .green: (RGBColor(196, 228, 204), RGBColor(128, 190, 146))
        case .gray: (RGBColor(220, 220, 220), RGBColor(172, 172, 172))
        case .dotted: (RGBColor(205, 130, 120), RGBColor(232, 170, 160))
        case .none: (.white, .white)
        }
    }

    /// Returns a style as one of many machines has it, with a made-up patient in the header.
    package static func random(using generator: inout SeededGenerator) -> PageStyle {
        func pick<Item>(_ items: [Item]) -> Item { items[generator.integer(below: items.count)] }
        var style = PageStyle()
        style.grid = pick([.red, .red, .green, .gray, .dotted, .none])
        style.calibration = pick([.left, .left, .right, .none])
        style.separators = pick(Separators.allCases)
        style.speed = pick([25, 25, 25, 25, 25, 50])
        style.limbGain = pick([10, 10, 10, 10, 5, 20])
        style.chestGain = generator.uniform() < 0.15 ? style.limbGain / 2 : style.limbGain
        if style.chestGain < 5 { style.chestGain = 5 }
        style.isCabrera = generator.uniform() < 0.12
        style.header = generator.uniform() < 0.8 ? madeUpHeader(using: &generator) : []
        style.ink = pick([RGBColor(10, 10, 10), RGBColor(40, 40, 40), RGBColor(20, 20, 80)])
        style.lineWidth = generator.uniform(in: 0.22 ... 0.42)
        return style
    }

    /// Returns name, number, date and age of a patient who does not exist.
    package static func madeUpHeader(using generator: inout SeededGenerator) -> [String] {
        let names = ["Abel", "Brandt", "Castro", "Dubois", "Eriksen", "Fontana", "Greco", "Hayes", "Ito", "Jansen"]
        let given = ["Ada", "Ben", "Clara", "David", "Eva", "Finn", "Greta", "Hugo", "Ines", "Jonas"]
        func number(_ range: ClosedRange<Int>) -> Int {
            range.lowerBound + generator.integer(below: range.count)
        }
        func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let name = "\(names[number(0 ... 9)]), \(given[number(0 ... 9)])"
        let date = "\(number(2015 ... 2026))-\(twoDigits(number(1 ... 12)))-\(twoDigits(number(1 ... 28)))"
        let time = "\(twoDigits(number(0 ... 23))):\(twoDigits(number(0 ... 59)))"
        return ["\(name)   ID \(number(100_000 ... 999_999))", "\(date) \(time)   \(number(18 ... 90)) years"]
    }
}
