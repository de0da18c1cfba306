#!/usr/bin/env bash
# Makes the secrets of compose.yaml in ./secrets, and leaves those that are there.
set -euo pipefail
cd "$(dirname "$0")/.."
umask 077
mkdir -p secrets

make() { [ -s "secrets/$1" ] || printf '%s' "$2" > "secrets/$1"; }

make owner_password "$(openssl rand -hex 24)"
make worker_password "$(openssl rand -hex 24)"
make jwt_secret "$(openssl rand -base64 48)"
make migration_database_url "postgresql://ledge:$(cat secrets/owner_password)@postgres:5432/ledge"
make database_url "postgresql://ledge_worker:$(cat secrets/worker_password)@postgres:5432/ledge"
# Compose mounts these files as they are, and the users in the containers are not the one who made them.
chmod 644 secrets/*
chmod 711 secrets
