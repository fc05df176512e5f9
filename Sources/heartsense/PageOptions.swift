import ArgumentParser
import PageDrawing
import Signals

/// Options of commands that draw pages.
struct PageOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "\(DrawingLayout.names.joined(separator: ", ")) (default: 3x4+1 for twelve leads, else strip).",
            valueName: "layout"))
    var layout: String?

    @Option(help: "Grid: red, green, gray, dotted or none.")
    var style = PageStyle.Grid.red

    @Option(help: ArgumentHelp("Paper speed in mm/s: 25 or 50.", valueName: "mm/s"))
    var speed = 25.0

    @Option(help: ArgumentHelp("Gain in mm/mV: 5, 10 or 20.", valueName: "mm/mV"))
    var gain = 10.0

    @Option(help: ArgumentHelp("Gain of V1 to V6 in mm/mV (default: --gain).", valueName: "mm/mV"))
    var chestGain: Double?

    @Option(help: "Place of the 1 mV pulse: left, right or none.")
    var calibration = PageStyle.Calibration.left

    @Option(help: "Marks between columns: ticks, lines or none.")
    var separators = PageStyle.Separators.ticks

    @Flag(help: "Order of the limb leads: aVL, I, -aVR, II, aVF, III.")
    var cabrera = false

    func validate() throws {
        guard PageStyle.speeds.contains(speed) else {
            throw ValidationError("--speed is \(speed), expected 25 or 50 mm/s.")
        }
        for (name, value) in [("--gain", gain), ("--chest-gain", chestGain ?? gain)]
        where !PageStyle.gains.contains(value) {
            throw ValidationError("\(name) is \(value), expected 5, 10 or 20 mm/mV.")
        }
    }

    /// - Throws: `ValidationError` for an unknown layout.
    func checkLayout() throws {
        do {
            _ = try layout.map(DrawingLayout.init)
        } catch {
            throw ValidationError("--layout: \(error)")
        }
    }

    func layout(for recording: Recording) throws -> DrawingLayout {
        if let layout { return try DrawingLayout(layout) }
        let hasAll = DrawingLayout.leadOrder(isCabrera: false).allSatisfy { recording.lead(named: $0) != nil }
        return try DrawingLayout(hasAll ? "3x4+1" : "strip")
    }

    var pageStyle: PageStyle {
        var pageStyle = PageStyle()
        (pageStyle.grid, pageStyle.speed, pageStyle.limbGain) = (style, speed, gain)
        pageStyle.chestGain = chestGain ?? gain
        (pageStyle.calibration, pageStyle.separators, pageStyle.isCabrera) = (calibration, separators, cabrera)
        return pageStyle
    }
}

extension PageStyle.Grid: ExpressibleByArgument {}
extension PageStyle.Calibration: ExpressibleByArgument {}
extension PageStyle.Separators: ExpressibleByArgument {}
