import Foundation

/// Reads the subset of SVG that cairo writes: nested groups with transforms, and paths of absolute M, L, H, V, C and Z.
///
/// Everything else is skipped. Entities, scripts and references to other files are never resolved.
struct SVGParser {
    private(set) var width = 0.0
    private(set) var height = 0.0
    private(set) var lines: [VectorDrawing.Line] = []
    /// Area of the largest picture in square points.
    private(set) var largestPicture = 0.0

    private let limits: VectorDrawing.Limits
    private var pointCount = 0
    private var transforms = [AffineTransform.identity]
    /// Elements that are open within one whose content is not drawn; 0 outside of such elements.
    private var hiddenDepth = 0
    /// Size of each picture that is defined for later use.
    private var pictures: [String: (width: Double, height: Double)] = [:]

    init(limits: VectorDrawing.Limits) { self.limits = limits }

    mutating func parse(_ bytes: UnsafeBufferPointer<UInt8>) throws {
        var place = 0
        while let open = Self.find(UInt8(ascii: "<"), in: bytes, from: place) {
            place = open + 1
            guard place < bytes.count else { break }
            if bytes[place] == UInt8(ascii: "!") || bytes[place] == UInt8(ascii: "?") {
                guard let end = Self.endOfDeclaration(bytes, at: place) else { throw VectorDrawingError.damaged }
                place = end
                continue
            }
            guard let end = Self.endOfTag(bytes, from: place) else { throw VectorDrawingError.damaged }
            try tag(UnsafeBufferPointer(rebasing: bytes[place ..< end]))
            place = end + 1
        }
        guard width > 0, height > 0, transforms.count == 1, hiddenDepth == 0 else { throw VectorDrawingError.damaged }
    }

    private static func find(_ byte: UInt8, in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        guard start < bytes.count, let base = bytes.baseAddress,
            let found = memchr(base + start, Int32(byte), bytes.count - start)
        else { return nil }
        return UnsafeRawPointer(base).distance(to: UnsafeRawPointer(found))
    }

    private static func endOfDeclaration(_ bytes: UnsafeBufferPointer<UInt8>, at place: Int) -> Int? {
        let isComment = place + 2 < bytes.count && bytes[place + 1] == UInt8(ascii: "-")
        var search = place
        while let end = find(UInt8(ascii: ">"), in: bytes, from: search) {
            if !isComment || (end >= place + 5 && bytes[end - 1] == UInt8(ascii: "-")) { return end + 1 }
            search = end + 1
        }
        return nil
    }

