import Testing

@testable import Digitization

struct PageScaleTests {
    private static func scale(_ text: String, pulses: [CalibrationPulse] = []) -> PageScale {
        let words = text.split(separator: " ").enumerated().map { index, word in
            PageWord(
                text: String(word), left: 10 * Double(index), top: 0, right: 10 * Double(index) + 9, bottom: 3,
                confidence: 1)
        }
        return PageScale(words: words, pulses: pulses)
    }

    private static func pulse(width: Double, height: Double) -> CalibrationPulse {
        CalibrationPulse(left: 0, right: width, top: 0, bottom: height, row: 0)
    }

    @Test(arguments: [
        ("25 mm/s 10 mm/mV", 25.0, 10.0, 10.0), ("50mm/sec 5mm/mV", 50, 5, 5), ("12,5 mm/s 1 cm/mV", 12.5, 10, 10),
        ("Speed: 25mm/s Limb: 10 mm/mV Chest: 5 mm/mV", 25, 10, 5), ("25mmis 20mm/mv", 25, 20, 20),
        ("25 mm/s imb 20 mm/mV hest 10 mm/mV", 25, 20, 10),
    ])
    func `speed and gain are read`(text: String, speed: Double, limb: Double, chest: Double) {
        let scale = Self.scale(text)
        #expect((scale.speed, scale.limbGain, scale.chestGain) == (speed, limb, chest))
        #expect(scale.speedEvidence == .text && scale.gainEvidence == .text)
        #expect(scale.gain(of: "V3") == chest && scale.gain(of: "aVF") == limb)
    }

    @Test func `without evidence the usual scale is assumed`() {
        let scale = Self.scale("Name 0.05-150 Hz 99 mm/s")
        #expect((scale.speed, scale.limbGain) == (25, 10))
        #expect(scale.speedEvidence == .assumed && scale.gainEvidence == .assumed)
    }

    @Test func `pulses give the scale, and win over text that they contradict`() {
        let pulses = [Self.pulse(width: 10.1, height: 5.1), Self.pulse(width: 9.9, height: 5)]
        let silent = Self.scale("", pulses: pulses)
        #expect((silent.speed, silent.limbGain) == (50, 5) && silent.gainEvidence == .pulse)
        let text = Self.scale("25 mm/s 10 mm/mV", pulses: pulses)
        #expect((text.speed, text.limbGain) == (25, 5) && text.gainEvidence == .pulse)
    }

    @Test(arguments: [(5.0, 20.0), (20, 20)])
    func `a pulse on a picture wins over text only if it is higher`(height: Double, expected: Double) {
        let gain = height == 5 ? "20" : "10"
        let words = ["25", "mm/s", gain, "mm/mV"].enumerated().map { index, word in
            PageWord(
                text: word, left: 10 * Double(index), top: 0, right: 10 * Double(index) + 9, bottom: 3, confidence: 0.9)
        }
        #expect(PageScale(words: words, pulses: [Self.pulse(width: 5, height: height)]).limbGain == expected)
    }

    @Test func `halves of pulses give the gain only`() {
        let half = CalibrationPulse(left: 0, right: 2.5, top: 0, bottom: 20, row: 0, isWhole: false)
        let scale = Self.scale("", pulses: [half, half])
        #expect(scale.limbGain == 20 && scale.gainEvidence == .pulse && scale.speedEvidence == .assumed)
        #expect(Self.scale("", pulses: [half]).gainEvidence == .assumed)
        #expect(Self.scale("", pulses: [half, half, Self.pulse(width: 5, height: 10)]).limbGain == 10)
    }

    @Test(arguments: [
        ("5 mm/s 1 mm/mV", 25.0, 10.0, false), ("25mmiss 10mmsmV", 25, 10, true), ("50 mm/s 20 mm/m¥", 50, 20, true),
    ])
    func `numbers from text recognition must be usual ones`(text: String, speed: Double, gain: Double, isText: Bool) {
        let words = text.split(separator: " ").enumerated().map { index, word in
            PageWord(
                text: String(word), left: 10 * Double(index), top: 0, right: 10 * Double(index) + 9, bottom: 3,
                confidence: 0.9)
        }
        let scale = PageScale(words: words, pulses: [])
        #expect(scale.speed == speed && scale.limbGain == gain)
        #expect(scale.speedEvidence == (isText ? .text : .assumed) && scale.gainEvidence == (isText ? .text : .assumed))
    }

    /// A scale from words as text recognition gives them.
    private static func recognized(_ text: String) -> PageScale {
        let words = text.split(separator: " ").enumerated().map { index, word in
            PageWord(
                text: String(word), left: 10 * Double(index), top: 0, right: 10 * Double(index) + 9, bottom: 3,
                confidence: 0.9)
        }
        return PageScale(words: words, pulses: [])
    }

    @Test(arguments: ["A 20 mm/mV chest 10 mm/mV", "limb 20 mm/mV - 10 mm/mV", "20 mm/mV 10 mm/mV"])
    func `of two gains the first is that of the limb leads, also if names are lost`(text: String) {
        let scale = Self.recognized(text)
        #expect((scale.limbGain, scale.chestGain) == (20, 10) && scale.openGroup == nil)
    }

    @Test func `a lost gain stays open until pulses tell it`() {
        var scale = Self.recognized("limb 10 mm/mV chest fs) mm/mV")
        #expect(scale.limbGain == 10 && scale.openGroup == .chest)
        scale.apply(pulses: [(.limb, 10)])
        #expect(scale.openGroup == .chest)
        scale.apply(pulses: [(.chest, 5.1), (.chest, 4.9)])
        #expect((scale.limbGain, scale.chestGain) == (10, 5) && scale.openGroup == nil)
        #expect(Self.recognized("x mm/mV chest 5 mm/mV").openGroup == .limb)
    }

    @Test func `pulses next to limb and chest leads give each their gain`() {
        var scale = Self.recognized("25 mm/s 10 mm/mV")
        scale.apply(pulses: [(.limb, 10.1), (.limb, 9.9), (.chest, 5), (.chest, 5.1)])
        #expect((scale.limbGain, scale.chestGain) == (10, 5) && scale.gainEvidence == .pulse)
        var divided = Self.recognized("25 mm/s 10 mm/mV")
        divided.apply(pulses: [(.limb, 10), (.chest, 5), (.chest, 10)])
        #expect((divided.limbGain, divided.chestGain) == (10, 10))
    }
}
