"""An SMTP server with STARTTLS and AUTH that records what it accepts.

    python Tests/Python/smtp_server.py FOLDER [--plain] [--slow SECONDS] [--hold]

Writes a certificate (FOLDER/authority.pem) and, when it listens, one line `PORT` to stdout. Each message that it accepts
becomes a line of FOLDER/accepted (JSON: recipient, message), before it is answered. A recipient's local part says what
happens: `later` is refused with 451 once and accepted then, `never` with 550, `after` with 554 when the message has been
sent, `cut` ends the connection instead of answering the message. With --hold none is answered before there is a file FOLDER/go. The user is heart, the password sense.
"""

import argparse
import asyncio
import datetime
import ipaddress
import json
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

parser = argparse.ArgumentParser()
parser.add_argument("folder")
parser.add_argument("--plain", action="store_true")
parser.add_argument("--slow", type=float, default=0)
parser.add_argument("--hold", action="store_true")
options = parser.parse_args()


def make_certificate():
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.timezone.utc)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(key, hashes.SHA256()))
    with open(f"{options.folder}/authority.pem", "wb") as file:
        file.write(certificate.public_bytes(serialization.Encoding.PEM))
    with open(f"{options.folder}/key.pem", "wb") as file:
        file.write(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                     serialization.NoEncryption()))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(f"{options.folder}/authority.pem", f"{options.folder}/key.pem")
    return context


class Handler:
    def __init__(self):
        self.seen = set()

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        local = address.partition("@")[0]
        if local.startswith("later") and address not in self.seen:
            self.seen.add(address)
            return "451 try again"
        if local.startswith("never"):
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        recipient = envelope.rcpt_tos[0]
        if recipient.startswith("after"):
            return "554-not like\r\n554 this"
        if recipient.startswith("cut") and recipient not in self.seen:
            self.seen.add(recipient)
            server.transport.abort()
            return "250 OK"
        with open(f"{options.folder}/accepted", "a", encoding="utf-8") as file:
            file.write(json.dumps({"recipient": recipient, "message": envelope.content.decode("ascii")}) + "\n")
        # Accepted, but not yet said so: the time in which a client that dies does not know.
        await asyncio.sleep(options.slow)
        while options.hold and not os.path.exists(f"{options.folder}/go"):
            await asyncio.sleep(0.005)
        return "250 accepted"


def authenticate(server, session, envelope, mechanism, data):
    return AuthResult(success=data.login == b"heart" and data.password == b"sense", handled=False)


async def main():
    handler = Handler()
    security = {} if options.plain else dict(
        tls_context=make_certificate(), require_starttls=True, auth_required=True, authenticator=authenticate)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(handler, hostname="localhost", **security), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
