import Testing

@testable import NeuralNetwork

struct InstructionSetTests {
    private let both: [InstructionSet] = [.portable, .avx2]

    @Test(arguments: [nil, ""])
    func `without a name the fastest set is chosen`(_ name: String?) {
        let (set, warning) = InstructionSet.choice(named: name, among: both)
        #expect(set == .avx2 && warning == nil)
    }

    @Test func `a supported name is chosen`() {
        let (set, warning) = InstructionSet.choice(named: "portable", among: both)
        #expect(set == .portable && warning == nil)
    }

    @Test(arguments: ["avx512", "AVX2", "fast"])
    func `an unsupported name is ignored with a warning`(_ name: String) {
        let (set, warning) = InstructionSet.choice(named: name, among: both)
        #expect(set == .avx2)
        #expect(
            warning == "HEARTSENSE_INSTRUCTIONS is \(name), but this machine supports portable, avx2. Using avx2. "
                + "Set it to one of these, or unset it.")
    }

    @Test func `every machine supports the portable set`() {
        #expect(InstructionSet.available.first == .portable)
        #expect(InstructionSet.available.contains(.preferred))
    }
}
