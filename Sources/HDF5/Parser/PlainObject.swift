/// An object of a plainly laid out file, with its attributes and, for a group, all that is below it.
struct PlainObject: Sendable {
    let attributes: [String: PlainArray]
    let content: Content

    indirect enum Content: Sendable {
        case group([String: PlainObject])
        case dataset(PlainArray)
        /// A dataset of a layout or a type that is left to libhdf5.
        case foreignDataset
        /// A link by path, a stored type.
        case other
    }
}

extension PlainObject {
    var kind: HDF5Group.ChildKind {
        switch content {
        case .group: .group
        case .dataset, .foreignDataset: .dataset
        case .other: .other
        }
    }

    /// Of a group; empty for anything else.
    var children: [String: PlainObject] {
        if case .group(let children) = content { children } else { [:] }
    }

    /// What stands under a path of names below this object.
    subscript(names: [String]) -> PlainObject? {
        names.reduce(Optional(self)) { object, name in object?.children[name] }
    }
}

/// An array: where it is and what it is made of.
struct PlainArray: Sendable {
    let type: PlainType
    /// Empty for a single value.
    let shape: [Int]
    let place: Place

    enum Place: Sendable {
        /// In the structure itself.
        case inline([UInt8])
        /// In one piece at that address.
        case contiguous(UInt64)
    }

    /// - Precondition: the product does not overflow, which was checked when the shape was read.
    var count: Int { shape.reduce(1, *) }
}

/// Walks through the structure of a file, once, each object at most once per link to it.
struct PlainTreeReader {
    let file: PlainFile
    /// The groups on the way to the current object: one of them below itself is damage.
    private var above: Set<UInt64> = []
    private var objects = 0

    /// Far more than any network or model has.
    private static let mostObjects = 1 << 18
    private static let mostMessages = 1 << 14
    private static let deepest = 64

    init(file: PlainFile) { self.file = file }

    mutating func object(at address: UInt64, path: String, depth: Int) throws -> PlainObject {
        objects += 1
        guard objects <= Self.mostObjects, depth < Self.deepest, above.insert(address).inserted else {
            throw file.damaged(path, "its groups contain each other")
        }
        defer { above.remove(address) }
        var attributes: [String: PlainArray] = [:]
        var type: PlainType?
        var shape: [Int]?
        var place: PlainArray.Place?
        var isForeign = false
        var table: (tree: UInt64, heap: UInt64)?
        for message in try messages(ofHeaderAt: address, path: path) {
            var fields = Cursor(bytes: message.data, file: file, object: path)
            do {
                switch message.type {
                case 0x01: shape = try file.shape(&fields, of: path)
                case 0x03:
                    if message.isShared { throw PlainFile.Unsupported() }
                    type = try file.type(&fields, of: path)
                case 0x08: place = try layout(&fields, path: path)
                case 0x0C:
                    let (name, array) = try attribute(&fields, path: path)
                    attributes[name] = array
                case 0x11: table = (try fields.integer(8), try fields.integer(8))
                // Values in other files, filters.
                case 0x07, 0x0B: isForeign = true
                default: break
                }
            } catch is PlainFile.Unsupported where message.type != 0x11 {
                isForeign = true
            }
        }
        if let table {
            let children = try children(tree: table.tree, heap: table.heap, path: path, depth: depth)
            return PlainObject(attributes: attributes, content: .group(children))
        }
        if isForeign { return PlainObject(attributes: attributes, content: .foreignDataset) }
        if let type, let shape, let place {
            let array = PlainArray(type: type, shape: shape, place: place)
            // Never written: every value is the fill value, which libhdf5 knows.
            if case .contiguous(PlainFile.undefinedAddress) = place, array.count > 0 {
                return PlainObject(attributes: attributes, content: .foreignDataset)
            }
            try check(array, path: path)
            return PlainObject(attributes: attributes, content: .dataset(array))
        }
        guard type != nil, shape == nil, place == nil else { throw file.damaged(path, "it is no whole object") }
        return PlainObject(attributes: attributes, content: .other)
    }
}

// MARK: Object headers

extension PlainTreeReader {
    private struct Message {
        let type: UInt64
        /// What follows is not the content but where it is.
        let isShared: Bool
        let data: [UInt8]
    }