    /// The place of the tag's `>`, outside of quotes.
    private static func endOfTag(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        var place = start
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: ">"): return place
            case UInt8(ascii: "<"): return nil
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                guard let end = find(bytes[place], in: bytes, from: place + 1) else { return nil }
                place = end + 1
            default: place += 1
            }
        }
        return nil
    }

    private mutating func tag(_ bytes: UnsafeBufferPointer<UInt8>) throws {
        let isEnd = bytes.first == UInt8(ascii: "/")
        let isEmpty = bytes.last == UInt8(ascii: "/")
        let start = isEnd ? 1 : 0
        var end = start
        while end < bytes.count, bytes[end] > 0x20, bytes[end] != UInt8(ascii: "/") { end += 1 }
        let name = String(decoding: bytes[start ..< end], as: UTF8.self)
        if isEnd {
            if hiddenDepth > 0 {
                hiddenDepth -= 1
            } else {
                guard name == "svg" || transforms.count > 1 else { throw VectorDrawingError.damaged }
                if name != "svg" { transforms.removeLast() }
            }
            return
        }
        let attributes = SVGAttributes(UnsafeBufferPointer(rebasing: bytes[end...]))
        if name == "image", let id = attributes.text("id"), pictures.count < 10_000 {
            pictures[id] = (attributes.number("width") ?? 0, attributes.number("height") ?? 0)
        }
        if hiddenDepth > 0 {
            if !isEmpty { hiddenDepth += 1 }
        } else if Self.hidden.contains(name) {
            if !isEmpty { hiddenDepth = 1 }
        } else if name == "svg" {
            guard width == 0 else { throw VectorDrawingError.damaged }
            try size(attributes)
        } else {
            let local = attributes.value("transform").flatMap(AffineTransform.init(svg:)) ?? .identity
            let transform = local.followed(by: transforms[transforms.count - 1])
            if name == "path" { try path(attributes, transform) }
            if name == "image" {
                picture((attributes.number("width") ?? 0, attributes.number("height") ?? 0), transform)
            }
            if name == "use", let target = attributes.text("xlink:href") ?? attributes.text("href"),
                let size = pictures[String(target.dropFirst())]
            {
                picture(size, transform)
            }
            if !isEmpty {
                guard transforms.count < limits.depth else { throw VectorDrawingError.damaged }
                transforms.append(transform)
            }
        }
        guard hiddenDepth < limits.depth else { throw VectorDrawingError.damaged }
    }

    private static let hidden: Set<String> = [
        "defs", "symbol", "clipPath", "mask", "pattern", "linearGradient", "radialGradient", "filter", "style",
        "script", "metadata", "title", "desc",
    ]

    private mutating func size(_ attributes: SVGAttributes) throws {
        var box = SVGNumbers(attributes.value("viewBox"))
        guard let x = box.next(), let y = box.next(), let w = box.next(), let h = box.next(), w > 0, h > 0, w < 1e5,
            h < 1e5
        else { throw VectorDrawingError.damaged }
        (width, height) = (w, h)
        transforms[0] = AffineTransform(1, 0, 0, 1, -x, -y)
    }

    private mutating func picture(_ size: (width: Double, height: Double), _ transform: AffineTransform) {
        let area = abs(transform.determinant) * size.width * size.height
        if area.isFinite { largestPicture = max(largestPicture, area) }
    }

    private mutating func path(_ attributes: SVGAttributes, _ transform: AffineTransform) throws {
        guard let data = attributes.value("d") else { return }
        let stroke = attributes.property("stroke").flatMap(VectorDrawing.Color.init(svg:))
        let fill = attributes.property("fill")
        let isFilled = fill.map { !SVGAttributes.isEqual($0, "none") } ?? true
        guard stroke != nil || isFilled else { return }
        let opacity = attributes.property(stroke == nil ? "fill-opacity" : "stroke-opacity")
        var opacities = SVGNumbers(opacity)
        if opacity != nil, let value = opacities.next(), value < 0.05 { return }
        var widths = SVGNumbers(attributes.property("stroke-width"))
        let width = (widths.next() ?? 1) * abs(transform.determinant).squareRoot()

        var points: [VectorDrawing.Point] = []
        func finish(closed: Bool) {
            if points.count > 1 {
                lines.append(
                    VectorDrawing.Line(
                        points: points, isClosed: closed, stroke: stroke, width: width, isFilled: isFilled))
            }
        }
        var current = (x: 0.0, y: 0.0)
        var first = (x: 0.0, y: 0.0)
        var count = 0
        func add(_ x: Double, _ y: Double) {
            current = (x, y)
            points.append(transform.apply(x, y))
            count += 1
        }
        var numbers = SVGNumbers(data)
        var command = UInt8(0)
        while true {
            if let next = numbers.command() {
                command = next
                if command == UInt8(ascii: "Z") || command == UInt8(ascii: "z") {
                    if points.count > 1 { add(first.x, first.y) }
                    finish(closed: true)
                    points = []
                    current = first
                    continue
                }
            }
            guard let a = numbers.next() else { break }
            switch command {
            case UInt8(ascii: "M"):
                guard let b = numbers.next() else { throw VectorDrawingError.damaged }
                finish(closed: false)
                points = []
                add(a, b)
                first = (a, b)
                command = UInt8(ascii: "L")
            case UInt8(ascii: "L"):
                guard let b = numbers.next() else { throw VectorDrawingError.damaged }
                if points.isEmpty { add(current.x, current.y) }
                add(a, b)
            case UInt8(ascii: "H"): add(a, current.y)
            case UInt8(ascii: "V"): add(current.x, a)
            case UInt8(ascii: "C"):
                guard let b = numbers.next(), let c = numbers.next(), let d = numbers.next(), let e = numbers.next(),
                    let f = numbers.next()
                else { throw VectorDrawingError.damaged }
                let start = current
                for step in 1 ... 4 {
                    let t = Double(step) / 4
                    let s = 1 - t
                    add(
                        s * s * s * start.x + 3 * s * s * t * a + 3 * s * t * t * c + t * t * t * e,
                        s * s * s * start.y + 3 * s * s * t * b + 3 * s * t * t * d + t * t * t * f)
                }
            default: return
            }
            guard pointCount + count <= limits.points, lines.count < limits.lines else {
                throw VectorDrawingError.tooLarge
            }
        }
        guard numbers.isAtEnd else { throw VectorDrawingError.damaged }
        finish(closed: false)
        pointCount += count
    }
}

