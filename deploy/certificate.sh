#!/usr/bin/env bash
# Creates a certificate for localhost in deploy/secrets, which is valid for 90 days. For tests only: no browser trusts it.
#
#   deploy/certificate.sh
set -euo pipefail
cd "$(dirname "$0")"
mkdir -p secrets
openssl req -x509 -newkey rsa:2048 -nodes -days 90 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
    -keyout secrets/key.pem -out secrets/certificate.pem
# The user of the proxy's image reads it.
chmod 644 secrets/key.pem