    private func messages(ofHeaderAt address: UInt64, path: String) throws -> [Message] {
        var prefix = try file.cursor(at: address, count: 16, of: path)
        if prefix.bytes.starts(with: Array("OHDR".utf8)) { throw PlainFile.Unsupported() }
        let version = try prefix.byte()
        guard version == 1 else { throw file.damaged(path, "its header has the version \(version)") }
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
                // Links in the header, links and attributes in heaps.
                if [0x02, 0x06, 0x15].contains(type) { throw PlainFile.Unsupported() }
                // In these files only types can be shared with other objects.
                let isShared = flags & 0x02 != 0
                guard !isShared || type == 0x03 else { throw file.damaged(path, "its header has unknown flags") }
                messages.append(Message(type: type, isShared: isShared, data: data))
                if type == 0x10 {
                    var fields = Cursor(bytes: data, file: file, object: path)
                    blocks.append((try fields.integer(8), try fields.count(8)))
                }
                guard blocks.count <= Self.mostMessages else { throw file.damaged(path, "its header has no end") }
            }
        }
        guard messages.count == expected else {
            throw file.damaged(path, "\(expected) messages were expected in its header, found \(messages.count)")
        }
        return messages
    }

    private func attribute(_ fields: inout Cursor, path: String) throws -> (name: String, array: PlainArray) {
        let version = try fields.byte()
        let flags = try fields.byte()
        guard (1 ... 3).contains(version) else {
            throw file.damaged(path, "an attribute of it has the version \(version)")
        }
        let sizes = (name: try fields.count(2), type: try fields.count(2), space: try fields.count(2))
        if version == 3 { fields.skip(1) }
        /// In the first version every part is padded to a multiple of 8 bytes.
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
            if version > 1, flags != 0 { throw PlainFile.Unsupported() }
            let array = PlainArray(
                type: try file.type(&typeFields, of: object), shape: try file.shape(&spaceFields, of: object),
                place: .inline(data))
            try check(array, path: object)
            return (name, array)
        } catch is PlainFile.Unsupported {
            // Asking for it as texts or as numbers is an error that says so.
            return (name, PlainArray(type: .notRead, shape: [], place: .inline([])))
        }
    }

    private func layout(_ fields: inout Cursor, path: String) throws -> PlainArray.Place {
        guard try fields.byte() == 3 else { throw PlainFile.Unsupported() }
        switch try fields.byte() {
        case 0: return .inline(Array(try fields.take(fields.count(2))))
        case 1: return .contiguous(try fields.integer(8))
        case 2: throw PlainFile.Unsupported()
        case let other: throw file.damaged(path, "its layout is of the unknown kind \(other)")
        }
    }

    /// Refuses an array that is not where it claims to be, before anybody allocates what it claims to need.
    private func check(_ array: PlainArray, path: String) throws {
        let (bytes, overflow) = array.count.multipliedReportingOverflow(by: array.type.bytes)
        let available: Int
        switch array.place {
        case .inline(let data): available = data.count
        case .contiguous(PlainFile.undefinedAddress):
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

extension PlainTreeReader {
    /// What a group's symbol table names.
    private mutating func children(
        tree: UInt64, heap: UInt64, path: String, depth: Int
    ) throws -> [String: PlainObject] {
        var head = try file.cursor(at: heap, count: 32, of: path)
        try head.expect("HEAP")
        head.skip(4)
        let heapSize = try head.count(8)
        head.skip(8)
        let names = try file.bytes(at: head.integer(8), count: heapSize, of: path)
        var children: [String: PlainObject] = [:]
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
                guard offset < names.count else { throw file.damaged(path, "a name in it is out of place") }
                let name = String(decoding: names[offset...].prefix { $0 != 0 }, as: UTF8.self)
                guard !name.isEmpty, !name.contains("/"), children[name] == nil else {
                    throw file.damaged(path, "a name in it is empty, comes twice or has a slash")
                }
                let childPath = path == "/" ? "/\(name)" : "\(path)/\(name)"
                children[name] =
                    isSoftLink
                    ? PlainObject(attributes: [:], content: .other)
                    : try object(at: address, path: childPath, depth: depth + 1)
            }
        }
        return children
    }

    /// The addresses of the symbol nodes at the bottom of a group's B-tree.
    private func leaves(ofTreeAt root: UInt64, path: String) throws -> [UInt64] {
        var leaves: [UInt64] = []
        var visited: Set<UInt64> = []
        func visit(_ address: UInt64, level: Int?) throws {
            guard visited.insert(address).inserted, visited.count <= Self.mostObjects else {
                throw file.damaged(path, "its index runs in a circle")
            }
            var node = try file.cursor(at: address, count: 24, of: path)
            try node.expect("TREE")
            guard try node.byte() == 0 else { throw file.damaged(path, "its index is not that of a group") }
            let found = Int(try node.byte())
            guard level == nil || found == level, found < Self.deepest else {
                throw file.damaged(path, "its index has a node of level \(found) out of place")
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
