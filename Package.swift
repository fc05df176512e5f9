// swift-tools-version: 6.1
import PackageDescription

let optimisedC: [CSetting] = [.unsafeFlags(["-O3", "-fno-math-errno", "-ffp-contract=off"])]

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let database: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
// The server's metrics module has the name of ours, so that it goes by another one in this package.
let hummingbird: Target.Dependency = .product(
    name: "Hummingbird", package: "hummingbird", moduleAliases: ["Metrics": "ServerMetrics"])
let hummingbirdCore: Target.Dependency = .product(
    name: "HummingbirdCore", package: "hummingbird", moduleAliases: ["Metrics": "ServerMetrics"])
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
let serviceLifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

let package = Package(
    name: "HeartSense",
    products: [
        .executable(name: "heartsense", targets: ["heartsense"]),
        .executable(name: "heartsense-server", targets: ["heartsense-server"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        // What Hummingbird is built on, named where the server handles connections itself.
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", exact: "1.35.2"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    ],
    targets: [
        // Debian libraries, as modules.
        .systemLibrary(name: "COpenBLAS", path: "Sources/CLibraries/COpenBLAS"),
        .systemLibrary(name: "CPNG", path: "Sources/CLibraries/CPNG", pkgConfig: "libpng"),
        .systemLibrary(name: "CDeflate", path: "Sources/CLibraries/CDeflate", pkgConfig: "libdeflate"),
        .systemLibrary(name: "CTurboJPEG", path: "Sources/CLibraries/CTurboJPEG", pkgConfig: "libturbojpeg"),
        .systemLibrary(name: "CHDF5", path: "Sources/CLibraries/CHDF5", pkgConfig: "hdf5-serial"),
        .systemLibrary(name: "CCrypto", path: "Sources/CLibraries/CCrypto", pkgConfig: "libcrypto"),
        .systemLibrary(name: "CCurl", path: "Sources/CLibraries/CCurl", pkgConfig: "libcurl"),
        .systemLibrary(name: "CFLAC", path: "Sources/C/Libraries/CFLAC", pkgConfig: "flac"),
        .systemLibrary(name: "CCrypt", path: "Sources/CLibraries/CCrypt", pkgConfig: "libcrypt"),

        // C and C++ of our own.
        .target(name: "CKernels", cSettings: optimisedC),
        .target(name: "CSpawn", cSettings: [.define("_GNU_SOURCE")]),
        .target(
            name: "CGnuplot", dependencies: ["CSpawn"],
            linkerSettings: [
                .linkedLibrary("boost_iostreams"), .linkedLibrary("boost_system"),
                .linkedLibrary("boost_filesystem"),
            ]),

        // The product, top to bottom: a target imports only what its row names.
        .target(name: "Files", dependencies: ["CCrypto"]),
        .target(name: "LinearAlgebra", dependencies: ["COpenBLAS"]),
        .target(name: "HDF5", dependencies: ["CHDF5", "Files", "LinearAlgebra"]),
        .target(name: "Imaging", dependencies: ["CDeflate", "CPNG", "CTurboJPEG", "Files", "LinearAlgebra"]),
        .target(name: "Signals", dependencies: ["CFLAC", "Files", "Imaging", "LinearAlgebra"]),
        .target(name: "NeuralNetwork", dependencies: ["CKernels", "Files", "HDF5", "Imaging", "LinearAlgebra"]),
        .target(
            name: "Datasets", dependencies: ["Files", "Imaging", "LinearAlgebra", "Signals", yams],
            resources: [.embedInCode("aami.yaml")]),
        .target(name: "Classifiers", dependencies: ["CKernels", "LinearAlgebra"]),
        .target(name: "Metrics", dependencies: ["LinearAlgebra"]),
        .target(name: "Plots", dependencies: ["CGnuplot", "Files", "LinearAlgebra", "Metrics"]),
        .target(
            name: "Experiments",
            dependencies: [
                "Classifiers", "Datasets", "Files", "HDF5", "Imaging", "LinearAlgebra", "Metrics",
                "NeuralNetwork", "Plots", logging, yams,
            ]),
        .executableTarget(
            name: "heartsense",
            dependencies: [
                "Classifiers", "Datasets", "Experiments", "Files", "Imaging", "LinearAlgebra", "Metrics",
                "NeuralNetwork", "Records", argumentParser, logging,
            ]),
        .target(
            name: "Records",
            dependencies: ["Datasets", "Experiments", "Files", "LinearAlgebra", database]),
        .target(
            name: "Serving",
            dependencies: [
                "CCrypt", "CCurl", "CSpawn", "Classifiers", "Datasets", "Experiments", "Files", "Imaging",
                "LinearAlgebra", "Records", database, hummingbird, hummingbirdCore, logging, mustache, serviceLifecycle,
                yams,
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
            ],
            resources: [
                .embedInCode("Page/layout.mustache"), .embedInCode("Page/home.mustache"),
                .embedInCode("Page/result.mustache"), .embedInCode("Page/answer.mustache"),
                .embedInCode("Page/form.mustache"), .embedInCode("Page/account.mustache"),
                .embedInCode("Page/history.mustache"), .embedInCode("Page/report.mustache"),
                .embedInCode("Page/review.mustache"),
                .embedInCode("Page/page.css"), .embedInCode("Page/page.js"), .embedInCode("Page/icon.svg"),
                .embedInCode("Operations/openapi.yaml"),
            ]),
        .executableTarget(
            name: "heartsense-server",
            dependencies: [
                "Experiments", "Files", "Records", "Serving", argumentParser, logging,
            ]),

        // Speed, side by side with the peers: see Benchmarks/README.md.
        .target(
            name: "CMachineLimit", path: "Benchmarks/CMachineLimit",
            cSettings: [.unsafeFlags(["-O3", "-ffp-contract=fast"])]),
        .executableTarget(
            name: "measure",
            dependencies: [
                "Classifiers", "CMachineLimit", "Datasets", "Experiments", "Imaging", "LinearAlgebra", "NeuralNetwork",
                argumentParser,
            ],
            path: "Benchmarks/Measure"),

        // What several targets' tests share.
        .target(name: "Bombs", path: "Tests/Bombs"),
        .target(name: "Programs", dependencies: ["CSpawn"], path: "Tests/Programs"),
        .target(
            name: "Samples", dependencies: ["Experiments", "Imaging", "Programs", "Records", database],
            path: "Tests/Samples"),
        .target(name: "Scratch", path: "Tests/Scratch"),
        .target(name: "SharedMaterial", dependencies: ["LinearAlgebra"], path: "Tests/SharedMaterial"),
        .testTarget(name: "ProgramsTests", dependencies: ["Programs", "Scratch"]),
        .testTarget(name: "FilesTests", dependencies: ["Files"]),
        .testTarget(name: "LinearAlgebraTests", dependencies: ["LinearAlgebra", "SharedMaterial"]),
        .testTarget(
            name: "HDF5Tests", dependencies: ["HDF5", "Files", "LinearAlgebra", "Scratch", "SharedMaterial"],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "ImagingTests", dependencies: ["Imaging", "Bombs", "Files", "LinearAlgebra", "SharedMaterial"],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "SignalsTests",
            dependencies: ["Signals", "Files", "Imaging", "LinearAlgebra", "Programs", "SharedMaterial"],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "NeuralNetworkTests",
            dependencies: [
                "NeuralNetwork", "CKernels", "Files", "HDF5", "Imaging", "LinearAlgebra", "Programs", "SharedMaterial",
            ],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "DatasetsTests",
            dependencies: ["Datasets", "Files", "Imaging", "LinearAlgebra", "Scratch", "SharedMaterial", "Signals"]),
        .testTarget(
            name: "ClassifiersTests", dependencies: ["Classifiers", "CKernels", "LinearAlgebra", "SharedMaterial"]),
        .testTarget(name: "MetricsTests", dependencies: ["Metrics", "LinearAlgebra", "SharedMaterial"]),
        .testTarget(
            name: "PlotsTests", dependencies: ["Plots", "Files", "LinearAlgebra", "SharedMaterial", "Metrics"]),
        .testTarget(
            name: "ExperimentsTests",
            dependencies: [
                "Experiments", "Classifiers", "Datasets", "Files", "HDF5", "Imaging", "LinearAlgebra", "Metrics",
                "NeuralNetwork", "Plots", "Programs", "Scratch", "SharedMaterial",
            ]),
        .testTarget(
            name: "RecordsTests",
            dependencies: [
                "Records", "Experiments", "Files", "LinearAlgebra", "Programs", "Samples", "Scratch", database,
            ]),
        .testTarget(
            name: "ServingTests",
            dependencies: [
                "Records", "Serving", "Bombs", "Experiments", "Files", "Imaging", "Programs", "Samples", "Scratch",
                database, hummingbirdCore, logging,
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
            ]),
        .testTarget(
            name: "heartsenseTests",
            dependencies: ["Files", "Imaging", "LinearAlgebra", "Programs", "Samples", "Scratch", "SharedMaterial"]),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c17,
    cxxLanguageStandard: .cxx17
)
