import { Placeholder, SQL, sql, type Query } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";

/** A statement to build, or one whose text is built. */
export type Statement = SQL | Query;

/** A value, or what stands for it in a statement that is built before the value is known. */
export type Later<Value> = Value | Placeholder;
export type Fields<Values> = { readonly [Name in keyof Values]: Later<Values[Name]> };

const dialect = new PgDialect();

export const built = (statement: Statement): Query =>
  statement instanceof SQL ? dialect.sqlToQuery(statement) : statement;

/**
 * A statement whose text is built once for each set of fields that are given, with a placeholder for every value: building it
 * anew takes as long as the driver needs to send it and read the answer.
 *
 * @param build - What it writes depends on which fields are there, and on nothing else.
 */
export function remembered<Values extends object>(
  build: (fields: Fields<Values>) => SQL,
): (values: Values) => Query {
  const known = new Map<string, Query>();
  return (values) => {
    // Fields are looked up by the names that `Values` has.
    const named = values as Readonly<Record<string, unknown>>;
    const given = Object.keys(named).filter((name) => named[name] !== undefined);
    const key = given.join();
    let query = known.get(key);
    if (query === undefined) {
      const fields = Object.fromEntries(given.map((name) => [name, sql.placeholder(name)]));
      query = built(build(fields as Fields<Values>));
      known.set(key, query);
    }
    return {
      sql: query.sql,
      params: query.params.map((param) => (param instanceof Placeholder ? named[String(param.name)] : param)),
    };
  };
}
