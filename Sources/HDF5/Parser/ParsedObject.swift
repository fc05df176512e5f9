/// An object with its attributes and, for a group, all members.
struct ParsedObject: Sendable {
    let attributes: [String: ParsedArray]
    let content: Content

    indirect enum Content: Sendable {
        case group([String: ParsedObject])
        case dataset(ParsedArray)
        /// A dataset with a layout or type that is left to libhdf5.
        case unsupportedDataset
        /// A soft link or a named datatype.
        case other
    }
}

extension ParsedObject {
    var kind: HDF5Group.ChildKind {
        switch content {
        case .group: .group
        case .dataset, .unsupportedDataset: .dataset
        case .other: .other
        }
    }

    /// The members of a group; empty for other objects.
    var children: [String: ParsedObject] {
        if case .group(let children) = content { children } else { [:] }
    }

    /// Returns the object at a path of names below this object.
    subscript(names: [String]) -> ParsedObject? {
        names.reduce(Optional(self)) { object, name in object?.children[name] }
    }
}

/// The location and type of an array.
struct ParsedArray: Sendable {
    let type: ParsedType
    /// The dimensions. Empty for a scalar.
    let shape: [Int]
    let place: Place

    enum Place: Sendable {
        /// In the object header.
        case inline([UInt8])
        /// In one block at this address.
        case contiguous(UInt64)
    }

    /// - Precondition: the product does not overflow, which is checked when the shape is read.
    var count: Int { shape.reduce(1, *) }
}

/// Reads the tree of objects once. An object is read once per link to it.
struct ObjectTreeReader {
    let file: ParsedFile
    /// The addresses of the groups above the current object. A group inside itself is an error.
    private var ancestors: Set<UInt64> = []
    private var objects = 0

    /// Limits far above those of any network or model.
    private static let maximumObjects = 1 << 18
    private static let maximumMessages = 1 << 14
    private static let maximumDepth = 64

    init(file: ParsedFile) { self.file = file }

    mutating func object(at address: UInt64, path: String, depth: Int) throws -> ParsedObject {
        objects += 1
        guard objects <= Self.maximumObjects, depth < Self.maximumDepth, ancestors.insert(address).inserted else {
            throw file.damaged(path, "its groups are nested too deeply or contain each other")
        }
        defer { ancestors.remove(address) }
        var attributes: [String: ParsedArray] = [:]
        var type: ParsedType?
        var shape: [Int]?
        var place: ParsedArray.Place?
        var isUnsupported = false
        var table: (tree: UInt64, heap: UInt64)?
        for message in try messages(ofHeaderAt: address, path: path) {
            var fields = Cursor(bytes: message.data, file: file, object: path)
            do {
                switch message.type {
                case 0x01: shape = try file.shape(&fields, of: path)
                case 0x03:
                    if message.isShared { throw ParsedFile.Unsupported() }
                    type = try file.type(&fields, of: path)
                case 0x08: place = try layout(&fields, path: path)
                case 0x0C:
                    let (name, array) = try attribute(&fields, path: path)
                    attributes[name] = array
                case 0x11: table = (try fields.integer(8), try fields.integer(8))
                // External files and filters.
                case 0x07, 0x0B: isUnsupported = true
                default: break
                }
            } catch is ParsedFile.Unsupported where message.type != 0x11 {
                isUnsupported = true
            }
        }
        if let table {
            let children = try children(tree: table.tree, heap: table.heap, path: path, depth: depth)
            return ParsedObject(attributes: attributes, content: .group(children))
        }
        if isUnsupported { return ParsedObject(attributes: attributes, content: .unsupportedDataset) }
        if let type, let shape, let place {
            let array = ParsedArray(type: type, shape: shape, place: place)
            // Unwritten datasets contain the fill value, which only libhdf5 reads.
            if case .contiguous(ParsedFile.undefinedAddress) = place, array.count > 0 {
                return ParsedObject(attributes: attributes, content: .unsupportedDataset)
            }
            try check(array, path: path)
            return ParsedObject(attributes: attributes, content: .dataset(array))
        }
        guard type != nil, shape == nil, place == nil else { throw file.damaged(path, "it is incomplete") }
        return ParsedObject(attributes: attributes, content: .other)
    }
}

