import { protocol, type PGlite } from "@electric-sql/pglite";

const { serialize, messages } = protocol;

type Parameter = string | number | boolean | null;

/**
 * Runs statements on PGlite, whose Postgres reads each text once and knows it by a name from then on: PGlite's own `query` has it do
 * so every time, which takes as long as most statements take. The caller sees to it that one runs at a time.
 *
 * @returns The rows, each with its columns as text.
 */
export function prepared(
  client: Pick<PGlite, "execProtocolStream">,
): (sql: string, params: readonly Parameter[]) => Promise<(string | null)[][]> {
  const names = new Map<string, string>();
  let given = 0;
  const prepare = async (text: string): Promise<string> => {
    const name = `s${String(++given)}`;
    await client.execProtocolStream(joined(serialize.parse({ name, text }), serialize.sync()));
    names.set(text, name);
    return name;
  };
  return async (sql, params) => {
    const statement = names.get(sql) ?? (await prepare(sql));
    const values = params.map((param) => (param === null ? null : String(param)));
    const answer = await client.execProtocolStream(
      joined(serialize.bind({ statement, values }), serialize.execute({}), serialize.sync()),
    );
    return answer.flatMap((message) => (message instanceof messages.DataRowMessage ? [message.fields] : []));
  };
}

const joined = (...parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts);
