"""Builds the folded MobileNetV2 of `measure export-weights` as ONNX and TensorFlow Lite files for the peers.

Batch normalization and the three equal input channels are already folded, so every engine computes the same 292
million multiply-adds. Input: n × 224 × 224 float32, gray / 127.5 − 1. Output: n × 1280.
"""
import json
from pathlib import Path

import numpy as np

STRIDES_OF_TWO = {"Conv1", "block_1_depthwise", "block_3_depthwise", "block_6_depthwise", "block_13_depthwise"}


def layers(folder: Path):
    """Yields name, kernel (Keras order), bias, is-depthwise, stride and has-ReLU6 of the 52 convolutions."""
    values = np.fromfile(folder / "values.f32", dtype="<f4")
    for layer in json.loads((folder / "layers.json").read_text()):
        shape, name = layer["shape"], layer["name"]
        kernel = values[layer["kernel"]: layer["kernel"] + int(np.prod(shape))].reshape(shape)
        channels = shape[2] if layer["depthwise"] else shape[3]
        bias = values[layer["bias"]: layer["bias"] + channels]
        yield name, kernel, bias, layer["depthwise"], 2 if name in STRIDES_OF_TWO else 1, "project" not in name


def residual(name: str, previous_channels: int, channels: int) -> bool:
    """Returns whether the block of this projection adds its input, which needs equal size and channels."""
    block = name.removesuffix("_project")
    return f"{block}_depthwise" not in STRIDES_OF_TWO and block != "expanded_conv" and previous_channels == channels


def write_onnx(folder: Path, path: Path, batch: int) -> None:
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    nodes, constants = [], []

    def constant(name, array):
        constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    constant("zero", np.float32(0))
    constant("six", np.float32(6))
    constant("input_shape", np.array([batch, 1, 224, 224], dtype=np.int64))
    nodes.append(helper.make_node("Reshape", ["images", "input_shape"], ["x0"]))
    current, count, block_input, block_channels = "x0", 1, None, 0
    for name, kernel, bias, depthwise, stride, relu in layers(folder):
        if name.endswith("expand"):
            block_input, block_channels = current, kernel.shape[2]
        size = kernel.shape[0]
        weights = kernel.transpose(2, 3, 0, 1) if depthwise else kernel.transpose(3, 2, 0, 1)
        pads = [0, 0, 0, 0] if size == 1 else ([0, 0, 1, 1] if stride == 2 else [1, 1, 1, 1])
        output = f"x{count}"
        nodes.append(helper.make_node(
            "Conv", [current, constant(f"{name}_w", weights), constant(f"{name}_b", bias)], [output],
            kernel_shape=[size, size], strides=[stride, stride], pads=pads,
            group=kernel.shape[2] if depthwise else 1))
        current, count = output, count + 1
        if relu:
            nodes.append(helper.make_node("Clip", [current, "zero", "six"], [f"x{count}"]))
            current, count = f"x{count}", count + 1
        elif residual(name, block_channels, kernel.shape[3]):
            nodes.append(helper.make_node("Add", [current, block_input], [f"x{count}"]))
            current, count = f"x{count}", count + 1
    nodes.append(helper.make_node("GlobalAveragePool", [current], ["pooled"]))
    nodes.append(helper.make_node("Flatten", ["pooled"], ["features"]))
    graph = helper.make_graph(
        nodes, "mobilenetv2", [helper.make_tensor_value_info("images", TensorProto.FLOAT, [batch, 224, 224])],
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [batch, None])], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def write_tflite(folder: Path, path: Path, batch: int) -> None:
    import tensorflow as tf

    built = list(layers(folder))

    @tf.function(input_signature=[tf.TensorSpec([batch, 224, 224], tf.float32)])
    def network(images):
        x = images[..., None]
        block_input = None
        for name, kernel, bias, depthwise, stride, relu in built:
            if name.endswith("expand"):
                block_input = x
            if kernel.shape[0] == 3:
                x = tf.pad(x, [[0, 0], [0, 1], [0, 1], [0, 0]]) if stride == 2 else x
                padding = "VALID" if stride == 2 else "SAME"
            else:
                padding = "VALID"
            if depthwise:
                x = tf.nn.depthwise_conv2d(x, kernel, [1, stride, stride, 1], padding)
            else:
                x = tf.nn.conv2d(x, kernel, stride, padding)
            x = tf.nn.bias_add(x, bias)
            if relu:
                x = tf.nn.relu6(x)
            elif block_input is not None and residual(name, block_input.shape[-1], kernel.shape[3]):
                x = x + block_input
        return tf.reduce_mean(x, [1, 2])

    converter = tf.lite.TFLiteConverter.from_concrete_functions([network.get_concrete_function()])
    path.write_bytes(converter.convert())


if __name__ == "__main__":
    import sys

    target = Path(sys.argv[2])
    writer = write_tflite if target.suffix == ".tflite" else write_onnx
    writer(Path(sys.argv[1]), target, int(sys.argv[3]))
