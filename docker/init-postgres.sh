#!/bin/sh
# Runs once, when PostgreSQL's volume is empty: a role and a database for Airflow, and others for the ledger. Neither may read the other's.
set -eu

make_database() {
  psql -v ON_ERROR_STOP=1 --username postgres --dbname postgres -v name="$1" -v password="$(cat "$2")" <<'SQL'
create role :"name" login password :'password';
create database :"name" owner :"name";
revoke connect on database :"name" from public;
SQL
}

make_database airflow /run/secrets/airflow_db_password
make_database feature_health /run/secrets/ledger_db_password
