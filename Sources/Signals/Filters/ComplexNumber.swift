/// A complex number, as far as the design of filters needs it.
struct ComplexNumber: Equatable {
    var real: Double
    var imaginary: Double

    init(_ real: Double, _ imaginary: Double) {
        self.real = real
        self.imaginary = imaginary
    }

    var magnitude: Double { (real * real + imaginary * imaginary).squareRoot() }

    var inverse: ComplexNumber {
        let norm = real * real + imaginary * imaginary
        return ComplexNumber(real / norm, -imaginary / norm)
    }

    /// The root in the right half plane.
    var squareRoot: ComplexNumber {
        let size = magnitude
        let first = ((size + real) / 2).squareRoot()
        let second = ((size - real) / 2).squareRoot()
        return ComplexNumber(first, imaginary < 0 ? -second : second)
    }

    func scaled(by factor: Double) -> ComplexNumber { ComplexNumber(real * factor, imaginary * factor) }

    static func + (left: ComplexNumber, right: ComplexNumber) -> ComplexNumber {
        ComplexNumber(left.real + right.real, left.imaginary + right.imaginary)
    }

    static func - (left: ComplexNumber, right: ComplexNumber) -> ComplexNumber {
        ComplexNumber(left.real - right.real, left.imaginary - right.imaginary)
    }

    static func * (left: ComplexNumber, right: ComplexNumber) -> ComplexNumber {
        ComplexNumber(
            left.real * right.real - left.imaginary * right.imaginary,
            left.real * right.imaginary + left.imaginary * right.real)
    }

    static func / (left: ComplexNumber, right: ComplexNumber) -> ComplexNumber { left * right.inverse }
}