/// The attributes of a tag, read when asked for.
struct SVGAttributes {
    private let bytes: UnsafeBufferPointer<UInt8>

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    static func isEqual(_ bytes: UnsafeBufferPointer<UInt8>, _ text: StaticString) -> Bool {
        bytes.count == text.utf8CodeUnitCount && memcmp(bytes.baseAddress!, text.utf8Start, bytes.count) == 0
    }

    func text(_ name: StaticString) -> String? { value(name).map { String(decoding: $0, as: UTF8.self) } }

    func number(_ name: StaticString) -> Double? {
        var numbers = SVGNumbers(value(name))
        return numbers.next()
    }

    /// The bytes between the quotes of an attribute.
    func value(_ name: StaticString) -> UnsafeBufferPointer<UInt8>? {
        var place = 0
        while place < bytes.count {
            while place < bytes.count, bytes[place] <= 0x20 { place += 1 }
            let start = place
            while place < bytes.count, bytes[place] != UInt8(ascii: "=") { place += 1 }
            let found = UnsafeBufferPointer(rebasing: bytes[start ..< place])
            place += 1
            guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") || bytes[place] == UInt8(ascii: "'") else {
                return nil
            }
            let quote = bytes[place]
            let first = place + 1
            place = first
            while place < bytes.count, bytes[place] != quote { place += 1 }
            guard place < bytes.count else { return nil }
            if Self.isEqual(found, name) { return UnsafeBufferPointer(rebasing: bytes[first ..< place]) }
            place += 1
        }
        return nil
    }

    /// A property of the attribute `style`, or the attribute of that name.
    func property(_ name: StaticString) -> UnsafeBufferPointer<UInt8>? {
        if let style = value("style") {
            var place = 0
            while place < style.count {
                let start = place
                while place < style.count, style[place] != UInt8(ascii: ";") { place += 1 }
                let part = UnsafeBufferPointer(rebasing: style[start ..< place])
                if let colon = part.firstIndex(of: UInt8(ascii: ":")),
                    Self.isEqual(UnsafeBufferPointer(rebasing: part[..<colon]), name)
                {
                    return UnsafeBufferPointer(rebasing: part[(colon + 1)...])
                }
                place += 1
                while place < style.count, style[place] <= 0x20 { place += 1 }
            }
        }
        return value(name)
    }
}

/// The numbers and commands of an attribute's text.
struct SVGNumbers {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var place = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>?) { self.bytes = bytes ?? UnsafeBufferPointer(start: nil, count: 0) }

    var isAtEnd: Bool { place >= bytes.count }

    private mutating func skipSpace() {
        while place < bytes.count, bytes[place] <= 0x20 || bytes[place] == UInt8(ascii: ",") { place += 1 }
    }

    /// The next character if it is a letter.
    mutating func command() -> UInt8? {
        skipSpace()
        guard place < bytes.count, bytes[place] | 0x20 >= UInt8(ascii: "a"), bytes[place] | 0x20 <= UInt8(ascii: "z")
        else { return nil }
        defer { place += 1 }
        return bytes[place]
    }

    /// The next number; nil if there is none, or if it is not finite.
    mutating func next() -> Double? {
        skipSpace()
        let start = place
        var isNegative = false
        if place < bytes.count, bytes[place] == UInt8(ascii: "-") || bytes[place] == UInt8(ascii: "+") {
            isNegative = bytes[place] == UInt8(ascii: "-")
            place += 1
        }
        var mantissa = 0.0
        var digits = 0
        var exponent = 0
        while place < bytes.count, case let digit = bytes[place] &- 0x30, digit < 10 {
            mantissa = mantissa * 10 + Double(digit)
            digits += 1
            place += 1
        }
        if place < bytes.count, bytes[place] == UInt8(ascii: ".") {
            place += 1
            while place < bytes.count, case let digit = bytes[place] &- 0x30, digit < 10 {
                mantissa = mantissa * 10 + Double(digit)
                digits += 1
                exponent -= 1
                place += 1
            }
        }
        guard digits > 0, digits < 300 else {
            place = start
            return nil
        }
        if place + 1 < bytes.count, bytes[place] | 0x20 == UInt8(ascii: "e"),
            bytes[place + 1] == UInt8(ascii: "-") || bytes[place + 1] == UInt8(ascii: "+")
                || bytes[place + 1] &- 0x30 < 10
        {
            place += 1
            var sign = 1
            if bytes[place] == UInt8(ascii: "-") || bytes[place] == UInt8(ascii: "+") {
                sign = bytes[place] == UInt8(ascii: "-") ? -1 : 1
                place += 1
            }
            var power = 0
            while place < bytes.count, case let digit = bytes[place] &- 0x30, digit < 10 {
                power = min(1000, power * 10 + Int(digit))
                place += 1
            }
            exponent += sign * power
        }
        let scale = Self.power(of: abs(exponent))
        let value = exponent < 0 ? mantissa / scale : mantissa * scale
        guard value.isFinite, value < 1e9 else {
            place = start
            return nil
        }
        return isNegative ? -value : value
    }

    private static func power(of exponent: Int) -> Double {
        exponent < powers.count ? powers[exponent] : pow(10, Double(exponent))
    }

    private static let powers: [Double] = (0 ... 22).map { pow(10, Double($0)) }
}