// MARK: Object headers

extension ObjectTreeReader {
    private struct Message {
        let type: UInt64
        /// Whether the message refers to content that is stored elsewhere.
        let isShared: Bool
        let data: [UInt8]
    }

    private func messages(ofHeaderAt address: UInt64, path: String) throws -> [Message] {
        var prefix = try file.cursor(at: address, count: 16, of: path)
        if prefix.bytes.starts(with: Array("OHDR".utf8)) { throw ParsedFile.Unsupported() }
        let version = try prefix.byte()
        guard version == 1 else { throw file.damaged(path, "unknown header version \(version)") }
        prefix.skip(1)
        let expected = try prefix.count(2)
        prefix.skip(4)
        var blocks = [(address: address + 16, length: try prefix.count(4))]
        var messages: [Message] = []
        var next = 0
        while next < blocks.count, messages.count < expected {
            var block = try file.cursor(at: blocks[next].address, count: blocks[next].length, of: path)
            next += 1
            while block.remaining >= 8, messages.count < expected {
                let type = try block.integer(2)
                let length = try block.count(2)
                let flags = try block.byte()
                block.skip(3)
                let data = Array(try block.take(length))
                // Links in the header; links and attributes in heaps.
                if [0x02, 0x06, 0x15].contains(type) { throw ParsedFile.Unsupported() }
                // In this format only types can be shared between objects.
                let isShared = flags & 0x02 != 0
                guard !isShared || type == 0x03 else { throw file.damaged(path, "unknown header flags") }
                messages.append(Message(type: type, isShared: isShared, data: data))
                if type == 0x10 {
                    var fields = Cursor(bytes: data, file: file, object: path)
                    blocks.append((try fields.integer(8), try fields.count(8)))
                }
                guard blocks.count <= Self.maximumMessages else {
                    throw file.damaged(path, "its header has too many blocks")
                }
            }
        }
        guard messages.count == expected else {
            throw file.damaged(path, "expected \(expected) header messages, found \(messages.count)")
        }
        return messages
    }

    private func attribute(_ fields: inout Cursor, path: String) throws -> (name: String, array: ParsedArray) {
        let version = try fields.byte()
        let flags = try fields.byte()
        guard (1 ... 3).contains(version) else {
            throw file.damaged(path, "unknown attribute version \(version)")
        }
        let sizes = (name: try fields.count(2), type: try fields.count(2), space: try fields.count(2))
        if version == 3 { fields.skip(1) }
        /// Version 1 pads every part to a multiple of 8 bytes.
        func part(_ size: Int) throws -> [UInt8] {
            let bytes = Array(try fields.take(size))
            if version == 1 { fields.skip((8 - size % 8) % 8) }
            return bytes
        }
        let name = String(decoding: try part(sizes.name).prefix { $0 != 0 }, as: UTF8.self)
        let object = "attribute \(name) of \(path)"
        var typeFields = Cursor(bytes: try part(sizes.type), file: file, object: object)
        var spaceFields = Cursor(bytes: try part(sizes.space), file: file, object: object)
        let data = Array(try fields.take(fields.remaining))
        do {
            if version > 1, flags != 0 { throw ParsedFile.Unsupported() }
            let array = ParsedArray(
                type: try file.type(&typeFields, of: object), shape: try file.shape(&spaceFields, of: object),
                place: .inline(data))
            try check(array, path: object)
            return (name, array)
        } catch is ParsedFile.Unsupported {
            // Reading it later as strings or numbers throws an error about its type.
            return (name, ParsedArray(type: .notRead, shape: [], place: .inline([])))
        }
    }

