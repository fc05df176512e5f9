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
        // For other packages. LinearAlgebra is part of the products that use matrices.
        .library(name: "Signals", targets: ["Signals"]),
        .library(name: "Digitization", targets: ["Digitization", "Imaging", "Signals"]),
        .library(name: "Imaging", targets: ["Imaging"]),
        .library(name: "NeuralNetwork", targets: ["NeuralNetwork", "Imaging", "LinearAlgebra"]),
        .library(name: "Classifiers", targets: ["Classifiers", "LinearAlgebra", "ParameterTables"]),
        .library(name: "ClassificationMetrics", targets: ["ClassificationMetrics", "LinearAlgebra"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        // Dependencies of Hummingbird that the server also uses directly.
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", exact: "1.35.2"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    ],
    targets: [
        // Modules of Debian libraries.
        .systemLibrary(name: "COpenBLAS", path: "Sources/C/Libraries/COpenBLAS"),
        .systemLibrary(name: "CPNG", path: "Sources/C/Libraries/CPNG", pkgConfig: "libpng"),
        .systemLibrary(name: "CZlib", path: "Sources/C/Libraries/CZlib", pkgConfig: "zlib"),
        .systemLibrary(name: "CDeflate", path: "Sources/C/Libraries/CDeflate", pkgConfig: "libdeflate"),
        .systemLibrary(name: "CTurboJPEG", path: "Sources/C/Libraries/CTurboJPEG", pkgConfig: "libturbojpeg"),
        .systemLibrary(name: "CHDF5", path: "Sources/C/Libraries/CHDF5", pkgConfig: "hdf5-serial"),
        .systemLibrary(name: "CCrypto", path: "Sources/C/Libraries/CCrypto", pkgConfig: "libcrypto"),
        .systemLibrary(name: "CCurl", path: "Sources/C/Libraries/CCurl", pkgConfig: "libcurl"),
        .systemLibrary(name: "CFLAC", path: "Sources/C/Libraries/CFLAC", pkgConfig: "flac"),
        .systemLibrary(name: "CCrypt", path: "Sources/C/Libraries/CCrypt", pkgConfig: "libcrypt"),
        .systemLibrary(name: "CMalloc", path: "Sources/C/Libraries/CMalloc"),

        // C and C++ targets.
        .target(name: "CKernels", path: "Sources/C/Kernels"),
        .target(name: "CSpawn", path: "Sources/C/Spawn", cSettings: [.define("_GNU_SOURCE")]),
        .target(
            name: "CGnuplot", dependencies: ["CSpawn"], path: "Sources/C/Gnuplot",
            linkerSettings: [
                .linkedLibrary("boost_iostreams"), .linkedLibrary("boost_system"),
                .linkedLibrary("boost_filesystem"),
            ]),

        // Swift targets, bottom to top (see ARCHITECTURE.md).
        .target(
            name: "Files",
            dependencies: ["CCrypto"]),
        .target(
            name: "LinearAlgebra",
            dependencies: ["COpenBLAS"]),
        // Loads the bridge to MPI (Sources/C/MPI), which `make mpi` builds, at run time.
        .target(
            name: "Distribution",
            dependencies: ["LinearAlgebra"]),
        .target(
            name: "Processes",
            dependencies: ["CSpawn"]),
        .target(
            name: "Progress",
            dependencies: ["CMalloc"]),
        .target(
            name: "ParameterTables"),
        .target(
            name: "ConfigurationKeys",
            dependencies: ["Files", "ParameterTables", yams]),
        .target(
            name: "HDF5",
            dependencies: ["CHDF5", "Files", "LinearAlgebra"]),
        .target(
            name: "Imaging",
            dependencies: ["CDeflate", "CPNG", "CTurboJPEG", "Files", "LinearAlgebra"]),
        .target(
            name: "Signals",
            dependencies: ["CFLAC", "Files", "LinearAlgebra"]),
        .target(
            name: "RecordingFormats",
            dependencies: ["Files", "Processes", "Signals"]),
        .target(
            name: "PageDrawing",
            dependencies: ["Files", "Imaging", "LinearAlgebra", "Signals"]),
        .target(
            name: "Digitization",
            dependencies: ["Files", "Imaging", "LinearAlgebra", "Processes", "Signals"]),
        .target(
            name: "Interpretation",
            dependencies: ["Signals"]),
        .target(
            name: "DiagnosticFeatures",
            dependencies: ["LinearAlgebra", "Signals"]),
        .target(
            name: "NeuralNetwork",
            dependencies: ["CKernels", "Files", "HDF5", "Imaging", "LinearAlgebra", "Processes"]),
        .target(
            name: "Classifiers",
            dependencies: ["CKernels", "LinearAlgebra", "ParameterTables"]),
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
            dependencies: [
                "Datasets", "Files", "Imaging", "LinearAlgebra", "Plots", "Progress", "RecordingFormats", "Signals",
            ]),
        .target(
            name: "Inference",
            dependencies: [
                "Classifiers", "Datasets", "DiagnosticFeatures", "Digitization", "Distribution", "Files", "HDF5",
                "Imaging", "LinearAlgebra", "NeuralNetwork", "PageDrawing", "Progress", "RecordingFormats", "Signals",
            ]),
        .target(
            name: "Runs",
            dependencies: [
                "Classifiers", "ConfigurationKeys", "Files", "HDF5", "Imaging", "LinearAlgebra", "ParameterTables",
                "Processes", "Progress", logging, yams,
            ]),
        .target(
            name: "Evaluation",
            dependencies: [
                "ClassificationMetrics", "Classifiers", "Datasets", "Files", "Imaging", "Inference", "LinearAlgebra",
                "Plots", "Progress", "Runs", logging, yams,
            ]),
        .target(
            name: "Training",
            dependencies: [
                "ClassificationMetrics", "Classifiers", "ConfigurationKeys", "Datasets", "Digitization", "Distribution",
                "Evaluation", "Files", "HDF5", "Imaging", "Inference", "LeakageAudit", "LinearAlgebra", "NeuralNetwork",
                "ParameterTables", "Plots", "Progress", "Runs", logging, yams,
            ]),
        .target(
            name: "Pretraining",
            dependencies: [
                "ClassificationMetrics", "ConfigurationKeys", "Datasets", "Distribution", "Evaluation", "Files", "HDF5",
                "Imaging", "Inference", "LinearAlgebra", "NeuralNetwork", "Plots", "Progress", "Runs", logging,
            ]),
        .target(
            name: "Storage",
            dependencies: ["Files", database]),
        .target(
            name: "APIErrors",
            dependencies: [.product(name: "HTTPTypes", package: "swift-http-types")]),
        .target(
            name: "Mail",
            dependencies: [
                "CCurl", "ConfigurationKeys", "Files", "Processes", "Storage", database, logging, serviceLifecycle,
            ]),
        .target(
            name: "Accounts",
            dependencies: [
                "APIErrors", "CCrypt", "Datasets", "Files", "Imaging", "Inference", "LinearAlgebra", "Mail", "Storage",
                database, .product(name: "HTTPTypes", package: "swift-http-types"), logging, serviceLifecycle,
            ],
            resources: [.embedInCode("Passwords/common-passwords.txt")]),
        .target(
            name: "Uploads",
            dependencies: [
                "APIErrors", "Datasets", "Digitization", "Files", "Imaging", "Inference", "Interpretation",
                "LinearAlgebra", "PageDrawing", "RecordingFormats", "Signals",
            ]),
        .target(
            name: "Serving",
            dependencies: [
                "APIErrors", "Accounts", "CZlib", "Classifiers", "ConfigurationKeys", "Datasets", "DiagnosticFeatures",
                "Files", "Imaging", "Inference", "LinearAlgebra", "Mail", "Progress", "Storage", "Uploads",
                .product(name: "HTTPTypes", package: "swift-http-types"), hummingbird, hummingbirdCore, logging,
                mustache, .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"), serviceLifecycle,
                .product(name: "UnixSignals", package: "swift-service-lifecycle"), yams,
            ],
            resources: [
                .embedInCode("Pages/layout.mustache"), .embedInCode("Pages/home.mustache"),
                .embedInCode("Pages/result.mustache"), .embedInCode("Pages/answer.mustache"),
                .embedInCode("Pages/form.mustache"), .embedInCode("Pages/account.mustache"),
                .embedInCode("Pages/Parts/sessions.mustache"),
                .embedInCode("Pages/history.mustache"), .embedInCode("Pages/report.mustache"),
                .embedInCode("Pages/reportmail.mustache"), .embedInCode("Pages/review.mustache"),
                .embedInCode("Pages/upload.mustache"), .embedInCode("Pages/prediction.mustache"),
                .embedInCode("Pages/correction.mustache"), .embedInCode("Pages/model.mustache"),
                .embedInCode("Pages/Parts/score.mustache"), .embedInCode("Pages/Parts/reviewed.mustache"),
                .embedInCode("Pages/Scripts/review.js"), .embedInCode("Pages/Scripts/result.js"),
                .embedInCode("Pages/Scripts/paper.js"), .embedInCode("Pages/Scripts/pictures.js"),
                .embedInCode("Pages/Scripts/calipers.js"),
                .embedInCode("Pages/Scripts/corrections.js"), .embedInCode("Pages/Scripts/points.js"),
                .embedInCode("Pages/Scripts/underlay.js"), .embedInCode("Pages/Scripts/link.js"),
                .embedInCode("Pages/page.css"), .embedInCode("Pages/Scripts/page.js"), .embedInCode("Pages/icon.svg"),
                .embedInCode("Operations/openapi.yaml"),
            ]),
        .executableTarget(
            name: "heartsense",
            dependencies: [
                "Accounts", "ClassificationMetrics", "ConfigurationKeys", "Datasets", "Digitization", "Distribution",
                "Evaluation", "Files", "Imaging", "Inference", "Interpretation", "LeakageAudit", "LinearAlgebra",
                "NeuralNetwork", "PageDrawing", "ParameterTables", "Pretraining", "Progress", "RecordingFormats",
                "Signals", "Training",
                argumentParser,
            ]),
        .executableTarget(
            name: "heartsense-server",
            dependencies: [
                "Accounts", "ConfigurationKeys", "Files", "Inference", "Mail", "Progress", "Serving", "Storage",
                argumentParser, logging,
            ]),

        // Benchmarks (see Benchmarks/README.md).
        .target(
            name: "CMachineLimit", path: "Benchmarks/CMachineLimit",
            cSettings: [.unsafeFlags(["-O3", "-ffp-contract=fast"])]),
        .executableTarget(
            name: "measure",
            dependencies: [
                "CMachineLimit", "Classifiers", "Datasets", "Digitization", "Distribution", "Imaging", "Inference",
                "Interpretation", "LinearAlgebra",
                "NeuralNetwork", "Progress", "Signals", argumentParser,
            ],
            path: "Benchmarks/Measure"),

        // Support for the tests of several targets.
        .target(
            name: "TestSupport",
            dependencies: [
                "Classifiers", "ConfigurationKeys", "Datasets", "Distribution", "Files", "HDF5", "Imaging",
                "Inference", "LinearAlgebra", "Mail", "NeuralNetwork", "Processes", "Progress", "Runs", "Signals",
                "Storage",
                "Training", database, logging,
            ],
            path: "Tests/TestSupport"),

        // Tests mirror the folders of Sources.
        .testTarget(
            name: "ProcessesTests",
            dependencies: ["Processes", "TestSupport"]),
        .testTarget(
            name: "FilesTests",
            dependencies: ["Files", "TestSupport"]),
        .testTarget(
            name: "LinearAlgebraTests",
            dependencies: ["LinearAlgebra"]),
        .testTarget(
            name: "DistributionTests",
            dependencies: ["Distribution", "LinearAlgebra", "TestSupport"]),
        .testTarget(
            name: "ProgressTests",
            dependencies: ["Progress"]),
        .testTarget(
            name: "ParameterTablesTests",
            dependencies: ["ParameterTables"]),
        .testTarget(
            name: "ConfigurationKeysTests",
            dependencies: ["ConfigurationKeys", "LinearAlgebra", "ParameterTables", "Runs", "TestSupport", yams]),
        .testTarget(
            name: "HDF5Tests",
            dependencies: ["Files", "HDF5", "LinearAlgebra", "TestSupport"],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "ImagingTests",
            dependencies: ["CDeflate", "Files", "Imaging", "LinearAlgebra", "TestSupport"],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "SignalsTests",
            dependencies: ["Files", "LinearAlgebra", "Signals", "TestSupport"],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "RecordingFormatsTests",
            dependencies: ["Files", "Processes", "RecordingFormats", "Signals", "TestSupport"]),
        .testTarget(
            name: "PageDrawingTests",
            dependencies: ["Imaging", "LinearAlgebra", "PageDrawing", "Processes", "Signals", "TestSupport"]),
        .testTarget(
            name: "DigitizationTests",
            dependencies: ["Digitization", "Imaging", "LinearAlgebra", "Processes", "Signals", "TestSupport"]),
        .testTarget(
            name: "InterpretationTests",
            dependencies: ["Interpretation", "LinearAlgebra", "Signals", "TestSupport"]),
        .testTarget(
            name: "DiagnosticFeaturesTests",
            dependencies: ["DiagnosticFeatures", "LinearAlgebra", "Signals", "TestSupport"]),
        .testTarget(
            name: "NeuralNetworkTests",
            dependencies: [
                "CKernels", "Distribution", "Files", "HDF5", "Imaging", "LinearAlgebra", "NeuralNetwork", "TestSupport",
            ],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "ClassifiersTests",
            dependencies: ["CKernels", "Classifiers", "LinearAlgebra", "ParameterTables", "TestSupport"]),
        .testTarget(
            name: "ClassificationMetricsTests",
            dependencies: ["ClassificationMetrics", "LinearAlgebra", "TestSupport"]),
        .testTarget(
            name: "DatasetsTests",
            dependencies: ["Datasets", "Files", "Imaging", "LinearAlgebra", "PageDrawing", "Signals", "TestSupport"]),
        .testTarget(
            name: "PlotsTests",
            dependencies: ["Files", "LinearAlgebra", "Plots"]),
        .testTarget(
            name: "LeakageAuditTests",
            dependencies: [
                "ConfigurationKeys", "Datasets", "Files", "Imaging", "Inference", "LeakageAudit", "LinearAlgebra",
                "Signals", "TestSupport",
            ]),
        .testTarget(
            name: "InferenceTests",
            dependencies: [
                "Classifiers", "Datasets", "DiagnosticFeatures", "Distribution", "Evaluation", "Files", "HDF5",
                "Imaging", "Inference",
                "LinearAlgebra", "NeuralNetwork", "Signals", "TestSupport", "Training",
            ]),
        .testTarget(
            name: "RunsTests",
            dependencies: [
                "Classifiers", "ConfigurationKeys", "Files", "LinearAlgebra", "Progress", "Runs", "TestSupport",
            ]),
        .testTarget(
            name: "EvaluationTests",
            dependencies: [
                "ClassificationMetrics", "Classifiers", "ConfigurationKeys", "Datasets", "Evaluation", "Files",
                "Imaging", "Inference", "LinearAlgebra", "NeuralNetwork", "Plots", "Runs", "TestSupport", "Training",
            ]),
        .testTarget(
            name: "TrainingTests",
            dependencies: [
                "ClassificationMetrics", "Classifiers", "ConfigurationKeys", "Datasets", "Evaluation", "Files", "HDF5",
                "Imaging", "Inference", "LinearAlgebra", "NeuralNetwork", "Runs", "Signals", "TestSupport", "Training",
            ]),
        .testTarget(
            name: "PretrainingTests",
            dependencies: [
                "ConfigurationKeys", "Datasets", "Distribution", "Files", "HDF5", "Imaging", "LinearAlgebra",
                "NeuralNetwork", "Pretraining", "Runs", "TestSupport",
            ]),
        .testTarget(
            name: "StorageTests",
            dependencies: ["Storage", "TestSupport", database]),
        .testTarget(
            name: "APIErrorsTests",
            dependencies: ["APIErrors"]),
        .testTarget(
            name: "MailTests",
            dependencies: ["ConfigurationKeys", "Mail", "Processes", "TestSupport", database]),
        .testTarget(
            name: "AccountsTests",
            dependencies: [
                "APIErrors", "Accounts", "Files", "Imaging", "Inference", "LinearAlgebra", "Mail", "Processes",
                "Storage", "TestSupport", database, logging,
            ]),
        .testTarget(
            name: "UploadsTests",
            dependencies: [
                "APIErrors", "Files", "Imaging", "Inference", "Interpretation", "LinearAlgebra", "PageDrawing",
                "Signals", "TestSupport", "Uploads",
            ]),
        .testTarget(
            name: "ServingTests",
            dependencies: [
                "APIErrors", "Accounts", "Classifiers", "Digitization", "Files", "Imaging", "Inference", "Serving",
                "Storage", "TestSupport", database,
                .product(name: "HTTPTypes", package: "swift-http-types"), hummingbird, hummingbirdCore, logging,
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
            ]),
        .testTarget(
            name: "heartsenseTests",
            dependencies: ["Files", "Imaging", "LinearAlgebra", "Signals", "TestSupport"]),
        .testTarget(
            name: "ProductTests",
            dependencies: [
                "ClassificationMetrics", "Classifiers", "Digitization", "Imaging", "LinearAlgebra", "NeuralNetwork",
                "Signals",
            ]),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c17,
    cxxLanguageStandard: .cxx17
)

// Tests are compiled without optimization, which halves the time of their compilation. They call optimized code.
for target in package.targets where target.type == .test {
    target.swiftSettings = (target.swiftSettings ?? []) + [.unsafeFlags(["-Onone"])]
}