/// x' = a·x + c·y + e, y' = b·x + d·y + f.
struct AffineTransform: Equatable {
    var a, b, c, d, e, f: Double

    static let identity = AffineTransform(1, 0, 0, 1, 0, 0)

    init(_ a: Double, _ b: Double, _ c: Double, _ d: Double, _ e: Double, _ f: Double) {
        (self.a, self.b, self.c, self.d, self.e, self.f) = (a, b, c, d, e, f)
    }

    /// Reads `matrix(a,b,c,d,e,f)`; nil for another transform.
    init?(svg: UnsafeBufferPointer<UInt8>) {
        guard svg.count > 8, memcmp(svg.baseAddress!, "matrix(", 7) == 0 else { return nil }
        var numbers = SVGNumbers(UnsafeBufferPointer(rebasing: svg[7...]))
        guard let a = numbers.next(), let b = numbers.next(), let c = numbers.next(), let d = numbers.next(),
            let e = numbers.next(), let f = numbers.next()
        else { return nil }
        self.init(a, b, c, d, e, f)
    }

    var determinant: Double { a * d - b * c }

    func apply(_ x: Double, _ y: Double) -> VectorDrawing.Point {
        VectorDrawing.Point(x: a * x + c * y + e, y: b * x + d * y + f)
    }

    /// The transform that applies this one first and then `outer`.
    func followed(by outer: AffineTransform) -> AffineTransform {
        AffineTransform(
            outer.a * a + outer.c * b, outer.b * a + outer.d * b, outer.a * c + outer.c * d,
            outer.b * c + outer.d * d, outer.a * e + outer.c * f + outer.e, outer.b * e + outer.d * f + outer.f)
    }
}

extension VectorDrawing.Color {
    /// Reads `rgb(r%,g%,b%)`, `rgb(r,g,b)` and `#rrggbb`; nil for `none`, patterns and names.
    init?(svg: UnsafeBufferPointer<UInt8>) {
        if svg.count == 7, svg[0] == UInt8(ascii: "#"),
            let value = UInt32(String(decoding: svg[1...], as: UTF8.self), radix: 16)
        {
            self.init(red: UInt8(value >> 16), green: UInt8(value >> 8 & 0xFF), blue: UInt8(value & 0xFF))
            return
        }
        guard svg.count > 5, memcmp(svg.baseAddress!, "rgb(", 4) == 0 else { return nil }
        // Percent signs separate the numbers like commas do.
        let isPercent = svg.contains(UInt8(ascii: "%"))
        let text = svg[4...].map { $0 == UInt8(ascii: "%") ? UInt8(ascii: " ") : $0 }
        let levels = text.withUnsafeBufferPointer { text in
            var numbers = SVGNumbers(text)
            return (0 ..< 3).map { _ in (numbers.next() ?? 0) * (isPercent ? 2.55 : 1) }
        }
        let bytes = levels.map { UInt8(max(0, min(255, $0.rounded()))) }
        self.init(red: bytes[0], green: bytes[1], blue: bytes[2])
    }
}
