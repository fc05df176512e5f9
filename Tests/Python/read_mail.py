"""Reads a message from stdin with Python's email package, strictly, and prints what it found as JSON."""

import base64
import email
import email.policy
import json
import sys

message = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)


def node(part):
    found = {"type": part.get_content_type(), "defects": [str(defect) for defect in part.defects]}
    for header in part.values():
        found["defects"] += [str(defect) for defect in getattr(header, "defects", ())]
    if part.is_multipart():
        return found | {"parts": [node(inner) for inner in part.iter_parts()]}
    content = part.get_content()
    if isinstance(content, bytes):
        return found | {"base64": base64.b64encode(content).decode(), "name": part.get_filename(),
                        "id": part["Content-ID"], "disposition": part.get_content_disposition()}
    return found | {"text": content.replace("\r\n", "\n")}


json.dump({"headers": {name: str(value) for name, value in message.items()}, "root": node(message),
           "date": message["Date"].datetime.timestamp()}, sys.stdout)
