import Foundation
import LinearAlgebra

/// The traces of printing, handling and photographing a page, with their strengths.
///
/// The same values give the same picture. Zero, nil and false stand for the absence of a degradation.
package struct PageDegradation: Codable, Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        case rotation, perspective, curl, shadow
        case unevenLight = "uneven-light"
        case blur, jpeg, noise, stains, handwriting
        case lowResolution = "low-resolution"
        case copy = "black-and-white-copy"
        case cutOff = "cut-off"
    }

    package enum Level: String, Sendable, CaseIterable {
        case none
        /// Two or three kinds, weak: a careful scan or photo.
        case light
        /// Four to six kinds, strong.
        case heavy
        /// Two to five kinds over the whole range.
        case random
    }

    /// Seed of the random parts: noise, the places of stains, the shape of shadows.
    package var seed: UInt64
    /// Pixels per inch of the paper in the picture.
    package var dpi: Double = 200
    /// Positive is clockwise.
    package var rotationDeg = 0.0
    /// Angles between the paper and the camera's sensor about the horizontal and the vertical axis.
    package var tiltDeg = SIMD2<Double>.zero
    /// The largest displacement by curled paper in millimeters.
    package var curlMm = 0.0
    /// The share of light that is missing in the shadow, 0…1.
    package var shadow = 0.0
    /// The share of light that is missing at the darkest place without shadow, 0…1.
    package var unevenLight = 0.0
    /// Standard deviation of a Gaussian in pixels.
    package var blurPx = 0.0
    /// Standard deviation in gray levels.
    package var noise = 0.0
    package var stains = 0
    /// Notes by hand, some of them over traces.
    package var handwriting = 0
    /// The gray level below which a black-and-white copy is black.
    package var copyThreshold: Double?
    /// Shares of width and height that are missing at the left, top, right and bottom.
    package var cutOff: [Double] = [0, 0, 0, 0]
    /// libjpeg's quality, 1…100.
    package var jpegQuality: Int?

    /// - Parameter seed: seed of the random parts.
    package init(seed: UInt64) { self.seed = seed }

    /// Below this number of pixels per inch, a page counts as of low resolution.
    static let lowResolution = 150.0

    /// The kinds that are present, in the order of `Kind`.
    package var kinds: [Kind] {
        Kind.allCases.filter { kind in
            switch kind {
            case .rotation: rotationDeg != 0
            case .perspective: tiltDeg != .zero
            case .curl: curlMm > 0
            case .shadow: shadow > 0
            case .unevenLight: unevenLight > 0
            case .blur: blurPx > 0
            case .jpeg: jpegQuality != nil
            case .noise: noise > 0
            case .stains: stains > 0
            case .handwriting: handwriting > 0
            case .lowResolution: dpi < Self.lowResolution
            case .copy: copyThreshold != nil
            case .cutOff: cutOff.contains { $0 > 0 }
            }
        }
    }

    /// Draws kinds and strengths at random.
    ///
    /// Ranges of `random`: rotation ±10°, perspective ±15°, blur 0.3–2 px, JPEG quality 30–95, shadow 40–65 % darker,
    /// 120–300 dpi. A black-and-white copy has neither shadow nor perspective, as it comes from a copier.
    package static func drawn(_ level: Level, seed: UInt64) -> PageDegradation? {
        var random = SeededGenerator(seed: seed, purpose: "page degradation")
        var result = PageDegradation(seed: seed)
        let count: Int
        let strength: ClosedRange<Double>
        switch level {
        case .none: return nil
        case .light: (count, strength) = (2 + random.integer(below: 2), 0 ... 0.35)
        case .heavy: (count, strength) = (4 + random.integer(below: 3), 0.5 ... 1)
        case .random: (count, strength) = (2 + random.integer(below: 4), 0 ... 1)
        }
        result.dpi = random.uniform(in: 150 ... 300).rounded()
        for kind in random.shuffled(Kind.allCases) where result.kinds.count < count {
            result.add(kind, strength: random.uniform(in: strength), using: &random)
        }
        return result
    }

    /// Adds a degradation unless it contradicts one that is there.
    ///
    /// - Parameter strength: 0 for the weakest of its range, 1 for the strongest.
    package mutating func add(_ kind: Kind, strength: Double, using random: inout SeededGenerator) {
        func between(_ weak: Double, _ strong: Double) -> Double { weak + (strong - weak) * strength }
        func signed(_ value: Double) -> Double { random.uniform() < 0.5 ? -value : value }
        switch kind {
        case .rotation: rotationDeg = signed(between(0.5, 10))
        case .perspective where copyThreshold == nil:
            let angle = random.uniform(in: 0 ... 2 * .pi)
            // At least one of the axes has the full angle.
            let direction = SIMD2(cos(angle), sin(angle))
            tiltDeg = direction / max(abs(direction.x), abs(direction.y)) * between(2, 15)
        case .curl: curlMm = between(0.5, 4)
        case .shadow where copyThreshold == nil: shadow = between(0.4, 0.65)
        case .unevenLight where copyThreshold == nil: unevenLight = between(0.1, 0.4)
        case .blur: blurPx = between(0.3, 2)
        case .jpeg: jpegQuality = Int(between(95, 30).rounded())
        case .noise: noise = between(2, 14)
        case .stains: stains = 1 + Int(between(0, 3.99))
        case .handwriting: handwriting = 1 + Int(between(0, 3.99))
        case .lowResolution: dpi = between(149, 120).rounded()
        case .copy where shadow == 0 && unevenLight == 0 && tiltDeg == .zero:
            copyThreshold = between(150, 110) + random.uniform(in: -10 ... 10).rounded()
        case .cutOff:
            cutOff[random.integer(below: 4)] = between(0.01, 0.06)
            if strength > 0.5 { cutOff[random.integer(below: 4)] = between(0.01, 0.06) }
        case .perspective, .shadow, .unevenLight, .copy: break
        }
    }
}
