# Makes each database and its role, or sees that they are there with the password of their Secret.
set -eu
PGPASSWORD=$(cat /run/moorline/superuser/password)
export PGPASSWORD
for folder in /run/moorline/databases/*/; do
  [ -d "$folder" ] || continue
  name=$(basename "$folder")
  psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 \
    --set=name="$name" --set=file="${folder}password" --file=/scripts/database.sql
  echo "Database $name is there."
done
