import Testing

@testable import Evaluation

struct ProtobufMessageTests {
    @Test func `the examples of the encoding's documentation are reproduced`() {
        var message = ProtobufMessage()
        message.add(Int64(150), field: 1)
        #expect(message.bytes == [0x08, 0x96, 0x01])
        message = ProtobufMessage()
        message.add("testing", field: 2)
        #expect(message.bytes == [0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6E, 0x67])
        var outer = ProtobufMessage()
        var inner = ProtobufMessage()
        inner.add(Int64(150), field: 1)
        outer.add(inner, field: 3)
        #expect(outer.bytes == [0x1A, 0x03, 0x08, 0x96, 0x01])
    }

    @Test func `negative numbers take ten bytes`() {
        var message = ProtobufMessage()
        message.add(Int64(-2), field: 1)
        #expect(message.bytes == [0x08, 0xFE] + Array(repeating: 0xFF, count: 8) + [0x01])
    }

    @Test func `floating-point numbers have their lowest byte first`() {
        var message = ProtobufMessage()
        message.add(Float(1), field: 2)
        message.add(Double(1), field: 1)
        #expect(message.bytes == [0x15, 0, 0, 0x80, 0x3F, 0x09, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F])
    }

    @Test func `field numbers above 15 take two bytes`() {
        var message = ProtobufMessage()
        message.add(Int64(1), field: 16)
        #expect(message.bytes == [0x80, 0x01, 0x01])
    }
}
