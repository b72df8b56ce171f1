import { postgresServer, type PostgresServer } from "@mosaic/fleet-testkit/postgres";

/** A server that asks everybody but its own user for a password. */
export async function guardedServer(): Promise<PostgresServer> {
  const server = await postgresServer();
  const rules = [`local all ${server.user} trust`, "local all all scram-sha-256"].map(
    (rule) => `('${rule}')`,
  );
  await server.sql("postgres", `copy (values ${rules.join(", ")}) to '${server.folder}/data/pg_hba.conf'`);
  await server.sql("postgres", "select pg_reload_conf()");
  return server;
}

/** The URL of a database on it for a user with a password. */
export const urlWith = (
  { folder }: PostgresServer,
  user: string,
  password: string,
  database: string,
): string => `postgres://${user}:${password}@localhost/${database}?host=${folder}`;
