// swift-tools-version: 6.1
import PackageDescription

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let database: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
let serviceLifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

let package = Package(
    name: "HeartSense",
    products: [
        .executable(name: "heartsense", targets: ["heartsense"]),
        .executable(name: "heartsense-server", targets: ["heartsense-server"]),
        // For other packages. Matrices and label matrices come with the products that take them.
        .library(name: "Signals", targets: ["Signals"]),
        .library(name: "Imaging", targets: ["Imaging"]),
        .library(name: "NeuralNetwork", targets: ["NeuralNetwork", "Imaging", "LinearAlgebra"]),
        .library(name: "Classifiers", targets: ["Classifiers", "LinearAlgebra"]),
        .library(name: "ClassificationMetrics", targets: ["ClassificationMetrics", "LinearAlgebra"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        // Hummingbird builds on these; the server handles connections itself in places.
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
        .systemLibrary(name: "CCrypt", path: "Sources/CLibraries/CCrypt", pkgConfig: "libcrypt"),

        // C and C++ of our own.
        .target(name: "CKernels"),
        .target(name: "CSpawn", cSettings: [.define("_GNU_SOURCE")]),
        .target(
            name: "CGnuplot", dependencies: ["CSpawn"],
            linkerSettings: [
                .linkedLibrary("boost_iostreams"), .linkedLibrary("boost_system"),
                .linkedLibrary("boost_filesystem"),
            ]),

        // The product, bottom to top: ARCHITECTURE.md has a row for each.
        .target(
            name: "Files",
            dependencies: ["CCrypto"]),
        .target(
            name: "LinearAlgebra",
            dependencies: ["COpenBLAS"]),
        .target(
            name: "Progress"),
        .target(
            name: "ConfigurationKeys",
            dependencies: ["Files", "Imaging", yams]),
        .target(
            name: "HDF5",
            dependencies: ["CHDF5", "Files", "LinearAlgebra"]),
        .target(
            name: "Imaging",
            dependencies: ["CDeflate", "CPNG", "CTurboJPEG", "Files", "LinearAlgebra"]),
        .target(
            name: "Signals",
            dependencies: ["Files", "LinearAlgebra"]),
        .target(
            name: "PageDrawing",
            dependencies: ["Imaging", "LinearAlgebra", "Signals"]),
        .target(
            name: "NeuralNetwork",
            dependencies: ["CKernels", "Files", "HDF5", "Imaging", "LinearAlgebra"]),
        .target(
            name: "Classifiers",
            dependencies: ["CKernels", "LinearAlgebra"]),
        .target(
            name: "ClassificationMetrics",
            dependencies: ["LinearAlgebra"]),
        .target(
            name: "Datasets",
            dependencies: ["Files", "Imaging", "LinearAlgebra", "PageDrawing", "Signals", yams],
            resources: [.embedInCode("aami.yaml")]),
        .target(
            name: "Plots",
            dependencies: ["CGnuplot", "Files"]),
        .target(
            name: "LeakageAudit",
            dependencies: ["Datasets", "Files", "Imaging", "LinearAlgebra", "Plots", "Progress"]),
        .target(
            name: "Inference",
            dependencies: [
                "Classifiers", "Datasets", "Files", "HDF5", "Imaging", "LinearAlgebra", "NeuralNetwork", "Progress",
            ]),
        .target(
            name: "Runs",
            dependencies: ["ConfigurationKeys", "Files", "HDF5", "Imaging", "LinearAlgebra", "Progress", logging, yams]),
        .target(
            name: "Evaluation",
            dependencies: [
                "ClassificationMetrics", "Classifiers", "Datasets", "Files", "Imaging", "Inference", "LinearAlgebra",
                "Plots", "Progress", "Runs", logging, yams,
            ]),
        .target(
            name: "Training",
            dependencies: [
                "ClassificationMetrics", "Classifiers", "ConfigurationKeys", "Datasets", "Evaluation", "Files",
                "Imaging", "Inference", "LeakageAudit", "LinearAlgebra", "NeuralNetwork", "Plots", "Progress", "Runs",
                logging, yams,
            ]),
        .target(
            name: "Pretraining",
            dependencies: [
                "ClassificationMetrics", "ConfigurationKeys", "Datasets", "Evaluation", "Files", "HDF5", "Imaging",
                "Inference", "LinearAlgebra", "NeuralNetwork", "Plots", "Progress", "Runs", logging,
            ]),
        .target(
            name: "Records",
            dependencies: ["Datasets", "Files", "Inference", "LinearAlgebra", database]),
        .target(
            name: "Serving",
            dependencies: [
                "CCrypt", "CCurl", "CSpawn", "Classifiers", "Datasets", "Files", "Imaging", "Inference",
                "LinearAlgebra", "Pretraining", "Progress", "Records", database,
                .product(name: "HTTPTypes", package: "swift-http-types"), hummingbird, hummingbirdCore, logging,
                mustache, .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"), serviceLifecycle, yams,
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
            name: "heartsense",
            dependencies: [
                "ClassificationMetrics", "Datasets", "Evaluation", "Files", "Imaging", "Inference", "LeakageAudit",
                "LinearAlgebra", "NeuralNetwork", "Pretraining", "Progress", "Records", "Training", argumentParser,
            ]),
        .executableTarget(
            name: "heartsense-server",
            dependencies: [
                "ConfigurationKeys", "Files", "Inference", "Progress", "Records", "Serving", argumentParser, logging,
            ]),

        // Speed, next to the peers: see Benchmarks/README.md.
        .target(
            name: "CMachineLimit", path: "Benchmarks/CMachineLimit",
            cSettings: [.unsafeFlags(["-O3", "-ffp-contract=fast"])]),
        .executableTarget(
            name: "measure",
            dependencies: [
                "CMachineLimit", "Classifiers", "Datasets", "Imaging", "Inference", "LinearAlgebra", "NeuralNetwork",
                argumentParser,
            ],
            path: "Benchmarks/Measure"),

        // Shared by several targets' tests.
        .target(
            name: "Bombs",
            path: "Tests/Bombs"),
        .target(
            name: "Programs",
            dependencies: ["CSpawn"],
            path: "Tests/Programs"),
        .target(
            name: "Samples",
            dependencies: ["Imaging", "Inference", "Programs", "Records", database],
            path: "Tests/Samples"),
        .target(
            name: "Scratch",
            path: "Tests/Scratch"),
        .target(
            name: "SharedMaterial",
            dependencies: ["LinearAlgebra"],
            path: "Tests/SharedMaterial"),
        .target(
            name: "TestSupport",
            dependencies: [
                "Classifiers", "ConfigurationKeys", "Datasets", "Files", "HDF5", "Imaging", "Inference",
                "LinearAlgebra", "NeuralNetwork", "Progress", "Runs", "Scratch", "Training",
            ],
            path: "Tests/TestSupport"),

        // Tests mirror Sources folder for folder.
        .testTarget(
            name: "ProgramsTests",
            dependencies: ["Programs", "Scratch"]),
        .testTarget(
            name: "FilesTests",
            dependencies: ["Files"]),
        .testTarget(
            name: "LinearAlgebraTests",
            dependencies: ["LinearAlgebra"]),
        .testTarget(
            name: "ProgressTests",
            dependencies: ["Progress"]),
        .testTarget(
            name: "ConfigurationKeysTests",
            dependencies: ["ConfigurationKeys", "LinearAlgebra", "Scratch", "Training", yams]),
        .testTarget(
            name: "HDF5Tests",
            dependencies: ["Files", "HDF5", "LinearAlgebra", "Scratch", "SharedMaterial"],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "ImagingTests",
            dependencies: ["Bombs", "Files", "Imaging", "LinearAlgebra", "SharedMaterial"],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "SignalsTests",
            dependencies: ["Files", "LinearAlgebra", "SharedMaterial", "Signals"],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "PageDrawingTests",
            dependencies: ["Imaging", "LinearAlgebra", "PageDrawing", "Signals"]),
        .testTarget(
            name: "NeuralNetworkTests",
            dependencies: [
                "CKernels", "Files", "HDF5", "Imaging", "LinearAlgebra", "NeuralNetwork", "Programs", "SharedMaterial",
            ],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "ClassifiersTests",
            dependencies: ["CKernels", "Classifiers", "LinearAlgebra", "SharedMaterial"]),
        .testTarget(
            name: "ClassificationMetricsTests",
            dependencies: ["ClassificationMetrics", "LinearAlgebra", "SharedMaterial"]),
        .testTarget(
            name: "DatasetsTests",
            dependencies: [
                "Datasets", "Files", "Imaging", "LinearAlgebra", "PageDrawing", "Scratch", "SharedMaterial", "Signals",
                "TestSupport",
            ]),
        .testTarget(
            name: "PlotsTests",
            dependencies: ["Files", "LinearAlgebra", "Plots"]),
        .testTarget(
            name: "LeakageAuditTests",
            dependencies: [
                "ConfigurationKeys", "Datasets", "Files", "Imaging", "Inference", "LeakageAudit", "LinearAlgebra",
                "SharedMaterial", "TestSupport",
            ]),
        .testTarget(
            name: "InferenceTests",
            dependencies: [
                "Classifiers", "Datasets", "Evaluation", "Files", "HDF5", "Imaging", "Inference", "LinearAlgebra",
                "NeuralNetwork", "Scratch", "TestSupport", "Training",
            ]),
        .testTarget(
            name: "RunsTests",
            dependencies: ["Files", "LinearAlgebra", "Progress", "Runs", "Scratch", "TestSupport"]),
        .testTarget(
            name: "EvaluationTests",
            dependencies: [
                "ClassificationMetrics", "Classifiers", "ConfigurationKeys", "Datasets", "Evaluation", "Files",
                "Imaging", "Inference", "LinearAlgebra", "NeuralNetwork", "Plots", "Programs", "Runs", "Scratch",
                "SharedMaterial", "TestSupport", "Training",
            ]),
        .testTarget(
            name: "TrainingTests",
            dependencies: [
                "ClassificationMetrics", "Classifiers", "ConfigurationKeys", "Datasets", "Evaluation", "Files", "HDF5",
                "Imaging", "Inference", "LinearAlgebra", "NeuralNetwork", "Programs", "Runs", "Scratch",
                "SharedMaterial", "TestSupport", "Training",
            ]),
        .testTarget(
            name: "PretrainingTests",
            dependencies: [
                "ConfigurationKeys", "Datasets", "Files", "HDF5", "Imaging", "LinearAlgebra", "NeuralNetwork",
                "Pretraining", "Runs", "Scratch", "TestSupport",
            ]),
        .testTarget(
            name: "RecordsTests",
            dependencies: [
                "Files", "Inference", "LinearAlgebra", "Programs", "Records", "Samples", "Scratch", database,
            ]),
        .testTarget(
            name: "ServingTests",
            dependencies: [
                "Bombs", "Files", "Imaging", "Inference", "Programs", "Records", "Samples", "Scratch", "Serving",
                database, .product(name: "HTTPTypes", package: "swift-http-types"), hummingbird, hummingbirdCore,
                logging, .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
            ]),
        .testTarget(
            name: "heartsenseTests",
            dependencies: ["Files", "Imaging", "LinearAlgebra", "Programs", "Samples", "Scratch", "SharedMaterial"]),
        .testTarget(
            name: "ProductTests",
            dependencies: [
                "ClassificationMetrics", "Classifiers", "Imaging", "LinearAlgebra", "NeuralNetwork", "Signals",
            ]),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c17,
    cxxLanguageStandard: .cxx17
)
