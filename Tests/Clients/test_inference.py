#!/usr/bin/env python3
"""Calls the Open Inference Protocol with public clients and their defaults: tritonclient[http] and kserve.

    python3 Tests/Clients/test_inference.py --server PROGRAM --model MODEL --pictures DATASET

Run by `make clients`. A client that is not installed is skipped. The script makes 40 calls with both.
"""

import asyncio
import base64
import http.client
import json
import unittest

import options

options.require("The Open Inference Protocol", modules=["numpy"])

import numpy

from server import Server

OUTPUTS = ["scores", "decided", "uncertain", "result_id"]


class Inference(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(options.values.server, options.values.model)
        cls.server.start()
        cls.files = []
        for path in options.pictures(3):
            with open(path, "rb") as file:
                cls.files.append(file.read())
        cls.direct = cls.server.predict(options.pictures(3))
        cls.model = cls.direct[0]["model"]["name"]
        cls.version = cls.direct[0]["model"]["sha256"]
        cls.scores = [[label["score"] for label in result["labels"]] for result in cls.direct]

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    @property
    def host(self):
        return self.server.address.removeprefix("http://").rstrip("/")

    @unittest.skipUnless(options.has("tritonclient"), "Python has no tritonclient[http]")
    def test_tritonclient(self):
        import tritonclient.http as triton
        from tritonclient.utils import InferenceServerException

        client = triton.InferenceServerClient(self.host)
        calls = 0

        def call(function, *arguments, **options):
            nonlocal calls
            calls += 1
            return function(*arguments, **options)

        # Metadata.
        self.assertTrue(call(client.is_server_live))
        self.assertTrue(call(client.is_server_ready))
        about = call(client.get_server_metadata)
        self.assertIn("binary_tensor_data", about["extensions"])
        self.assertTrue(call(client.is_model_ready, self.model))
        self.assertTrue(call(client.is_model_ready, self.model, self.version))
        self.assertFalse(call(client.is_model_ready, self.model, "1"))
        self.assertFalse(call(client.is_model_ready, "other"))
        metadata = call(client.get_model_metadata, self.model)
        self.assertEqual([output["name"] for output in metadata["outputs"]], OUTPUTS)
        self.assertEqual(call(client.get_model_metadata, self.model, self.version), metadata)

        def inputs(elements, shape, binary=True):
            tensor = triton.InferInput("pictures", shape, "BYTES")
            tensor.set_data_from_numpy(numpy.array(elements, dtype=numpy.object_).reshape(shape), binary_data=binary)
            return [tensor]

        def check(result, count):
            numpy.testing.assert_array_equal(result.as_numpy("scores"), self.scores[:count])
            self.assertEqual(result.as_numpy("decided").dtype, bool)
            self.assertEqual(
                list(result.as_numpy("uncertain")), [each["uncertain"] for each in self.direct[:count]])
            ids = [one.decode() if isinstance(one, bytes) else one for one in result.as_numpy("result_id")]
            self.assertEqual(ids, [each["id"] for each in self.direct[:count]])

        # Defaults: binary in both directions.
        for count in (1, 3):
            check(call(client.infer, self.model, inputs(self.files[:count], [count])), count)
        check(call(client.infer, self.model, inputs(self.files, [3, 1])), 3)
        check(call(client.infer, self.model, inputs(self.files[:1], [1]), model_version=self.version), 1)
        named = call(client.infer, self.model, inputs(self.files[:1], [1]), request_id="mine")
        self.assertEqual(named.get_response()["id"], "mine")
        for coding in ("gzip", "deflate"):
            check(call(client.infer, self.model, inputs(self.files, [3]), request_compression_algorithm=coding), 3)
            check(call(client.infer, self.model, inputs(self.files, [3]), response_compression_algorithm=coding), 3)
        check(call(client.infer, self.model, inputs(self.files, [3]), parameters={"mine": 1}, priority=1), 3)
        waiting = call(client.async_infer, self.model, inputs(self.files[:2], [2]))
        check(waiting.get_result(), 2)

        # JSON in one or both directions.
        texts = [base64.b64encode(file).decode() for file in self.files]
        every = [triton.InferRequestedOutput(name, binary_data=False) for name in OUTPUTS]
        check(call(client.infer, self.model, inputs(texts, [3], binary=False)), 3)
        check(call(client.infer, self.model, inputs(texts, [3], binary=False), outputs=every), 3)
        check(call(client.infer, self.model, inputs(self.files, [3]), outputs=every), 3)
        mixed = [triton.InferRequestedOutput("scores"), triton.InferRequestedOutput("uncertain", binary_data=False)]
        result = call(client.infer, self.model, inputs(self.files[:1], [1]), outputs=mixed)
        numpy.testing.assert_array_equal(result.as_numpy("scores"), self.scores[:1])
        self.assertIsNone(result.as_numpy("decided"))

        # Errors are sentences.
        for word, function in [
            ("Unknown model", lambda: client.infer("other", inputs(self.files[:1], [1]))),
            ("Unknown version", lambda: client.infer(self.model, inputs(self.files[:1], [1]), model_version="1")),
            ("Unknown version", lambda: client.get_model_metadata(self.model, "1")),
            ("Please upload a PNG or JPEG", lambda: client.infer(self.model, inputs([b"text"], [1]))),
            ("Unknown output", lambda: client.infer(
                self.model, inputs(self.files[:1], [1]), outputs=[triton.InferRequestedOutput("x")])),
        ]:
            with self.assertRaises(InferenceServerException) as caught:
                call(function)
            self.assertIn(word, caught.exception.message())
        client.close()
        self.assertEqual(calls, 29)

    @unittest.skipUnless(options.has("kserve"), "Python has no kserve")
    def test_kserve(self):
        asyncio.run(self.kserve())

    async def kserve(self):
        from httpx import HTTPStatusError
        from kserve import InferenceRESTClient, InferInput, InferRequest, RESTConfig
        from kserve.protocol.infer_type import RequestedOutput

        calls = 0
        address = self.server.address.rstrip("/")
        async with InferenceRESTClient(RESTConfig(protocol="v2")) as client:
            async def call(awaitable):
                nonlocal calls
                calls += 1
                return await awaitable

            self.assertTrue(await call(client.is_server_live(address)))
            self.assertTrue(await call(client.is_server_ready(address)))
            self.assertTrue(await call(client.is_model_ready(address, self.model)))
            self.assertFalse(await call(client.is_model_ready(address, "other")))

            def request(data, shape, binary=False, outputs=None):
                tensor = InferInput("pictures", shape, "BYTES", data=None if binary else data)
                if binary:
                    tensor.set_data_from_numpy(numpy.array(data, dtype=numpy.object_).reshape(shape))
                return InferRequest(self.model, [tensor], request_id="mine", request_outputs=outputs)

            def check(response, count):
                scores = next(output for output in response.outputs if output.name == "scores")
                numpy.testing.assert_array_equal(scores.as_numpy(), self.scores[:count])
                self.assertEqual((response.id, response.model_name), ("mine", self.model))

            texts = [base64.b64encode(file).decode() for file in self.files]
            check(await call(client.infer(address, request(texts, [3]), model_name=self.model)), 3)
            check(await call(client.infer(address, request([[text] for text in texts], [3, 1]), model_name=self.model)), 3)
            check(await call(client.infer(address, request(self.files, [3], binary=True), model_name=self.model)), 3)
            wanted = [RequestedOutput(name, {"binary_data": True}) for name in OUTPUTS]
            check(await call(client.infer(
                address, request(self.files[:2], [2, 1], binary=True, outputs=wanted), model_name=self.model)), 2)
            plain = {"id": "mine", "inputs": [
                {"name": "pictures", "datatype": "BYTES", "shape": [1],
                 "data": ["data:image/png;base64," + base64.urlsafe_b64encode(self.files[0]).decode().rstrip("=")]}]}
            check(await call(client.infer(address, plain, model_name=self.model)), 1)
            for model, data, word in [("other", plain, "Unknown model"), (self.model, request(["*"], [1]), "base64")]:
                with self.assertRaises(HTTPStatusError) as caught:
                    await call(client.infer(address, data, model_name=model))
                self.assertIn(word, str(caught.exception))
        self.assertEqual(calls, 11)

    def test_plain_request(self):
        """JSON without Content-Type, as the protocol's own examples send it."""
        body = {"inputs": [{"name": "pictures", "datatype": "BYTES", "shape": [1, 1],
                            "data": [[base64.encodebytes(self.files[0]).decode()]]}]}
        connection = http.client.HTTPConnection(self.host, timeout=60)
        connection.request("POST", f"/v2/models/{self.model}/infer", json.dumps(body).encode())
        answer = json.load(connection.getresponse())
        connection.close()
        self.assertEqual(answer["outputs"][0]["data"], self.scores[0])


if __name__ == "__main__":
    options.run()