    private func layout(_ fields: inout Cursor, path: String) throws -> ParsedArray.Place {
        guard try fields.byte() == 3 else { throw ParsedFile.Unsupported() }
        switch try fields.byte() {
        case 0: return .inline(Array(try fields.take(fields.count(2))))
        case 1: return .contiguous(try fields.integer(8))
        case 2: throw ParsedFile.Unsupported()
        case let other: throw file.damaged(path, "unknown layout \(other)")
        }
    }

    /// Throws if an array exceeds its file, before memory of the declared size is allocated.
    private func check(_ array: ParsedArray, path: String) throws {
        let (bytes, overflow) = array.count.multipliedReportingOverflow(by: array.type.bytes)
        let available: Int
        switch array.place {
        case .inline(let data): available = data.count
        case .contiguous(ParsedFile.undefinedAddress):
            available = 0
        case .contiguous(let address): available = file.size - file.base - Int(clamping: address)
        }
        guard !overflow, bytes <= available else {
            throw HDF5Error.tooLarge(
                path: file.path, object: path, bytes: overflow ? .max : bytes, limit: max(0, available))
        }
    }
}

// MARK: Groups

extension ObjectTreeReader {
    /// Returns the members in a group's symbol table.
    private mutating func children(
        tree: UInt64, heap: UInt64, path: String, depth: Int
    ) throws -> [String: ParsedObject] {
        var head = try file.cursor(at: heap, count: 32, of: path)
        try head.expect("HEAP")
        head.skip(4)
        let heapSize = try head.count(8)
        head.skip(8)
        let names = try file.bytes(at: head.integer(8), count: heapSize, of: path)
        var children: [String: ParsedObject] = [:]
        for node in try leaves(ofTreeAt: tree, path: path) {
            var symbols = try file.cursor(at: node, count: 8, of: path)
            try symbols.expect("SNOD")
            symbols.skip(2)
            let count = try symbols.count(2)
            var entries = try file.cursor(at: node + 8, count: 40 * count, of: path)
            for _ in 0 ..< count {
                let offset = try entries.count(8)
                let address = try entries.integer(8)
                let isSoftLink = try entries.integer(4) == 2
                entries.skip(20)
                guard offset < names.count else { throw file.damaged(path, "a name is outside its heap") }
                let name = String(decoding: names[offset...].prefix { $0 != 0 }, as: UTF8.self)
                guard !name.isEmpty, !name.contains("/"), children[name] == nil else {
                    throw file.damaged(path, "a name is empty, duplicate or contains a slash")
                }
                let childPath = path == "/" ? "/\(name)" : "\(path)/\(name)"
                children[name] =
                    isSoftLink
                    ? ParsedObject(attributes: [:], content: .other)
                    : try object(at: address, path: childPath, depth: depth + 1)
            }
        }
        return children
    }

    /// Returns the addresses of the symbol nodes at the leaves of a group's B-tree.
    private func leaves(ofTreeAt root: UInt64, path: String) throws -> [UInt64] {
        var leaves: [UInt64] = []
        var visited: Set<UInt64> = []
        func visit(_ address: UInt64, level: Int?) throws {
            guard visited.insert(address).inserted, visited.count <= Self.maximumObjects else {
                throw file.damaged(path, "its index contains a cycle")
            }
            var node = try file.cursor(at: address, count: 24, of: path)
            try node.expect("TREE")
            guard try node.byte() == 0 else { throw file.damaged(path, "its index is not a group index") }
            let found = Int(try node.byte())
            guard level == nil || found == level, found < Self.maximumDepth else {
                throw file.damaged(path, "its index has a node of unexpected level \(found)")
            }
            let count = try node.count(2)
            var entries = try file.cursor(at: address + 24, count: 16 * count, of: path)
            for _ in 0 ..< count {
                entries.skip(8)
                let child = try entries.integer(8)
                if found == 0 { leaves.append(child) } else { try visit(child, level: found - 1) }
            }
        }
        try visit(root, level: nil)
        return leaves
    }
}
